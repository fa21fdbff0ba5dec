using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Tests.Policy.Oracle;

/// <summary>[S12, S13] The sites in tiers for a client, one metric after another.</summary>
internal sealed class SlowTiers(Service service, SlowTable table, Place client)
{
    public List<List<Site>> Sort(List<Site> sites)
    {
        List<List<Site>> tiers = [sites];
        // Named by the rules before those that orElse: anywhere lets in.
        tiers = Split(tiers, site => service.Policy.Restrictions.Where(rule => rule.Clients.Any(Is)).All(rule => rule.Sites.Contains(site.Id)) ? 0 : 1);
        foreach (var metric in service.Policy.Metrics)
        {
            tiers = metric switch
            {
                Metric.Cost => Split(tiers, site => site.Cost),
                Metric.Static => Split(tiers, site => Order.IndexOf(site.Id) is >= 0 and var place ? place : int.MaxValue),
                Metric.Geography when Point is not null && SitesDiffer => Split(tiers, site => Point.Region is not null && PlaceOf(site).Region == Point.Region ? -1 : Kilometres(site)),
                Metric.Distance when Point is not null && SitesDiffer => Split(tiers, Kilometres),
                _ => tiers,
            };
        }
        return tiers;
    }

    private static List<List<Site>> Split(List<List<Site>> tiers, Func<Site, double> rank) =>
        [.. tiers.SelectMany(tier => tier.GroupBy(rank).OrderBy(group => group.Key).Select(group => group.ToList()))];

    private List<SiteId> Order => [.. service.Policy.Orders.FirstOrDefault(rule => rule.Clients.Any(Is))?.Order ?? service.Policy.StaticOrder];

    /// <summary>Its own place, else that of the default region, else none.</summary>
    private Place? Point => IsKnown ? client : service.Policy.DefaultRegion is { } region ? Places.PlaceOf(null, region, null, null) : null;

    private bool IsKnown => client is not { Country: null, Region: null, Latitude: null };

    /// <summary>[P2.6].</summary>
    private bool SitesDiffer => table.Sites.Select(site => (PlaceOf(site).Region, PlaceOf(site).Latitude, PlaceOf(site).Longitude)).Distinct().Count() > 1;

    private Place PlaceOf(Site site) => site.Location is { } at
        ? Places.PlaceOf(at.Country, at.Region, at.Latitude, at.Longitude)
        : RandomSnapshot.Places.Lookup(table.VipsOf(site)[0].Address.Address).Place;

    private double Kilometres(Site site) => Point is { Latitude: { } north, Longitude: { } east } && PlaceOf(site) is { Latitude: { } siteNorth, Longitude: { } siteEast }
        ? Angle(north, east, siteNorth, siteEast)
        : double.MaxValue;

    /// <summary>By the cosine rule, which is not the code's; rounded, so that one and the same point is one distance.</summary>
    private static double Angle(double north, double east, double siteNorth, double siteEast)
    {
        var (a, b) = (double.DegreesToRadians(north), double.DegreesToRadians(siteNorth));
        var cosine = (Math.Sin(a) * Math.Sin(b)) + (Math.Cos(a) * Math.Cos(b) * Math.Cos(double.DegreesToRadians(siteEast - east)));
        return Math.Round(Math.Acos(Math.Clamp(cosine, -1, 1)) * 6371.0088);
    }

    private bool Is(ClientSelector selector) => selector.Kind switch
    {
        ClientSelectorKind.Country => client.Country == selector.Code,
        ClientSelectorKind.Continent => client.Continent == selector.Code,
        ClientSelectorKind.Region => client.Region == selector.Code,
        ClientSelectorKind.Union => client.Country is "DE" or "FR" or "SE",
        _ => !IsKnown,
    };
}

/// <summary>[P3.10, S12] Weights within a tier multiply: the hand-off weight, the free share in thousandths, the throughput in thousandths of the best.</summary>
internal sealed class SlowWeights(Snapshot snapshot, Service service, SlowTable table, Func<Site, List<Vip>> live)
{
    public double Of(Site site) => table.Once("weight", site, Find);

    private double Find(Site site)
    {
        var metrics = service.Policy.Metrics;
        var total = table.Total(site).Weight;
        double weight = metrics.Contains(Metric.ResponseTime) && total > 0 ? total : table.SiteWeight(site);
        if (metrics.Contains(Metric.Capacity)) weight *= Free(site) ?? table.Sites.Select(Free).Min() ?? 1000;
        if (metrics.Contains(Metric.Throughput)) weight *= Throughput(site);
        return Math.Max(1, weight);
    }

    /// <summary>Of what a site says fresh of its VIPs that are up; null = nothing.</summary>
    private double? Free(Site site)
    {
        if (table.Fresh(site.Id) is not { } state || snapshot.Now - state.SentAt > TimeSpan.FromSeconds(90)) return null;
        var said = live(site).Select(vip => state.Vips.LastOrDefault(report => report.Vip == vip.Key)).OfType<VipReport>().ToList();
        if (said.Count == 0) return null;
        if (said.Exists(report => report.ConnectionsMax is null) || said.Sum(report => report.ConnectionsMax) == 0) return 1000;
        var most = said.Sum(report => (long)report.ConnectionsMax!.Value);
        return Math.Clamp((most - said.Sum(report => Math.Max(0, report.ConnectionsActive))) * 1000 / most, 1, 1000);
    }

    private double Throughput(Site site)
    {
        var known = table.Sites.Select(Mean).Where(mean => mean > 0).ToList();
        if (known.Count == 0) return 1000;
        return (double)Math.Max(1, Math.Floor((Mean(site) ?? known.Min()!.Value) * 1000 / known.Max()!.Value));
    }

    /// <summary>Over the testers that know, each by its fastest VIP of the addresses that are up for it.</summary>
    private decimal? Mean(Site site)
    {
        var all = table.Columns.Where(column => column.Site != site.Id).Select(column => Fastest(column.Observations, site)).Where(seen => seen?.ThroughputBytesPerSecond > 0).ToList();
        return all.Count == 0 ? null : Math.Floor(all.Sum(seen => (decimal)Math.Min(seen!.ThroughputBytesPerSecond, long.MaxValue / 1024)) / all.Count);
    }

    private Observation? Fastest(IEnumerable<Observation> seen, Site site)
    {
        var vips = table.VipsOf(site);
        return vips.GroupBy(vip => vip.Address.Address)
            .Where(address => address.All(vip => seen.LastOrDefault(one => one.Vip == vip.Key)?.State is HealthState.Up or HealthState.Suspect))
            .SelectMany(address => address).Select(vip => seen.Last(one => one.Vip == vip.Key)).MinBy(one => one.ResponseMicros);
    }
}
