using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Model;
using Pointsman.Policy.Tables;
using Pointsman.Topology;

namespace Pointsman.Policy.Plans;

/// <summary>
/// How one service sorts its sites into tiers for a client's place [P2.5, S12, S13]. First of all what its restrictions leave. Geography: the sites in
/// the client's region are the first tier, then one site after another by great-circle distance. Distance: by distance alone. Cost: the same for
/// everyone. Static: the order that is given for the client, else that for everyone. Made from the configuration and the places only, so that it
/// outlives every snapshot.
/// </summary>
internal sealed class TierRules
{
    private const int Farthest = int.MaxValue;

    private readonly ImmutableArray<Metric> metrics;
    private readonly ImmutableArray<Place> sites;
    private readonly ImmutableArray<Site> rows;
    private readonly int[] costRanks;
    private readonly ClientRules clients;
    private readonly Place? defaultPlace;
    private readonly bool hasGeography;

    public TierRules(ServiceRows service, Places places)
    {
        var policy = service.Service.Policy;
        rows = service.Sites;
        clients = new ClientRules(service);
        metrics = [.. policy.Metrics.Where(metric => metric is Metric.Geography or Metric.Distance or Metric.Cost or Metric.Static)];
        sites = [.. Enumerable.Range(0, service.Count).Select(row => PlaceOf(service.Sites[row], service.Vips[row], places))];
        defaultPlace = policy.DefaultRegion is { } region ? places.Complete(null, region, null, null) : null;
        // Geography acts only when sites differ in place [P2.6].
        hasGeography = metrics.Any(metric => metric is Metric.Geography or Metric.Distance) && sites.Select(PointOf).Distinct().Skip(1).Any();
        var costs = service.Sites.Select(site => site.Cost).Distinct().Order().ToList();
        costRanks = [.. service.Sites.Select(site => costs.IndexOf(site.Cost))];
    }

    /// <summary>False: every client gets the same tiers, whatever its address.</summary>
    public bool DependsOnPlace => hasGeography || clients.DependOnPlace;

    /// <summary>Equal keys, equal rules: services that share one share its class table.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join(',', metrics)}|{defaultPlace?.Region}|{string.Join(';', sites.Select(PointOf))}|{string.Join(',', costRanks)}|{clients.Key}");

    /// <summary>The place that geography takes for a client: its own, else that of the default region, else none [S13].</summary>
    public Place? Effective(Place client) => client.IsKnown ? client : defaultPlace;

    public TierOrder OrderFor(Place client)
    {
        var place = Effective(client);
        var rule = clients.For(client);
        var ranks = new List<int[]>(metrics.Length);
        foreach (var metric in metrics)
        {
            if (metric == Metric.Cost) ranks.Add(costRanks);
            else if (metric == Metric.Static) ranks.Add(rule.StaticRanks);
            else if (hasGeography && place is not null) ranks.Add(Distances(place, metric == Metric.Geography));
        }
        return TierOrder.Of(rule.Reach, ranks);
    }

    /// <summary>Why a row stands where it does, for the trace.</summary>
    public string Describe(int row, Place client)
    {
        var words = metrics.Select(metric => metric switch
        {
            Metric.Cost => string.Create(CultureInfo.InvariantCulture, $"cost {rows[row].Cost}"),
            Metric.Static => DescribeStatic(row, clients.For(client)),
            _ when !hasGeography => "all sites are in one place",
            _ => Effective(client) is { } place ? DescribeDistance(row, place, metric == Metric.Geography) : "the client's place is unknown",
        });
        return string.Join(", ", words);
    }

    private static string DescribeStatic(int row, ClientRule rule)
    {
        var place = rule.StaticRanks[row];
        var words = place == rule.Named ? "not named in the static order" : string.Create(CultureInfo.InvariantCulture, $"static place {place + 1}");
        return rule.Order is { } order ? string.Create(CultureInfo.InvariantCulture, $"{words} of policy.orders[{order}]") : words;
    }

    private string DescribeDistance(int row, Place client, bool byRegion)
    {
        var kilometres = Kilometres(client, sites[row]);
        var distance = kilometres == Farthest ? "distance unknown" : string.Create(CultureInfo.InvariantCulture, $"{kilometres} km");
        return byRegion && IsSameRegion(client, sites[row]) ? $"in the client's region {client.Region}, {distance}" : distance;
    }

    /// <summary>Whole kilometres; with regions, −1 for the sites of the client's own.</summary>
    private int[] Distances(Place client, bool byRegion) =>
        [.. sites.Select(site => byRegion && IsSameRegion(client, site) ? -1 : Kilometres(client, site))];

    private static bool IsSameRegion(Place client, Place site) => client.Region is not null && string.Equals(client.Region, site.Region, StringComparison.Ordinal);

    private static int Kilometres(Place client, Place site) =>
        client is { Latitude: { } north, Longitude: { } east } && site is { Latitude: { } siteNorth, Longitude: { } siteEast }
            ? (int)Math.Round(GreatCircle.Kilometres(north, east, siteNorth, siteEast))
            : Farthest;

    /// <summary>As configured, else where its VIP's address is [P2.6].</summary>
    private static Place PlaceOf(Site site, ImmutableArray<Vip> vips, Places places) => site.Location is { } location
        ? places.Complete(location.Country, location.Region, location.Latitude, location.Longitude)
        : places.Lookup(vips[0].Address.Address).Place;

    private static (string? Region, double? Latitude, double? Longitude) PointOf(Place place) => (place.Region, place.Latitude, place.Longitude);
}
