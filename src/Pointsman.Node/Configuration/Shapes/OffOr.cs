using System.Text.Json.Nodes;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>The word <c>off</c>, which reads as <paramref name="off"/>, or what <paramref name="inner"/> takes.</summary>
internal sealed class OffOr<T>(Shape<T> inner, T off) : Shape<T>
{
    public override string Words => $"{inner.Words}, or off";
    public override string Linked => $"{inner.Linked}, or off";
    public override IEnumerable<KeyTable> Tables => inner.Tables;
    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(new JsonObject { ["const"] = "off" }, inner.Schema()) };

    public override bool TryRead(YamlNode node, string path, Findings findings, out T value)
    {
        value = off;
        if (node is YamlScalar { Text: "off" }) return true;
        if (node is YamlMap) return inner.TryRead(node, path, findings, out value);
        // What else it may be, the inner shape alone would not say.
        return inner.TryRead(node, path, new Findings(), out value) || Refuse(node, path, findings, out value);
    }
}
