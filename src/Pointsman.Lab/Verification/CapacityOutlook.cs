using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Lab.Verification;

/// <summary>
/// Whether what is lost fits into what is left: with every VIP so full when all is up, the users of the sites that fail need room at the others. The
/// worst of all failures is that of the largest sites. A service with a VIP without a maximum has room without end. Where the users are is not known here:
/// a recorded day replayed tells what comes to each site.
/// </summary>
public static class CapacityOutlook
{
    public static ImmutableArray<CapacityShortage> Of(Cluster cluster, ImmutableArray<Service> services, Failures failures, int percent)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(failures);
        var shortages = ImmutableArray.CreateBuilder<CapacityShortage>();
        foreach (var service in services)
        {
            if (service.Vips.IsEmpty || service.Vips.Any(vip => vip.MaxConnections is null)) continue;
            var bySite = service.Vips.GroupBy(vip => vip.Site).ToDictionary(group => group.Key, group => group.Sum(vip => (long)vip.MaxConnections!.Value));
            var worst = bySite.Where(pair => failures.Of.Contains(pair.Key)).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(Math.Min(failures.Sites, bySite.Count - 1)).Select(pair => pair.Key).ToImmutableArray();
            var all = bySite.Values.Sum();
            var left = all - worst.Sum(site => bySite[site]);
            var wanted = all * percent / 100;
            if (!worst.IsEmpty && wanted > left) shortages.Add(new CapacityShortage(service, worst, percent, all, wanted, left));
        }
        return shortages.ToImmutable();
    }
}

/// <param name="Sites">The failure.</param>
/// <param name="All">Connections that all sites together can hold; <paramref name="Wanted"/> = <paramref name="Percent"/> % of them.</param>
/// <param name="Left">What the sites that are left can hold.</param>
public readonly record struct CapacityShortage(Service Service, ImmutableArray<SiteId> Sites, int Percent, long All, long Wanted, long Left);
