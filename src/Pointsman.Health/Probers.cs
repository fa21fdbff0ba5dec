using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>
/// Who probes whom. Up to <see cref="HealthSettings.ProbersBeyond"/> sites everybody probes everybody; past that the probes of a full mesh grow with its
/// square, and eight opinions of a site are as good as a hundred. Each (service, site) then has its probers by rendezvous hashing: every other site draws a
/// number from the three ids, and those with the smallest ones probe. All nodes draw the same, nobody has to agree; a site that joins or leaves changes one
/// prober of those whom it draws first for, and nothing else. Pure.
/// </summary>
/// <remarks>By service and site, not by VIP: what a tester sees of a site is one cell [S1]. Rejected: the same probers for all services of a site; eight that happen to share a cut line
/// would then be all that anybody hears of it.</remarks>
public static class Probers
{
    /// <summary>The sites that probe this one's VIPs of the service; in no particular order.</summary>
    public static ImmutableArray<SiteId> Of(Cluster cluster, ServiceId service, SiteId site)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var others = cluster.Sites.Where(other => other.Id != site).Select(other => other.Id);
        return IsFullMesh(cluster)
            ? [.. others]
            : [.. others.OrderBy(other => Draw(service, site, other)).ThenBy(other => other).Take(cluster.Health.ProbersEach)];
    }

    public static bool IsFullMesh(Cluster cluster) => cluster.Sites.Length <= cluster.Health.ProbersBeyond;

    /// <summary>Three ids, well mixed: the finalizer of SplitMix64 after each.</summary>
    private static ulong Draw(ServiceId service, SiteId site, SiteId tester) => Mix(Mix(Mix((uint)service.Value) ^ (uint)site.Value) ^ (uint)tester.Value);

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
