using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>A percentage with its sign, such as <c>40%</c> or <c>2.5%</c>, read as millionths of the whole: what is decided with it is decided in integers.</summary>
internal sealed class Percent(decimal min, decimal max) : Shape<int>
{
    private const int Whole = 1_000_000;

    public override string Words => FormattableString.Invariant($"a percentage, {min}% to {max}%");

    public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = "^[0-9]+(\\.[0-9]{1,4})?%$", ["description"] = Words };

    public override bool TryRead(YamlNode node, string path, Findings findings, out int value)
    {
        value = 0;
        if (node is not YamlScalar { IsNothing: false } scalar) return Refuse(node, path, findings, out value);
        if (!scalar.Text.EndsWith('%'))
            return Refuse(node, path, findings, out value, scalar.Text.Length > 0 && scalar.Text.All(c => char.IsAsciiDigit(c) || c == '.') ? $"the sign is missing: '{scalar.Text}%'?" : null);
        if (!decimal.TryParse(scalar.Text.AsSpan(0, scalar.Text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            || percent < min || percent > max)
            return Refuse(node, path, findings, out value);
        var millionths = percent * Whole / 100;
        value = (int)millionths;
        return value == millionths || Refuse(node, path, findings, out value, "four digits behind the point at most");
    }
}
