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

    /// <summary>A peer is down for me when I probe VIPs of it and, for every service, all their addresses are down.</summary>
    public static bool IsMuted(Cluster cluster, SiteId self, FrozenDictionary<VipKey, Observation> mine)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(mine);
        if (cluster.Sites.Length < FewestSites) return false;
        int peers = 0, down = 0;
        foreach (var site in cluster.Sites)
        {
            if (site.Id == self) continue;
            peers++;
            if (IsDown(cluster, site.Id, mine)) down++;
        }
        return down * 2 > peers;
    }

    private static bool IsDown(Cluster cluster, SiteId site, FrozenDictionary<VipKey, Observation> mine)
    {
        var any = false;
        foreach (var service in cluster.Services)
        {
            var vips = service.Vips.Where(vip => vip.Site == site).ToArray();
            if (vips.Length == 0) continue;
            any = true;
            if (SiteSight.Of(vips, mine).State != HealthState.Down) return false;
        }
        return any;
    }
}
