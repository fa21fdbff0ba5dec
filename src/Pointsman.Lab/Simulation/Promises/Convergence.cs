using Pointsman.Model;

namespace Pointsman.Lab.Simulation.Promises;

/// <summary>
/// Three periods after everything is healed all nodes hold the same; and from then on whatever a site says that the tables are made of is held by everybody
/// as soon as it can have travelled.
/// </summary>
internal sealed class Convergence(LabCluster lab) : IPromise
{
    public string Words => "views are equal three periods after everything is healed";

    public string? Published(LabNode node, SiteState word)
    {
        if (word.Edition == word.Sequence && lab.Calm.WholeFor(lab.Bounds.Convergence)) Expect([(node.Site.Id, word.Incarnation, word.Edition)]);
        return null;
    }

    public string? FaultsChanged()
    {
        if (lab.Calm.WholeSince is not { } since || since != lab.Timeline.Now) return null;
        lab.Watch.Later(lab.Bounds.Convergence, this, () =>
        {
            if (lab.Calm.WholeSince != since) return null;
            Expect([.. lab.Nodes.Where(node => node.LastPublished is not null).Select(node => (node.Site.Id, node.LastPublished!.Incarnation, node.LastPublished.Edition))]);
            return lab.Nodes.FirstOrDefault(node => node.LastPublished is null) is { } dumb ? $"{dumb.Site} has not said a word" : null;
        });
        return null;
    }

    private void Expect((SiteId Site, ulong Incarnation, ulong Edition)[] words)
    {
        var since = lab.Calm.WholeSince;
        var way = lab.Nodes.Max(one => lab.Nodes.Max(other => lab.World.WayOf(one.Site.Id, other.Site.Id)));
        lab.Watch.Later(way + Bounds.NewsLeaves, this, () =>
        {
            if (lab.Calm.WholeSince != since) return null;
            foreach (var node in lab.Nodes)
            {
                foreach (var (site, incarnation, edition) in words)
                {
                    if (!node.States.TryGetValue(site, out var held)) return $"{node.Site} holds nothing of {lab[site].Site}";
                    if ((held.Incarnation, held.Edition).CompareTo((incarnation, edition)) < 0) return $"{node.Site} holds edition {held.Incarnation}.{held.Edition} of {lab[site].Site}, which is at {incarnation}.{edition}";
                }
            }
            return null;
        });
    }
}
