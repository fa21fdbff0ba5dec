using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Tables;
using Pointsman.Tests.Model;

namespace Pointsman.Tests.Policy.Stages;

/// <summary>What operators' orders do to answers, redirects and tables, at every node alike.</summary>
public sealed class OperatorTests
{
    private const string Client = "192.0.2.200";

    private static readonly OverrideSignature signed = new([1], [2]);

    private static World Ordered(World world, params Override[] orders)
    {
        var before = world.Finish;
        world.Finish = snapshot => before(snapshot) with { Overrides = [.. orders] };
        return world;
    }

    private static Override Order(World world, OverrideKind kind, string site, bool isSigned = false, int? service = null) =>
        Overrides.Make(kind, world.Id(site).Value, service, who: "ana", why: "kernel upgrade", until: Overrides.Noon.AddHours(2)) with { Signature = isSigned ? signed : null };

    [Theory]
    [InlineData(OverrideKind.Drain, null, Standing.Draining)]
    [InlineData(OverrideKind.Drain, 1, Standing.Draining)]
    [InlineData(OverrideKind.ForceDown, null, Standing.ForcedDown)]
    [InlineData(OverrideKind.ForceDown, 1, Standing.ForcedDown)]
    public void No_node_hands_a_new_user_to_a_site_that_an_operator_took_out_not_even_its_own(OverrideKind kind, int? service, Standing standing)
    {
        var world = World.Patent();
        Ordered(world, Order(world, kind, "F", service: service));
        foreach (var self in world.Names)
        {
            var plan = world.Plan(self);
            Assert.Equal(0, world.Count(plan, Client, 420)["F"]);
            Assert.Equal((0, standing), (plan.TableOf(World.ServiceId)![world.Id("F")]!.Value.Weight, plan.TableOf(World.ServiceId)![world.Id("F")]!.Value.Standing));
            var redirect = Decider.Decide(plan, 0, Pointsman.Policy.Decisions.Client.From(IPAddress.Parse(Client)), new Arrival(world.Id("A"), []));
            Assert.DoesNotContain("F", World.NamesIn(plan, redirect));
        }
    }

    [Fact]
    public void Who_asks_why_is_told_who_ordered_it_why_and_until_when()
    {
        var world = World.Patent();
        Ordered(world, Order(world, OverrideKind.Drain, "F"));
        var explained = Decider.Explain(world.Plan("A"), 0, Pointsman.Policy.Decisions.Client.From(IPAddress.Parse(Client)), Turn.Number(0));
        var excluded = explained.Excluded.Single(one => one.Site.Name == "F");
        Assert.Equal(("eligibility", "Draining: operator ana: \"kernel upgrade\" until 2026-01-31 14:00 UTC"), (excluded.Stage, excluded.Reason));
    }

    [Fact]
    public void An_order_about_another_service_is_of_no_concern()
    {
        var world = World.Patent();
        Ordered(world, Order(world, OverrideKind.ForceDown, "F", service: 2));
        Assert.Equal(10, world.Plan("A").TableOf(World.ServiceId)![world.Id("F")]!.Value.Weight);
    }

    [Fact]
    [Trait("mission", "P5.7")]
    public void All_nodes_that_know_an_order_have_one_table_and_another_than_without_it()
    {
        var world = World.Patent();
        var without = world.Plan("A").TableOf(World.ServiceId)!.Digest;
        Ordered(world, Order(world, OverrideKind.Drain, "F"));
        Assert.Single(world.Names.Select(self => world.Plan(self).TableOf(World.ServiceId)!.Digest).Distinct(), digest => digest != without);
    }

    [Fact]
    public void A_signed_force_up_counts_against_everybodys_probes_and_an_unsigned_one_against_nobodys()
    {
        var world = World.Patent();
        world.Kill("F");
        Ordered(world, Order(world, OverrideKind.ForceUp, "F", isSigned: true));
        foreach (var self in world.Names.Where(name => name != "F"))
        {
            var plan = world.Plan(self);
            Assert.True(world.Count(plan, Client, 420)["F"] > 0, self);
            Assert.Equal(Standing.ForcedUp, plan.TableOf(World.ServiceId)![world.Id("F")]!.Value.Standing);
        }

        var unsigned = World.Patent();
        unsigned.Kill("F");
        Ordered(unsigned, Order(unsigned, OverrideKind.ForceUp, "F"));
        Assert.Equal(0, unsigned.Count(unsigned.Plan("A"), Client, 420)["F"]);
    }

    [Theory]
    [InlineData(OverrideKind.Drain, OverrideKind.ForceUp)]
    [InlineData(OverrideKind.ForceUp, OverrideKind.Drain)]
    [InlineData(OverrideKind.ForceUp, OverrideKind.ForceDown)]
    public void Of_the_order_about_the_site_and_the_one_about_the_service_the_safer_holds(OverrideKind ofSite, OverrideKind ofService)
    {
        var world = World.Patent();
        Ordered(world, Order(world, ofSite, "F", isSigned: true), Order(world, ofService, "F", isSigned: true, service: 1));
        Assert.Equal(0, world.Count(world.Plan("A"), Client, 420)["F"]);
    }

    [Theory]
    [InlineData(WhenAllDown.LastGood, new[] { "B" })]
    [InlineData(WhenAllDown.All, new[] { "B" })]
    [InlineData(WhenAllDown.LastResort, new[] { "C" })]
    [InlineData(WhenAllDown.NoData, new string[0])]
    public void When_all_others_are_down_a_drained_site_that_is_up_is_named_before_them_unless_the_policy_says_otherwise(WhenAllDown when, string[] expected)
    {
        var world = new World("A", "B", "C") { Policy = new ServicePolicy { FewSites = FewSites.Weights, WhenAllDown = when, LastResort = new SiteId(98) } };
        Assert.Equal(new SiteId(98), world.Id("C"));
        world.Kill("C");
        world.Kill("A");
        world.Said["A"] = state => state with { SelfReport = SelfReport.Overloaded };
        Ordered(world, Order(world, OverrideKind.Drain, "B"));
        world.Loads["A"] = (0, 10, VipCondition.Down);
        var plan = world.Plan("A");
        Assert.Equal(when == WhenAllDown.NoData ? Verdict.NoData : Verdict.Stale, plan.Services[0].Verdict);
        Assert.Equal(expected, world.Answer(plan, Client));
    }

    [Fact]
    public void When_everything_is_drained_the_last_one_to_go_serves_on_and_with_nodata_none_does()
    {
        foreach (var when in (WhenAllDown[])[WhenAllDown.LastGood, WhenAllDown.NoData])
        {
            var world = new World("A", "B", "C") { Policy = new ServicePolicy { FewSites = FewSites.Weights, WhenAllDown = when } };
            Ordered(world, [.. world.Names.Select(name => Order(world, OverrideKind.Drain, name))]);
            var answer = world.Answer(world.Plan("A"), Client);
            if (when == WhenAllDown.NoData) Assert.Empty(answer);
            else Assert.Single(answer);
        }
    }

    [Theory]
    [InlineData(WhenAllDown.LastGood)]
    [InlineData(WhenAllDown.All)]
    [InlineData(WhenAllDown.LastResort)]
    public void A_site_forced_down_is_never_named_whatever_else_is_gone(WhenAllDown when)
    {
        var world = new World("A", "B") { Policy = new ServicePolicy { FewSites = FewSites.Weights, WhenAllDown = when, LastResort = new SiteId(99) } };
        Ordered(world, Order(world, OverrideKind.ForceDown, "A"), Order(world, OverrideKind.ForceDown, "B"));
        var good = world.Finish;
        world.Finish = snapshot => good(snapshot) with { LastGood = new Dictionary<ServiceId, ImmutableArray<SiteId>> { [World.ServiceId] = [world.Id("A")] }.ToFrozenDictionary() };
        Assert.Empty(world.Answer(world.Plan("A"), Client));
        Assert.Equal(Verdict.NoData, world.Plan("A").Services[0].Verdict);
    }

    [Fact]
    public void What_an_operator_takes_out_is_not_counted_against_the_down_budget_and_is_not_last_good()
    {
        var world = World.Patent();
        world.Policy = world.Policy with { DownBudget = new DownBudget(1, null) };
        Ordered(world, Order(world, OverrideKind.Drain, "A"), Order(world, OverrideKind.ForceDown, "B"));
        world.Kill("F");
        var plan = world.Plan("C");
        Assert.Equal(Standing.Down, plan.TableOf(World.ServiceId)![world.Id("F")]!.Value.Standing);
        Assert.Empty(plan.Services[0].Kept);
        Assert.Equal(["C", "D", "E"], plan.LastGood()[World.ServiceId].Select(world.Name).Order());
    }

    [Fact]
    public void Before_the_first_round_what_was_good_is_answered_without_whom_an_operator_took_out()
    {
        var world = World.Patent();
        Ordered(world, Order(world, OverrideKind.Drain, "A"));
        var ordered = world.Finish;
        world.Finish = snapshot => ordered(snapshot) with
        {
            Ready = false,
            LastGood = new Dictionary<ServiceId, ImmutableArray<SiteId>> { [World.ServiceId] = [world.Id("A"), world.Id("B")] }.ToFrozenDictionary(),
        };
        Assert.Equal(["B"], Enumerable.Range(0, 4).SelectMany(turn => world.Answer(world.Plan("C"), Client, (ulong)turn)).Distinct());
    }

    [Fact]
    public void An_order_alone_makes_a_plan_anew()
    {
        var world = World.Patent();
        var before = world.Plan("A");
        Ordered(world, Order(world, OverrideKind.Drain, "F"));
        Assert.Equal(0, world.Count(world.Plan("A", before), Client, 42)["F"]);
    }

    [Theory]
    [InlineData(OverrideKind.Drain, VipCondition.Up, VipCondition.Draining)]
    [InlineData(OverrideKind.Drain, VipCondition.Down, VipCondition.Draining)]
    [InlineData(OverrideKind.ForceDown, VipCondition.Up, VipCondition.Disabled)]
    [InlineData(OverrideKind.ForceUp, VipCondition.Down, VipCondition.Up)]
    [InlineData(OverrideKind.ForceUp, VipCondition.Held, VipCondition.Up)]
    [InlineData(OverrideKind.ForceUp, VipCondition.Overloaded, VipCondition.Up)]
    [InlineData(OverrideKind.ForceUp, VipCondition.Full, VipCondition.Full)]
    public void The_own_sites_report_says_what_was_ordered_so_that_a_peer_that_knows_no_orders_obeys_too(OverrideKind kind, VipCondition live, VipCondition said)
    {
        var world = World.Patent();
        var rulings = Rulings.Of([Order(world, kind, "A")]);
        Assert.Equal(said, rulings.Into(new VipReport { Vip = world.Vip("A"), Condition = live }).Condition);
        Assert.Equal(live, rulings.Into(new VipReport { Vip = world.Vip("B"), Condition = live }).Condition);
    }
}
