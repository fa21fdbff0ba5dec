using System.Text.Json.Nodes;

namespace Pointsman.Wan.Cluster;

/// <summary>One node's hand-off table of one service.</summary>
public sealed record BelievedTable(string Node, string Digest, IReadOnlyDictionary<string, int> Weights, IReadOnlyDictionary<string, string> States)
{
    public override string ToString() => $"{Node}: {string.Join(", ", Weights.Select(one => $"{one.Key} {one.Value} {States[one.Key]}"))} ({Digest})";
}

/// <summary>What a node believes, as its administration tells it.</summary>
public static class Beliefs
{
    /// <summary>Null when the node does not answer.</summary>
    public static async Task<BelievedTable?> TableAsync(this LabSite node, string service)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (await node.AskAsync($"/api/v1/services/{service}/table") is not { } table) return null;
        var rows = table["sites"]!.AsObject();
        return new BelievedTable(node.Name, (string)table["digest"]!, rows.ToDictionary(row => row.Key, row => (int)row.Value!["weight"]!), rows.ToDictionary(row => row.Key, row => (string)row.Value!["state"]!));
    }

    /// <summary>How the node's own probes see every other site's VIP of a service: up, suspect, down, unknown. Null when it does not answer.</summary>
    public static async Task<IReadOnlyDictionary<string, string>?> SeenAsync(this LabSite node, string service)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (await node.AskAsync("/api/v1/sites") is not { } sites) return null;
        return sites["sites"]!.AsObject().Where(site => site.Key != node.Name).ToDictionary(site => site.Key, site => VipOf(site.Value!, service)?["seen"]?.GetValue<string>() ?? "unknown");
    }

    /// <summary>The average time of the node's probes of every other site's VIP of a service. Null when it does not answer.</summary>
    public static async Task<IReadOnlyDictionary<string, double>?> MillisecondsAsync(this LabSite node, string service)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (await node.AskAsync("/api/v1/sites") is not { } sites) return null;
        return sites["sites"]!.AsObject().Where(site => site.Key != node.Name).ToDictionary(site => site.Key, site => VipOf(site.Value!, service)?["milliseconds"]?.GetValue<double>() ?? 0);
    }

    /// <summary>What a site says of its own VIP, as this node has heard it.</summary>
    public static async Task<string?> ConditionAsync(this LabSite node, string of, string service)
    {
        ArgumentNullException.ThrowIfNull(node);
        return await node.AskAsync("/api/v1/sites") is { } sites ? VipOf(sites["sites"]![of]!, service)?["condition"]?.GetValue<string>() : null;
    }

    /// <summary>How the node stands with a peer: stream up, last word still valid.</summary>
    public static async Task<(bool Connected, bool Fresh)?> PeerAsync(this LabSite node, string peer)
    {
        ArgumentNullException.ThrowIfNull(node);
        return await node.AskAsync("/api/v1/status") is { } status && status["peers"]![peer] is { } known ? ((bool)known["connected"]!, (bool)known["fresh"]!) : null;
    }

    public static async Task<bool?> IsIsolatedAsync(this LabSite node) => await node.AskAsync("/api/v1/status") is { } status ? (bool)status["isolated"]! : null;

    private static JsonNode? VipOf(JsonNode site, string service) => site["vips"]!.AsArray().FirstOrDefault(vip => (string)vip!["service"]! == service);
}
