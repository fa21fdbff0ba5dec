using System.Collections.Frozen;
using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Benchmarks;

/// <summary>Six sites in three regions, all up: what bench/dns-peers configures, as a plan.</summary>
internal static class BalancedCluster
{
    public const string Name = "www.example.test";

    private static readonly Location s_atlanta = new("US", "arin", 33.75, -84.39), s_paris = new("FR", "ripe", 48.86, 2.35), s_tokyo = new("JP", "apnic", 35.68, 139.69);
    private static readonly Location[] s_locations = [s_atlanta, s_atlanta, s_paris, s_paris, s_tokyo, s_tokyo];

    public static Plan Compile(Places places)
    {
        var cluster = Make();
        var mine = Seen(cluster, 0).ToFrozenDictionary(seen => seen.Vip);
        var snapshot = new Snapshot
        {
            Id = 1,
            Time = DateTimeOffset.UnixEpoch,
            Now = new Instant(1_000_000),
            Cluster = cluster,
            Self = new SiteId(1),
            States = cluster.Sites.Select(site => StateOf(cluster, site)).ToFrozenDictionary(state => state.Site),
            Ready = true,
            Mine = mine,
            Local = cluster.Services[0].Vips.Where(vip => vip.Site.Value == 1)
                .Select(vip => new VipReport { Vip = vip.Key, ServersUp = 1, ServersTotal = 1, Condition = VipCondition.Up }).ToFrozenDictionary(report => report.Vip),
        };
        return Plan.Compile(snapshot, places);
    }

    private static Cluster Make()
    {
        var service = new ServiceId(1);
        return new Cluster
        {
            Name = "bench",
            Sites = [.. s_locations.Select((location, index) => new Site
            {
                Id = new SiteId(index + 1),
                Name = ((char)('a' + index)).ToString(),
                Location = location,
                Nodes = [new NodeSettings { Name = $"node-{index}", Dns = [new Endpoint(IPAddress.Parse($"192.0.2.{100 + index}"), 53)] }],
            })],
            Services =
            [
                new Service
                {
                    Id = service,
                    Name = Name,
                    Policy = new ServicePolicy { Metrics = [Metric.Geography] },
                    Vips = [.. s_locations.Select((_, index) => new Vip
                    {
                        Service = service, Site = new SiteId(index + 1), Address = new Endpoint(IPAddress.Parse($"192.0.2.{index + 1}"), 80),
                    })],
                },
            ],
        };
    }

    private static SiteState StateOf(Cluster cluster, Site site) => new()
    {
        Site = site.Id,
        Incarnation = 1,
        Sequence = 1,
        Edition = 1,
        Observations = [.. Seen(cluster, site.Id.Value - 1)],
        Orders = [new PreferenceOrder(cluster.Services[0].Id, [.. cluster.Sites.Where(other => other.Id != site.Id).Select(other => other.Id)])],
    };

    private static IEnumerable<Observation> Seen(Cluster cluster, int tester) => cluster.Services[0].Vips.Where(vip => vip.Site.Value != tester + 1)
        .Select(vip => new Observation { Vip = vip.Key, State = HealthState.Up, ResponseMicros = 1000, Samples = 10 });
}
