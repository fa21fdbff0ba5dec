using System.Text;
using System.Text.Json.Nodes;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>Octets to send or to expect: text, or <c>hex:</c> and hexadecimal digits, blanks between them allowed.</summary>
internal sealed class OctetsShape : Shape<Sequence<byte>>
{
    private const string Hex = "hex:";

    // What fits into one datagram anywhere.
    private const int MostBytes = 1024;

    public override string Words => "text of 1–1024 bytes, or hex: and hexadecimal digits";

    public override JsonObject Schema() => new() { ["type"] = "string", ["description"] = Words, ["minLength"] = 1 };

    public override bool TryRead(YamlNode node, string path, Findings findings, out Sequence<byte> value)
    {
        value = default;
        if (node is not YamlScalar scalar || scalar.IsNothing) return Refuse(node, path, findings, out value);
        if (!scalar.Text.StartsWith(Hex, StringComparison.Ordinal)) value = [.. Encoding.UTF8.GetBytes(scalar.Text)];
        else if (!TryHex(scalar.Text[Hex.Length..], out value)) return Refuse(node, path, findings, out value);
        return value.Length is > 0 and <= MostBytes || Refuse(node, path, findings, out value);
    }

    private static bool TryHex(string text, out Sequence<byte> value)
    {
        value = default;
        var digits = text.Replace(" ", "", StringComparison.Ordinal);
        var octets = new byte[digits.Length / 2];
        if (digits.Length % 2 != 0 || Convert.FromHexString(digits, octets, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        value = [.. octets];
        return true;
    }
}
