using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>A number of octets with its unit: <c>64MB</c>, <c>512KiB</c>. Thousands, or with an i in the middle 1,024s.</summary>
internal sealed class SizeShape(long min, long max) : Shape<long>
{
    private static readonly (string Unit, long Bytes)[] units =
    [
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
    ];

    public override string Words => $"a size such as 64MB, {Format(min)}–{Format(max)}";

    public override JsonObject Schema() => new()
    {
        ["type"] = "string",
        ["pattern"] = $"^[0-9]+({string.Join('|', units.Select(unit => unit.Unit))})$",
        ["description"] = Words,
    };

    public override bool TryRead(YamlNode node, string path, Findings findings, out long value)
    {
        value = 0;
        if (node is not YamlScalar scalar || scalar.IsNothing) return Refuse(node, path, findings, out value);
        var text = scalar.Text;
        foreach (var (unit, bytes) in units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) continue;
            // What does not fit into 64 bits is far beyond any bound.
            value = count > long.MaxValue / bytes ? long.MaxValue : count * bytes;
            return value >= min && value <= max || Refuse(node, path, findings, out value);
        }

        var hint = text.Length > 0 && text.All(char.IsAsciiDigit) ? $"a unit is missing: '{text}MB'?" : $"units: {string.Join(", ", units.Select(unit => unit.Unit))}";
        return Refuse(node, path, findings, out value, hint);
    }

    private static string Format(long bytes)
    {
        var (unit, size) = units.Take(4).Last(one => bytes >= one.Bytes);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{unit}");
    }
}
