using System.Collections.Frozen;
using System.Net;
using System.Text;
using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Model;
using Pointsman.Node.Wiring;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Tests.Node.Wiring;

/// <summary>The whole way of a query, octets in and octets out, through the name server and the decision.</summary>
public sealed class DnsAnswersTests
{
    private const ushort A = 1, Txt = 16, Aaaa = 28, Https = 65;
    private static readonly string[] Sites = ["A", "B", "C", "D", "E", "F"];

    // Table II: each tester's order. With 4, 2, 1, 0 it makes Table III: 7, 6, 6, 8, 5, 10 of 42.
    private static readonly string[] Orders = ["DCFBE", "CEFDA", "FABED", "BFEAC", "AFBCD", "DEABC"];
    private static readonly int[] TableThree = [7, 6, 6, 8, 5, 10];

    private readonly DnsAnswers answers = new(workers: 2);
    private readonly QueryProcessor worker = new(0, new WorkerCounters(), TimeSpan.FromSeconds(10));
    private readonly byte[] reply = new byte[4096];
    private readonly Cluster cluster = MakeCluster();
    private readonly ZoneSet zones;
    private Plan? plan;
    private DnsContents contents = DnsContents.Empty;
    private long clock = 1_000_000;

    public DnsAnswersTests()
    {
        zones = new ZoneSet(ServiceZones.Missing(cluster, []));
        Publish();
    }

    private static Cluster MakeCluster()
    {
        Service Make(int id, string name, params Metric[] metrics) => new()
        {
            Id = new ServiceId(id),
            Name = name,
            Policy = new ServicePolicy { Metrics = [.. metrics], Weights = [4, 2, 1, 0] },
            Vips = [.. Sites.SelectMany((_, site) => new[] { VipOf(id, site, $"192.0.2.{site + 1}"), VipOf(id, site, $"2001:db8::{site + 1}") })],
        };
        return new Cluster
        {
            Name = "test",
            Sites = [.. Sites.Select((name, index) => new Site
            {
                Id = new SiteId(index + 1),
                Name = name,
                Location = new Location(null, index % 2 == 0 ? "ripe" : "arin", index % 2 == 0 ? 48 : 38, index % 2 == 0 ? 2 : -100),
                Nodes = [new NodeSettings { Name = name + "1", Dns = [new Endpoint(IPAddress.Parse($"192.0.2.{100 + index}"), 53)] }],
            })],
            Services = [Make(2, "geo.example.test", Metric.Geography, Metric.ResponseTime), Make(1, "www.example.test", Metric.ResponseTime) with { Https = new HttpsSettings { Port = 8443 } }],
        };
    }

    private static Vip VipOf(int service, int site, string address) =>
        new() { Service = new ServiceId(service), Site = new SiteId(site + 1), Address = new Endpoint(IPAddress.Parse(address), 80) };

    private void Publish(HealthState state = HealthState.Up, bool ready = true, bool heard = true)
    {
        var states = Sites.Take(heard ? Sites.Length : 0).Select((_, index) => new SiteState
        {
            Site = new SiteId(index + 1),
            Incarnation = 1,
            Sequence = 1,
            Edition = 1,
            Observations = [.. Seen(index, state)],
            Orders = [.. cluster.Services.Select(service => new PreferenceOrder(service.Id, [.. Orders[index].Select(letter => new SiteId(letter - 'A' + 1))]))],
        });
        var snapshot = new Snapshot
        {
            Id = (plan?.Snapshot.Id ?? 0) + 1,
            Time = DateTimeOffset.UnixEpoch,
            Now = new Instant(1_000_000),
            Cluster = cluster,
            Self = new SiteId(1),
            States = states.ToFrozenDictionary(state => state.Site),
            Ready = ready,
            Mine = Seen(0, state).ToFrozenDictionary(seen => seen.Vip),
            Local = cluster.Services.SelectMany(service => service.Vips).Where(vip => vip.Site.Value == 1).Select(vip => new VipReport { Vip = vip.Key, ServersUp = state == HealthState.Up ? 1 : 0, ServersTotal = 1, Condition = state == HealthState.Up ? VipCondition.Up : VipCondition.Down }).ToFrozenDictionary(report => report.Vip),
        };
        plan = Plan.Compile(snapshot, Places.Shipped, plan);
        contents = new DnsContents(zones, answers.ViewOf(plan));
    }

    private IEnumerable<Observation> Seen(int tester, HealthState state) => cluster.Services.SelectMany(service => service.Vips).Where(vip => vip.Site.Value != tester + 1)
        .Select(vip => new Observation { Vip = vip.Key, State = state, ResponseMicros = 1000, Samples = 10 });

    /// <summary>The code of the answer's extended error, whose six octets stand last or before a client subnet; null = none.</summary>
    private int? ExtendedError(int length)
    {
        var found = reply.AsSpan(0, length).IndexOf((byte[])[0, 15, 0, 2]);
        return found < 0 ? null : (reply[found + 4] << 8) | reply[found + 5];
    }

    private static byte[] Query(string name, ushort type, byte[]? subnet = null)
    {
        List<byte> query = [1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(subnet is null ? 0 : 1)];
        foreach (var label in name.Split('.')) query.AddRange([(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        query.AddRange([0, (byte)(type >> 8), (byte)type, 0, 1]);
        if (subnet is not null) query.AddRange([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 11, 0, 8, 0, 7, 0, 1, 24, 0, .. subnet]);
        return [.. query];
    }

    private int Ask(byte[] query, string source = "198.51.100.1") => worker.Answer(contents, query, reply, ClientAddress.From(IPAddress.Parse(source)), tcp: false, clock, wallSeconds: 0);

    /// <summary>The last octet of the first address: the site's number.</summary>
    private int FirstSite(byte[] query, int length, int octets) => reply[query.Length - (query[11] * 22) + 12 + octets - 1] is var last && length > 0 ? last : 0;

    [Fact]
    [Trait("mission", "P3.4")]
    [Trait("mission", "P3.7")]
    public void A_full_walk_gives_every_site_its_exact_share_while_plans_are_published_all_the_time()
    {
        var query = Query("www.example.test", A);
        var counts = new int[Sites.Length];
        for (var asked = 0; asked < 4200; asked++)
        {
            if (asked % 100 == 0) Publish();
            counts[FirstSite(query, Ask(query), 4) - 1]++;
            clock += 1000;
        }

        Assert.Equal(TableThree.Select(weight => weight * 100), counts);
    }

    [Fact]
    public void An_AAAA_within_two_seconds_names_the_site_of_the_A()
    {
        var (a, aaaa) = (Query("www.example.test", A), Query("www.example.test", Aaaa));
        for (var user = 0; user < 200; user++)
        {
            var source = $"198.51.100.{user}";
            var first = FirstSite(a, Ask(a, source), 4);
            clock += 1_500_000;
            Assert.Equal(first, FirstSite(aaaa, Ask(aaaa, source), 16));
            clock += 3_000_000;
        }
    }

    [Fact, Trait("rfc", "9460 §7.3"), Trait("mission", "P1.2")]
    public void An_HTTPS_record_within_two_seconds_hints_at_the_site_of_the_A()
    {
        var (a, https) = (Query("www.example.test", A), Query("www.example.test", Https));
        for (var user = 0; user < 100; user++)
        {
            var source = $"198.51.100.{user}";
            var site = (byte)FirstSite(a, Ask(a, source), 4);
            clock += 500_000;
            var length = Ask(https, source);
            // 1 . alpn=h2,http/1.1 port=8443 ipv4hint=192.0.2.N ipv6hint=2001:db8::N
            byte[] expected =
            [
                0, 1, 0, 0, 1, 0, 12, 2, .. "h2"u8, 8, .. "http/1.1"u8, 0, 3, 0, 2, 0x20, 0xFB, 0, 4, 0, 4, 192, 0, 2, site,
                0, 6, 0, 16, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, site,
            ];
            Assert.Equal(1, reply[7]);
            Assert.Equal(expected, reply[(https.Length + 12)..length]);
            clock += 3_000_000;
        }
    }

    [Fact]
    public void Without_HTTPS_of_its_own_a_service_leaves_the_zones_HTTPS_record_to_the_zone()
    {
        var zone = new ZoneBuilder(DomainName.Parse("example.test"));
        zone.AddSoa(DomainName.Root, DomainName.Root, 1, 1, 1, 1, 1, 60).Add(zone.Origin, RrType.NS, 60, Rdata.OfName(DomainName.Root));
        zone.Add(DomainName.Parse("geo.example.test"), RrType.HTTPS, 60, Rdata.Plain([0, 1, 0]));
        Assert.True(zone.TryBuild(out var built, out _));
        contents = new DnsContents(new ZoneSet([built]), answers.ViewOf(plan!));
        foreach (var (name, answersExpected) in ((string, int)[])[("geo.example.test", 1), ("A.geo.example.test", 0), ("www.example.test", 1)])
        {
            Ask(Query(name, Https));
            Assert.Equal((0, answersExpected), (reply[3] & 15, reply[7]));
        }
    }

    [Fact]
    public void A_sites_own_name_below_the_service_names_that_site_alone()
    {
        for (var site = 0; site < Sites.Length; site++)
        {
            var query = Query($"{Sites[site]}.www.example.test", A);
            for (var again = 0; again < 5; again++) Assert.Equal(site + 1, FirstSite(query, Ask(query), 4));
        }
    }

    [Fact]
    [Trait("rfc", "8914 §4.4")]
    public void When_nothing_is_up_the_answer_is_marked_as_stale()
    {
        var query = Query("geo.example.test", A, [193, 0, 0]);
        Ask(query);
        Assert.Equal((0, 1), (reply[3] & 15, reply[7]));
        Assert.Null(ExtendedError(Ask(query)));
        Publish(HealthState.Down);
        var length = Ask(query);
        Assert.Equal(0, reply[3] & 15);
        Assert.NotEqual(0, reply[7]);
        Assert.Equal(3, ExtendedError(length));
    }

    [Fact]
    [Trait("rfc", "8914 §4.15")]
    public void Before_the_first_probes_and_without_any_word_the_failure_says_that_it_is_too_early()
    {
        Publish(ready: false, heard: false);
        var length = Ask(Query("geo.example.test", A, [193, 0, 0]));
        Assert.Equal((2, 0), (reply[3] & 15, reply[7]));
        Assert.Equal(14, ExtendedError(length));
    }

    [Fact]
    public void Before_the_first_probes_what_the_other_sites_see_is_answered()
    {
        Publish(ready: false);
        var length = Ask(Query("geo.example.test", A, [193, 0, 0]));
        Assert.Equal((0, 1), (reply[3] & 15, reply[7]));
        Assert.Equal(3, ExtendedError(length));
    }

    [Fact]
    [Trait("mission", "P1.1")]
    public void A_service_in_no_configured_zone_gets_a_zone_with_its_name_servers()
    {
        var length = Ask(Query("www.example.test", 2));
        Assert.Equal(0, reply[3] & 15);
        Assert.Equal(6, reply[7]); // one name server a site
        Assert.True(length > 100);
        var glue = Query("ns-B.www.example.test", A);
        Assert.Equal(101, FirstSite(glue, Ask(glue), 4));
    }

    /// <summary>Ten kinds of query: the worker's own thread allocates nothing for any of them once warm.</summary>
    [Fact]
    public void A_hundred_thousand_queries_of_ten_kinds_allocate_nothing()
    {
        byte[][] kinds =
        [
            Query("www.example.test", A), Query("WWW.eXample.test", A), Query("www.example.test", Aaaa), Query("geo.example.test", A, [193, 0, 0]),
            Query("geo.example.test", Aaaa, [63, 0, 0]), Query("www.example.test", Txt), Query("nowhere.www.example.test", A),
            Query("www.example.org", A), Query("B.geo.example.test", A), [1, 2, 3, 4, 5, 6, 7],
        ];
        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                worker.Answer(contents, kinds[i % kinds.Length], reply, new ClientAddress(false, (UInt128)(uint)(0x0A000000 + i), 32), tcp: false, clock, wallSeconds: 0);
                clock += 50;
            }
        }

        Run(20_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(100_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
