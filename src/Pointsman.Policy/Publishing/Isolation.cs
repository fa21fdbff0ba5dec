using System.Collections.Frozen;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// Am I the sick one? From four sites up, when more than half of my peers are down for me at the same time, it is likelier that my own
/// line is cut than that they all died: my votes about others are muted (and the node raises an alarm) [S10]. It changes nothing about what
/// I answer: what I see down stays out.
/// </summary>
public static class Isolation
{
    /// <summary>With fewer sites the vote could not do without me: two of two must be able to speak.</summary>
    public const int FewestSites = 4;

    /// <summary>A peer is down for me when, for every service in which I probe it, all its addresses are down. Whom I do not probe, as in a large mesh, does not count.</summary>
    public static bool IsMuted(Cluster cluster, SiteId self, FrozenDictionary<VipKey, Observation> mine)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(mine);
        if (cluster.Sites.Length < FewestSites) return false;
        int peers = 0, down = 0;
        // Of those alone that I probe: in a large mesh they are few, and this is asked with every probe that ends.
        foreach (var site in mine.Keys.Select(vip => vip.Site).Distinct())
        {
            if (site == self || cluster.FindSite(site) is null) continue;
            if (IsDown(cluster, site, mine) is not { } isDown) continue;
            peers++;
            if (isDown) down++;
        }
        return down * 2 > peers;
    }

    /// <summary>Null = I do not probe it, or nobody is meant to.</summary>
    private static bool? IsDown(Cluster cluster, SiteId site, FrozenDictionary<VipKey, Observation> mine)
    {
        var any = false;
        foreach (var service in cluster.Services)
        {
            var vips = service.Vips.Where(vip => vip.Site == site).ToArray();
            if (!vips.Any(vip => mine.ContainsKey(vip.Key))) continue;
            var state = SiteSight.Of(vips, mine).State;
            if (state is not (HealthState.Down or HealthState.Disabled)) return false;
            any |= state == HealthState.Down;
        }
        return any ? true : null;
    }
}
