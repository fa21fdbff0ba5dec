using Pointsman.Model;

namespace Pointsman.Lab.Simulation.Promises;

/// <summary>
/// A site whose VIPs nobody reaches does not notice itself: its own node learns it from the others' words, and then names others. The others leave it out by
/// their own eyes (<see cref="OwnSight"/>). Asked when the words have had their time and every stream stood all the while.
/// </summary>
internal sealed class DownForAll(LabCluster lab) : IPromise
{
    private int changes;

    public string Words => "a site that all others call down and tell so does not answer with itself while another is up";

    public string? FaultsChanged()
    {
        changes++;
        return null;
    }

    public string? SawDown(LabNode node, VipKey vip)
    {
        var service = lab.Cluster.FindService(vip.Service)!;
        if (!IsDownForAll(service, vip.Site) || Streams(vip.Site) is not { } streams) return null;
        var before = changes;
        var ways = lab.Nodes.Max(other => lab.World.WayOf(other.Site.Id, vip.Site));
        lab.Watch.Later(ways + Bounds.NewsLeaves, this, () =>
        {
            var itself = lab[vip.Site];
            if (changes != before || !itself.IsReady || !IsDownForAll(service, vip.Site) || Streams(vip.Site) is not { } now || !now.SequenceEqual(streams)) return null;
            var index = lab.Cluster.Services.IndexOf(service);
            return itself.Answers.Names(index, vip.Site) && OthersUp(itself, service) is { } up
                ? $"{itself.Site} answers {service.Name} with itself, whom all others call down, while {up} is up"
                : null;
        });
        return null;
    }

    private bool IsDownForAll(Service service, SiteId site) =>
        lab.Network.IsFine && lab.Nodes.All(node => node.Site.Id == site || (node.IsReady && node.Sees(service, site) == HealthState.Down && node.LastPublished is not { VotesMuted: true }));

    /// <summary>Null when one of them is not there, or would not carry a word.</summary>
    private int[]? Streams(SiteId site)
    {
        var numbers = new List<int>();
        foreach (var node in lab.Nodes)
        {
            if (node.Site.Id == site) continue;
            if (lab.Network.StreamNumber(node.Site.Id, site) is not { } number || !lab.World.PassesBothWays(node.Site.Id, site, Traffic.Words)) return null;
            if (!node.Peers.Any(peer => peer.Site == site && peer.Established)) return null;
            numbers.Add(number);
        }
        return [.. numbers];
    }

    /// <summary>Up in its own eyes, and nobody has a word against it; its own last word may still be one.</summary>
    private Site? OthersUp(LabNode itself, Service service) =>
        lab.Cluster.Sites.FirstOrDefault(site => site.Id != itself.Site.Id && itself.Sees(service, site.Id) == HealthState.Up && !IsVotedDown(itself, service, site.Id));

    private static bool IsVotedDown(LabNode itself, Service service, SiteId site) =>
        itself.States.Values.Any(word => word.Observations.Any(seen => seen.Vip.Site == site && seen.Vip.Service == service.Id && seen.State == HealthState.Down))
        || (itself.States.TryGetValue(site, out var own) && (own.SelfReport != SelfReport.None || own.Vips.Any(report => report.Condition != VipCondition.Up)));
}
