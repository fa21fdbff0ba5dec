using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Tests.Policy.Oracle;

/// <summary>
/// A whole snapshot made of one number: up to 30 sites, whatever policy, whatever is said and seen, nonsense of peers included. Everything is drawn apart,
/// so that what can meet does meet: a site that is voted down, kept, restricted, full and weighed at once.
/// </summary>
internal sealed class RandomSnapshot
{
    /// <summary>Far from one another, so that no rounding of a distance decides anything.</summary>
    private static readonly (string Country, double North, double East)[] s_cities =
    [
        ("US", 37.3, -121.9), ("US", 33.7, -84.4), ("FR", 48.9, 2.4), ("DE", 52.5, 13.4), ("EC", -0.2, -78.5), ("JP", 35.7, 139.7), ("AU", -33.9, 151.2), ("ZA", -26.2, 28.0),
        ("BR", -23.5, -46.6), ("IN", 19.1, 72.9), ("SG", 1.3, 103.8), ("GB", 51.5, -0.1), ("SE", 59.3, 18.1), ("KE", -1.3, 36.8), ("CA", 45.5, -73.6), ("MX", 19.4, -99.1),
    ];

    private static readonly string[] s_networks = ["FR", "DE", "SE", "GB", "CH", "US", "CA", "MX", "BR", "CL", "JP", "KR", "IN", "AU", "ZA", "EG", "AE", "TR"];

    /// <summary>Eighteen countries' networks for tests (RFC 2544), and the rest of the world by the registries' blocks.</summary>
    public static readonly Places Places = Pointsman.Topology.Places.Load([new PlaceSource("users.csv", PlaceLayer.Subscribers,
        "prefix,country\n" + string.Concat(s_networks.Select((country, number) => $"{NetworkOf(number)}/24,{country}\n")))]).Places!;

    private readonly Random random;
    private readonly ImmutableArray<Site> sites;
    private readonly Service service;

    private RandomSnapshot(int seed)
    {
        random = new Random(seed);
        var offering = random.Next(3) == 0 ? random.Next(1, 6) : random.Next(1, 31);
        sites = [.. Enumerable.Range(0, offering + random.Next(3)).Select(MakeSite).OrderBy(site => site.Name, StringComparer.Ordinal)];
        var chosen = sites.OrderBy(_ => random.Next()).Take(offering).OrderBy(site => site.Name, StringComparer.Ordinal).ToList();
        service = new Service
        {
            Id = new ServiceId(5),
            Name = "www.example.com",
            Answers = random.Next(1, 5),
            Policy = new RandomPolicy(random, [.. sites.Select(site => site.Id)]).Make(),
            Vips = [.. chosen.SelectMany(MakeVips)],
        };
    }

    public static Snapshot Of(int seed) => new RandomSnapshot(seed).Make();

    /// <summary>Clients of every network, of the registries' blocks and of no place.</summary>
    public static string Client(int number) => (number % (s_networks.Length + 3)) switch
    {
        var network when network < s_networks.Length => NetworkOf(network),
        18 => "10.0.0.1",
        19 => "193.0.6.139",
        _ => "200.1.123.46",
    };

    private static string NetworkOf(int number) => $"198.18.{number}.0";

    private bool Chance(int percent) => random.Next(100) < percent;
    private T Any<T>(params T[] choices) => choices[random.Next(choices.Length)];

    private Site MakeSite(int number)
    {
        var (country, north, east) = s_cities[random.Next(s_cities.Length)];
        return new Site
        {
            // Numbers run against names, so that whoever confuses them is found out.
            Id = new SiteId(1000 - (number * 7)),
            Name = $"s{number:00}",
            Location = Chance(90) ? new Location(country, null, north, east) : null,
            Cost = Any(1.0, 1.0, 2.0),
        };
    }

    private IEnumerable<Vip> MakeVips(Site site)
    {
        var address = new IPAddress([10, 18, (byte)random.Next(256), (byte)(site.Id.Value % 251)]);
        int? most = Any<int?>(null, 100, 1000);
        var first = new Vip { Service = new ServiceId(5), Site = site.Id, Address = new Endpoint(address, 80), MaxConnections = most };
        yield return first;
        if (Chance(20)) yield return first with { Address = first.Address with { Port = 443 } };
        if (Chance(20)) yield return first with { Address = new Endpoint(new IPAddress([10, 19, (byte)random.Next(256), (byte)(site.Id.Value % 251)]), 80), MaxConnections = 500 };
    }

    private Snapshot Make()
    {
        var self = sites[random.Next(sites.Length)].Id;
        var dead = sites.Select(site => site.Id).Where(_ => Chance(25)).ToHashSet();
        return new Snapshot
        {
            Id = 1,
            Time = DateTimeOffset.UnixEpoch,
            Now = World.Now,
            Cluster = new Cluster { Name = "random", Sites = sites, Services = [service] },
            Self = self,
            States = sites.Where(_ => Chance(85)).ToFrozenDictionary(site => site.Id, site => State(site.Id, dead)),
            Mine = Observations(self, dead).ToFrozenDictionary(seen => seen.Vip),
            Local = Reports(self).ToFrozenDictionary(report => report.Vip),
            LastGood = Chance(50)
                ? new Dictionary<ServiceId, ImmutableArray<SiteId>> { [service.Id] = [.. sites.Where(_ => Chance(30)).Select(site => site.Id)] }.ToFrozenDictionary()
                : FrozenDictionary<ServiceId, ImmutableArray<SiteId>>.Empty,
            Ready = Chance(95),
        };
    }

    private SiteState State(SiteId site, HashSet<SiteId> dead) => new()
    {
        Site = site,
        Incarnation = 1,
        Sequence = 7,
        Edition = 5,
        // Fresh; fresh, but its load is old; not fresh at all.
        SentAt = World.Now + TimeSpan.FromSeconds(-Any(1, 1, 1, 1, 100, 200)),
        Validity = TimeSpan.FromMinutes(3),
        Period = TimeSpan.FromMinutes(1),
        SelfReport = Chance(92) ? SelfReport.None : Any(SelfReport.Draining, SelfReport.Overloaded, SelfReport.Disabled, SelfReport.Leaving),
        VotesMuted = Chance(10),
        Vips = Reports(site),
        Observations = [.. Observations(site, dead)],
        // Nonsense too: itself, sites that do not offer the service, sites that do not exist, one twice.
        Orders = Chance(95) ? [new PreferenceOrder(service.Id, [.. sites.Select(one => one.Id).Append(new SiteId(7)).Concat(sites.Take(2).Select(one => one.Id)).Where(_ => Chance(85)).OrderBy(_ => random.Next())])] : [],
    };

    private ImmutableArray<VipReport> Reports(SiteId site) =>
    [
        .. service.Vips.Where(vip => vip.Site == site && Chance(93)).Select(vip => new VipReport
        {
            Vip = vip.Key,
            Condition = Chance(85) ? VipCondition.Up : Any(VipCondition.Full, VipCondition.Overloaded, VipCondition.Down, VipCondition.Draining, VipCondition.Disabled, VipCondition.Held),
            ConnectionsActive = random.Next(-1, 1200),
            ConnectionsMax = vip.MaxConnections,
            AdmitMillionths = Chance(60) ? VipReport.AdmitAll : Any(0, random.Next(1_000_001), 500_000, 2_000_000),
        }),
    ];

    private IEnumerable<Observation> Observations(SiteId tester, HashSet<SiteId> dead) =>
        service.Vips.Where(vip => vip.Site != tester && Chance(92)).Select(vip => new Observation
        {
            Vip = vip.Key,
            State = Chance(dead.Contains(vip.Site) ? 85 : 6) ? HealthState.Down : Any(HealthState.Up, HealthState.Up, HealthState.Up, HealthState.Up, HealthState.Up, HealthState.Up, HealthState.Suspect, HealthState.Unknown, HealthState.Overloaded, HealthState.Disabled),
            ResponseMicros = random.Next(1000, 200_000),
            ThroughputBytesPerSecond = Any(0, 1_000_000, 3_000_000, long.MaxValue),
            Samples = 9,
            MeasuredAt = World.Now,
        });
}
