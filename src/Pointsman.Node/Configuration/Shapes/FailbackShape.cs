using System.Text.Json.Nodes;
using Pointsman.Model;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary><c>automatic</c>, <c>manual</c>, or how long a site must have been without a fault.</summary>
internal sealed class FailbackShape : Shape<Failback>
{
    // A week without a fault is more than any night that an operator wants to sleep through.
    private static readonly DurationShape duration = new(TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));

    public override string Words => $"automatic, manual, or {duration.Words}";

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray("automatic", "manual") }, duration.Schema()) };

    public override bool TryRead(YamlNode node, string path, Findings findings, out Failback value)
    {
        value = Failback.Automatic;
        switch (node)
        {
            case YamlScalar { Text: "automatic" }:
                return true;
            case YamlScalar { Text: "manual" }:
                value = Failback.Manual;
                return true;
        }
        // What else it may be, the inner shape alone would not say.
        if (!duration.TryRead(node, path, new Findings(), out var after)) return Refuse(node, path, findings, out value);
        value = new Failback(after);
        return true;
    }
}
