using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using CsCheck;
using Pointsman.Lab.Verification;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Tests.Policy;
using Pointsman.Topology;

namespace Pointsman.Tests.Lab.Verification;

public sealed class VerifierTests
{
    private const string Japan = "211.123.11.20";
    private readonly World five = World.FiveContinents();

    private VerifierReport Verify(int failures = 1, bool links = true)
    {
        five.Reconfigure();
        return new Verifier(five.Cluster, Places.Shipped, new Failures(failures, [.. five.Cluster.Sites.Select(site => site.Id)], Addresses: true, links)).Run(five.Cluster.Services);
    }

    private Breach? Check(Circumstances real, Circumstances claimed, string self = "paris", string? arrivedAt = null, string client = Japan)
    {
        five.Reconfigure();
        var world = new ConfiguredWorld(five.Cluster, Places.Shipped);
        return Verifier.Check(world.Plan(five.Id(self), real), claimed, five.Id(self), IPAddress.Parse(client), arrivedAt is null ? null : five.Id(arrivedAt));
    }

    private Circumstances Down(params string[] names) => new() { DownSites = [.. names.Select(five.Id)] };

    [Fact]
    public void A_policy_that_is_right_is_proven_and_what_was_tried_is_counted()
    {
        var report = Verify();
        Assert.True(report.IsProven, string.Join("; ", report.Breaches.Select(breach => breach.Text)));
        var service = Assert.Single(report.Services);
        // None, five sites, five addresses, ten links; a cut link is seen in three ways.
        Assert.Equal((21, 11 + (10 * 3)), (service.Cases, service.Answers / service.Kinds));
        Assert.InRange(service.Kinds, 5, 12);
        Assert.True(service.Redirects >= service.Kinds * 5);
    }

    [Theory]
    [InlineData(2, 1 + 5 + 10)]
    [InlineData(5, 32)]
    [InlineData(9, 32)]
    [InlineData(0, 1)]
    public void Sets_of_sites_are_tried_up_to_a_size(int size, int sets)
    {
        var failures = new Failures(size, [.. five.Cluster.Sites.Select(site => site.Id)], Addresses: false, Links: false);
        Assert.Equal(sets, failures.SetsOfSites);
        Assert.Equal(sets, failures.For(five.Cluster.Services[0], five.Cluster).Select(one => string.Join(',', one.DownSites)).Distinct().Count());
        Assert.Equal(sets, failures.CountFor(five.Cluster.Services[0]));
    }

    [Fact]
    public void More_sets_than_a_number_can_hold_are_still_many()
        => Assert.Equal(long.MaxValue, new Failures(50, [.. Enumerable.Range(1, 100).Select(id => new SiteId(id))], false, false).SetsOfSites);

    [Fact]
    public void A_site_that_is_down_and_still_given_is_found_out()
    {
        var breach = Check(Circumstances.AllUp, Down("tokyo"));
        Assert.Equal((BreachKind.Down, "tokyo, which is down, although atlanta is up"), (breach?.Kind, breach?.Text));
    }

    [Fact]
    public void A_cut_link_that_is_not_seen_is_found_out_at_its_end_alone()
    {
        var cut = new Circumstances { CutLinks = [new Link(five.Id("tokyo"), five.Id("paris"))] };
        Assert.Equal(BreachKind.Down, Check(Circumstances.AllUp, cut)?.Kind);
        Assert.Null(Check(Circumstances.AllUp, cut, self: "quito"));
        Assert.Null(Check(cut, cut));
    }

    [Fact]
    public void An_answer_without_a_site_is_found_out()
    {
        five.Policy = five.Policy with { WhenAllDown = WhenAllDown.NoData };
        var breach = Check(Down("atlanta", "quito", "san-jose", "tokyo") with { DownVips = [five.Vip("paris")] }, Down("quito"));
        Assert.Equal((BreachKind.Empty, "no site (NoData), although atlanta is up"), (breach?.Kind, breach?.Text));
    }

    [Fact]
    public void A_stale_answer_while_a_site_is_up_is_found_out()
    {
        var breach = Check(Down("atlanta", "quito", "san-jose", "tokyo") with { DownVips = [five.Vip("paris")] }, Circumstances.AllUp);
        Assert.Equal((BreachKind.Stale, "the answer is stale, although atlanta is up"), (breach?.Kind, breach?.Text));
    }

    [Fact]
    public void A_redirect_to_a_site_that_is_down_and_one_that_is_forgotten_are_found_out()
    {
        Assert.Equal(BreachKind.Down, Check(Circumstances.AllUp, Down("quito"), arrivedAt: "tokyo")?.Kind);
        Assert.Equal("no redirect to quito, which is up and has room", Check(Down("quito"), Circumstances.AllUp, arrivedAt: "tokyo")?.Text);
        Assert.Null(Check(Circumstances.AllUp, Circumstances.AllUp, arrivedAt: "tokyo"));
    }

    [Theory]
    [InlineData("0 1 2 3", true, null)]
    [InlineData("0 1 0", true, "the user is sent to atlanta again")]
    [InlineData("0 4", true, "the user is sent to tokyo again")]
    [InlineData("0 1 2 3", false, "after 4 redirects the user is still sent on")]
    [InlineData("0 1 2", true, "no redirect to san-jose, which is up and has room")]
    [Trait("mission", "P6.6")]
    public void A_way_that_comes_back_or_never_ends_is_found_out(string hops, bool ended, string? text)
    {
        var world = new ConfiguredWorld(five.Cluster, Places.Shipped);
        var plan = world.Plan(five.Id("paris"), Circumstances.AllUp);
        var client = Pointsman.Policy.Decisions.Client.From(IPAddress.Parse(Japan));
        bool[] all = [true, true, true, true, true];
        var kind = new ClientKind(plan.Services[0].ClassOf(client), client, all, all);
        var check = new PlanCheck(plan, Circumstances.AllUp, five.Id("paris"));
        Assert.Equal(text, check.JudgeWay(kind, five.Id("tokyo"), hops.Split(' ').Select(int.Parse).ToArray(), ended)?.Text);
    }

    [Theory]
    [InlineData(false, false, "tokyo, which a restriction forbids these clients")]
    [InlineData(true, false, "tokyo, although atlanta is up and a restriction names it")]
    [InlineData(true, true, null)]
    public void A_site_that_a_restriction_forbids_is_found_out(bool allowed, bool preferred, string? text)
    {
        var world = new ConfiguredWorld(five.Cluster, Places.Shipped);
        var plan = world.Plan(five.Id("paris"), Circumstances.AllUp);
        var client = Pointsman.Policy.Decisions.Client.From(IPAddress.Parse(Japan));
        var tokyo = plan.Services[0].Sites.IndexOf(plan.Services[0].Sites.First(site => site.Site.Name == "tokyo"));
        bool[] But(bool value) => [.. Enumerable.Range(0, 5).Select(row => row != tokyo || value)];
        var kind = new ClientKind(plan.Services[0].ClassOf(client), client, But(allowed), But(preferred));
        Assert.Equal(text, new PlanCheck(plan, Circumstances.AllUp, five.Id("paris")).CheckAnswer(kind)?.Text);
        Assert.Equal(!allowed, new PlanCheck(plan, Circumstances.AllUp, five.Id("paris")).CheckRedirects(kind, five.Id("quito"))?.Kind == BreachKind.OutOfPolicy);
    }

    [Fact]
    public void Whatever_site_is_lost_without_the_plan_knowing_is_found_when_it_would_be_given()
        => Gen.Select(Gen.Int[0, 31], Gen.Int[0, 4]).Where((mask, lost) => (mask & (1 << lost)) == 0).Sample((mask, lost) =>
        {
            var world = new ConfiguredWorld(five.Cluster, Places.Shipped);
            var real = new Circumstances { DownSites = [.. five.Names.Where((_, index) => (mask & (1 << index)) != 0).Select(five.Id)] };
            var claimed = real with { DownSites = real.DownSites.Add(five.Id(five.Names[lost])) };
            if (world.AnyUp(claimed) is not { } self) return;
            var plan = world.Plan(self, real);
            var given = plan.Services[0].SharesOf(plan.Services[0].ClassOf(Pointsman.Policy.Decisions.Client.From(IPAddress.Parse(Japan)))).Any(part => plan.Services[0].Sites[part.Row].Site.Name == five.Names[lost]);
            Assert.Equal(given, Verifier.Check(plan, claimed, self, IPAddress.Parse(Japan), null) is not null);
        });

    [Fact]
    public void Clients_whom_a_restriction_leaves_nothing_get_nothing_and_that_is_said()
    {
        five.Policy = five.Policy with { WhenAllDown = WhenAllDown.NoData, Restrictions = [new ClientRestriction([new ClientSelector(ClientSelectorKind.Region, "ripe")], [five.Id("paris")])] };
        var report = Verify();
        Assert.True(report.IsProven);
        Assert.True(report.Services[0].EmptyByPolicy > 0);
    }

    [Fact]
    public void A_service_that_chooses_nothing_is_not_tried()
    {
        five.Shape = service => service with { UseDnsRespond = false };
        Assert.False(Assert.Single(Verify().Services).IsDecided);
    }

    [Fact]
    public void Any_policy_is_proven_under_any_two_failures()
    {
        var metrics = OneOf(Metric.Geography, Metric.Distance, Metric.Static, Metric.ResponseTime, Metric.Capacity).Array[1, 3].Select(all => all.Distinct().ToImmutableArray());
        var selector = OneOf(
            new ClientSelector(ClientSelectorKind.Region, "ripe"), new ClientSelector(ClientSelectorKind.Region, "apnic"), ClientSelector.Unknown);
        var ids = five.Names.Select(five.Id).ToArray();
        var some = OneOf(ids).Array[1, 4].Select(sites => sites.Distinct().ToImmutableArray());
        var rule = Gen.Select(selector, some, Gen.Bool, (client, sites, anywhere) => new ClientRestriction([client], sites, anywhere ? OrElse.Anywhere : OrElse.Nothing));
        var ways = Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int[0, 2], (sticky, few, explores, budget) => (sticky, few, explores, budget));
        Gen.Select(metrics, Gen.Int[0, 3].Array[5], Gen.Int[0, 3].Array[1, 4], rule.Array[0, 2], some, Gen.Enum<WhenAllDown>(), ways)
            .Sample(
                (metric, siteWeights, weights, rules, order, whenAllDown, way) =>
                {
                    var world = World.FiveContinents();
                    world.Policy = new ServicePolicy
                    {
                        Metrics = metric,
                        FewSites = way.few ? FewSites.Capacity : FewSites.Weights,
                        FewSitesBelow = 6,
                        ExplorationMillionths = way.explores ? 20_000 : 0,
                        DownBudget = way.budget == 0 ? null : new DownBudget(way.budget, null),
                        SiteWeights = ids.Select((id, index) => (id, siteWeights[index])).ToFrozenDictionary(pair => pair.id, pair => pair.Item2),
                        Weights = [.. weights],
                        Restrictions = [.. rules],
                        StaticOrder = order,
                        WhenAllDown = whenAllDown,
                        LastResort = ids[0],
                        Turn = way.sticky ? TurnKind.Sticky : TurnKind.Rotate,
                    };
                    var report = new Verifier(world.Cluster, Places.Shipped, new Failures(2, [.. ids], true, true)).Run(world.Cluster.Services);
                    Assert.True(report.IsProven, string.Join("; ", report.Breaches.Select(breach => $"{breach.Client}, {breach.Circumstances.Describe(world.Cluster)}, as {world.Name(breach.At)}: {breach.Text}")));
                },
                iter: 60);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
