using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Benchmarks;

/// <summary>
/// 100 sites that all offer all of 1,000 services, and 300 places that clients can be at: ten million cells in the response-time matrices. The
/// response times are those of distances between points spread over the globe, each service's a little different, so that no two need have one table.
/// </summary>
internal static class LargeCluster
{
    public const int Sites = 100, Services = 1000, ClientPlaces = 300;

    /// <summary>A prefix for each place, one /16 after another from 1.0.0.0 on, at points spread evenly over the globe.</summary>
    public static Places Places()
    {
        var text = new StringBuilder("prefix,country,region,latitude,longitude\n");
        for (var place = 0; place < ClientPlaces; place++)
        {
            var (latitude, longitude) = Point(place, ClientPlaces);
            text.Append(CultureInfo.InvariantCulture, $"{1 + (place / 256)}.{place % 256}.0.0/16,US,{(latitude > 0 ? "ripe" : "arin")},{latitude:0.00},{longitude:0.00}\n");
        }
        var loaded = Topology.Places.Load([new PlaceSource("made-up.csv", PlaceLayer.Database, text.ToString())]);
        return loaded.Places ?? throw new InvalidOperationException(loaded.Errors[0].ToString());
    }

    public static Snapshot Make()
    {
        var cluster = new Cluster
        {
            Name = "bench",
            Sites = [.. Enumerable.Range(0, Sites).Select(site => new Site
            {
                Id = new SiteId(site + 1),
                Name = $"site-{site:d3}",
                Location = new Location("US", "arin", Math.Round(Point(site, Sites).Latitude, 2), Math.Round(Point(site, Sites).Longitude, 2)),
            })],
            Services = [.. Enumerable.Range(0, Services).Select(ServiceOf)],
        };
        var states = cluster.Sites.AsParallel().Select(site => StateOf(cluster, site)).ToFrozenDictionary(state => state.Site);
        return new Snapshot
        {
            Id = 1,
            Time = DateTimeOffset.UnixEpoch,
            Now = new Instant(1_000_000),
            Cluster = cluster,
            Self = new SiteId(1),
            States = states,
            Mine = states[new SiteId(1)].Observations.ToFrozenDictionary(seen => seen.Vip),
            Local = states[new SiteId(1)].Vips.ToFrozenDictionary(report => report.Vip),
        };
    }

    private static Service ServiceOf(int number)
    {
        var id = new ServiceId(number + 1);
        return new Service
        {
            Id = id,
            Name = $"s{number:d4}.example.test",
            Policy = new ServicePolicy { Metrics = [Metric.Geography, Metric.Capacity, Metric.ResponseTime] },
            Vips = [.. Enumerable.Range(0, Sites).Select(site => new Vip
            {
                Service = id,
                Site = new SiteId(site + 1),
                Address = new Endpoint(new IPAddress([10, (byte)site, (byte)(number >> 8), (byte)number]), 80),
                MaxConnections = 1000,
            })],
        };
    }

    private static SiteState StateOf(Cluster cluster, Site site)
    {
        var self = site.Id.Value - 1;
        var observations = ImmutableArray.CreateBuilder<Observation>(Services * (Sites - 1));
        var orders = ImmutableArray.CreateBuilder<PreferenceOrder>(Services);
        foreach (var service in cluster.Services)
        {
            var times = service.Vips.Where(vip => vip.Site != site.Id).Select(vip => (Vip: vip, Micros: Micros(self, vip.Site.Value - 1, service.Id.Value))).ToArray();
            foreach (var (vip, micros) in times) observations.Add(new Observation { Vip = vip.Key, State = HealthState.Up, ResponseMicros = micros, Samples = 10 });
            orders.Add(new PreferenceOrder(service.Id, [.. times.OrderBy(time => time.Micros).Select(time => time.Vip.Site)]));
        }
        return new SiteState
        {
            Site = site.Id,
            Incarnation = 1,
            Sequence = 1,
            Edition = 1,
            Vips = [.. cluster.Services.Select(service => new VipReport { Vip = service.Vips[self].Key, ServersUp = 2, ServersTotal = 2, ConnectionsActive = (self + service.Id.Value) % 900, ConnectionsMax = 1000 })],
            Observations = observations.MoveToImmutable(),
            Orders = orders.MoveToImmutable(),
        };
    }

    private static long Micros(int tester, int tested, int service)
    {
        var (from, to) = (Point(tester, Sites), Point(tested, Sites));
        return 1000 + (long)(GreatCircle.Kilometres(from.Latitude, from.Longitude, to.Latitude, to.Longitude) * 10) + (((tester * 31) + (tested * 17) + (service * 13)) % 97 * 100);
    }

    // Fibonacci's lattice.
    private static (double Latitude, double Longitude) Point(int index, int count) =>
        (double.RadiansToDegrees(Math.Asin(1 - (2 * (index + 0.5) / count))), (index * 137.50776405003785 % 360) - 180);
}
