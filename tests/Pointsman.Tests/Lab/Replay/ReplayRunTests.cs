using System.Collections.Frozen;
using System.Net;
using CsCheck;
using Pointsman.Lab.Replay;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Tests.Policy;
using Pointsman.Topology;

namespace Pointsman.Tests.Lab.Replay;

public sealed class ReplayRunTests
{
    private const string Japan = "211.123.11.20", France = "2.0.0.1", Private = "10.1.2.3";
    private readonly World five = World.FiveContinents();

    private Plan Plan(Circumstances? circumstances = null, ServicePolicy? policy = null)
    {
        if (policy is not null) five.Policy = policy;
        five.Reconfigure();
        return new ConfiguredWorld(five.Cluster, Places.Shipped).Plan(five.Id("atlanta"), circumstances ?? Circumstances.AllUp);
    }

    private static ReplayReport Replay(Plan before, Plan after, params (string Client, int Times)[] queries)
    {
        var run = new ReplayRun(before, after);
        long asked = 0;
        foreach (var (client, times) in queries)
        {
            for (var time = 0; time < times; time++) run.Add(World.ServiceId, Client.From(IPAddress.Parse(client)), AddressKind.A, new Instant(3_000_000 * ++asked));
        }
        return run.Report();
    }

    private Dictionary<string, long> Counted(ReplayReport report, bool after) => report.Sites
        .Select((site, index) => (five.Name(site), after ? report.Whole.After[index] : report.Whole.Before[index]))
        .Where(pair => pair.Item2 > 0).ToDictionary(pair => pair.Item1, pair => pair.Item2);

    [Fact]
    public void The_same_plan_moves_nobody()
    {
        var report = Replay(Plan(), Plan(), (Japan, 100), (France, 50), (Private, 10));
        Assert.Equal((160L, 0.0), (report.Whole.Queries, report.Whole.Moved));
        Assert.Equal(report.Whole.Before, report.Whole.After);
    }

    [Fact]
    public void A_site_that_is_lost_moves_its_own_users_and_no_others()
    {
        var report = Replay(Plan(), Plan(new Circumstances { DownSites = [five.Id("tokyo")] }), (Japan, 100), (France, 50));
        Assert.Equal(new Dictionary<string, long> { ["tokyo"] = 100, ["paris"] = 50 }, Counted(report, after: false));
        Assert.Equal(new Dictionary<string, long> { ["san-jose"] = 100, ["paris"] = 50 }, Counted(report, after: true));
        Assert.Equal([("apnic", 100.0), ("ripe", 0.0)], report.Regions.Select(region => (region.Name, region.Moved)));
    }

    [Fact]
    public void Rotating_turns_are_taken_one_after_another_and_their_shares_are_exact()
    {
        var policy = new ServicePolicy { FewSites = FewSites.Weights, Weights = [1], SiteWeights = new Dictionary<SiteId, int> { [five.Id("tokyo")] = 4 }.ToFrozenDictionary() };
        var report = Replay(Plan(policy: policy), Plan(policy: policy), (Japan, 800));
        Assert.Equal(new Dictionary<string, long> { ["atlanta"] = 100, ["paris"] = 100, ["quito"] = 100, ["san-jose"] = 100, ["tokyo"] = 400 }, Counted(report, after: true));
    }

    [Fact]
    public void What_moves_is_what_the_shares_differ_by_and_not_what_falls_out_of_step()
    {
        var even = new ServicePolicy { FewSites = FewSites.Weights, Weights = [1] };
        var uneven = even with { SiteWeights = new Dictionary<SiteId, int> { [five.Id("tokyo")] = 2 }.ToFrozenDictionary() };
        var before = Plan(policy: even);
        // Of five fifths one becomes two sixths: two fifteenths of the users move to it.
        Assert.Equal(3000 * 2 / 15.0, Replay(before, Plan(policy: uneven), (Japan, 3000)).Whole.Moved, 6);
    }

    [Fact]
    public void With_sticky_turns_each_client_is_compared()
    {
        var sticky = new ServicePolicy { FewSites = FewSites.Weights, Weights = [1], Turn = TurnKind.Sticky };
        var clients = Enumerable.Range(0, 200).Select(index => ($"198.18.{index}.1", 1)).ToArray();
        var report = Replay(Plan(policy: sticky), Plan(new Circumstances { DownSites = [five.Id("tokyo")] }, sticky), clients);
        Assert.Equal(Counted(report, after: false)["tokyo"], report.Whole.Moved);
    }

    [Fact]
    public void Queries_that_get_no_site_are_counted_as_such()
    {
        five.Shape = service => service with { UseDnsRespond = false };
        var report = Replay(Plan(), Plan(), (Japan, 7));
        Assert.Equal((7L, 0.0), (report.Whole.After[^1], report.Whole.Moved));
    }

    [Fact]
    public void An_answer_to_the_second_kind_of_record_joins_the_first()
    {
        var plan = Plan(policy: new ServicePolicy { FewSites = FewSites.Weights, Weights = [1] });
        var run = new ReplayRun(plan, plan);
        for (var pair = 0; pair < 10; pair++)
        {
            var now = new Instant(pair * 10_000_000L);
            run.Add(World.ServiceId, Client.From(IPAddress.Parse(Japan)), AddressKind.A, now);
            run.Add(World.ServiceId, Client.From(IPAddress.Parse(Japan)), AddressKind.Aaaa, now);
        }
        Assert.All(Counted(run.Report(), after: true).Values, count => Assert.Equal(4, count));
    }

    [Fact]
    public void Whatever_is_asked_every_sum_is_the_number_of_queries()
    {
        var (before, after) = (Plan(), Plan(new Circumstances { DownSites = [five.Id("paris")] }));
        Gen.Select(Gen.Byte.Array[4].Select(octets => new IPAddress(octets).ToString()), Gen.Int[1, 20]).Array[0, 30].Sample(queries =>
        {
            var report = Replay(before, after, queries);
            var all = queries.Sum(query => (long)query.Item2);
            foreach (var parts in new[] { report.Services, report.Places, report.Regions })
            {
                Assert.Equal(all, parts.Sum(part => part.Before.Sum()));
                Assert.Equal(all, parts.Sum(part => part.After.Sum()));
                Assert.Equal(report.Whole.Moved, parts.Sum(part => part.Moved), 6);
            }
            Assert.InRange(report.Whole.Moved, 0, all);
        });
    }
}
