using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>HTTP status codes: <c>200</c> or <c>200-299</c>.</summary>
internal sealed class StatusRange : Shape<(int First, int Last)>
{
    public override string Words => "a status code (100–599) or a range such as 200-299";

    public override JsonObject Schema() => new()
    {
        ["type"] = new JsonArray("integer", "string"),
        ["minimum"] = 100,
        ["maximum"] = 599,
        ["pattern"] = "^[1-5][0-9][0-9](-[1-5][0-9][0-9])?$",
    };

    public override bool TryRead(YamlNode node, string path, Findings findings, out (int First, int Last) value)
    {
        value = default;
        if (node is not YamlScalar scalar) return Refuse(node, path, findings, out value);
        var dash = scalar.Text.IndexOf('-', StringComparison.Ordinal);
        var ok = TryCode(dash < 0 ? scalar.Text : scalar.Text.AsSpan(0, dash), out var first);
        var last = first;
        if (dash >= 0) ok &= TryCode(scalar.Text.AsSpan(dash + 1), out last);
        value = (first, last);
        return ok && first <= last || Refuse(node, path, findings, out value);
    }

    private static bool TryCode(ReadOnlySpan<char> text, out int code) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out code) && code is >= 100 and <= 599;
}
