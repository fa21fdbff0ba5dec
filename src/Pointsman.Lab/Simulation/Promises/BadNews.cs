using Pointsman.Model;

namespace Pointsman.Lab.Simulation.Promises;

/// <summary>A death that one site has seen is known to every site that it has a stream to within the way of a word and 100 ms [S22].</summary>
internal sealed class BadNews(LabCluster lab) : IPromise
{
    private int changes;

    public string Words => "bad news reaches every reachable node within the way of a word and 100 ms";

    public string? FaultsChanged()
    {
        changes++;
        return null;
    }

    public string? SawDown(LabNode node, VipKey vip)
    {
        if (!node.IsReady || !lab.Network.IsFine) return null;
        var life = node.Lives;
        var before = changes;
        foreach (var status in node.Peers.Where(peer => peer.Established))
        {
            var other = lab[status.Site];
            if (lab.Network.StreamNumber(node.Site.Id, status.Site) is not { } stream || !Hears(other, node)) continue;
            lab.Watch.Later(lab.World.WayOf(node.Site.Id, status.Site) + Bounds.NewsLeaves, this, () =>
            {
                // A way that was cut and healed meanwhile held the word back.
                var stands = lab.Network.StreamNumber(node.Site.Id, status.Site) == stream && changes == before && node.Lives == life;
                if (!stands || node.Sees(vip) != HealthState.Down) return null;
                return other.States.TryGetValue(node.Site.Id, out var word) && word.Observations.Any(seen => seen.Vip == vip && seen.State == HealthState.Down)
                    ? null
                    : $"{other.Site} has not heard that {node.Site} sees {vip.Address} of {lab[vip.Site].Site} down";
            });
        }
        return null;
    }

    private bool Hears(LabNode other, LabNode node) =>
        lab.World.Passes(node.Site.Id, other.Site.Id, Traffic.Words) && other.Peers.Any(peer => peer.Site == node.Site.Id && peer.Established);
}
