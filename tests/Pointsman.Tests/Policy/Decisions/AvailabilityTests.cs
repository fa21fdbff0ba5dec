using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Tests.Policy.Decisions;

/// <summary>Who is in an answer and who is not, as long as something is up and when nothing is.</summary>
public sealed class AvailabilityTests
{
    private const string Anyone = "198.51.100.7";

    [Fact]
    [Trait("mission", "P4.4")]
    public void What_I_see_down_is_not_in_my_answers_and_stays_in_the_others()
    {
        var world = World.Patent();
        world.Times[("F", "A")] = null;
        Assert.Equal(0, world.Count(world.Plan("A"), Anyone, 420)["F"]);
        Assert.NotEqual(0, world.Count(world.Plan("B"), Anyone, 420)["F"]);
    }

    [Fact]
    [Trait("mission", "P3.5")]
    public void A_total_of_zero_gets_no_hand_off_not_even_by_geography()
    {
        var world = World.FiveContinents();
        world.Policy = world.Policy with { SiteWeights = new Dictionary<SiteId, int> { [world.Id("paris")] = 0 }.ToFrozenDictionary() };
        Assert.Equal(0, world.Count(world.Plan("tokyo"), "193.0.6.139", 200)["paris"]);
    }

    [Fact]
    public void My_own_site_is_judged_by_its_own_real_servers()
    {
        var world = World.Patent();
        foreach (var tester in world.Names.Where(name => name != "A")) world.Times[("A", tester)] = 1;
        world.Loads["A"] = (0, null, VipCondition.Down);
        // Said to nobody yet: the published columns still praise A.
        world.Said["A"] = state => state with { Vips = [] };
        Assert.Equal(0, world.Count(world.Plan("A"), Anyone, 420)["A"]);
        Assert.NotEqual(0, world.Count(world.Plan("B"), Anyone, 420)["A"]);
    }

    [Fact]
    public void The_last_site_of_six_still_answers_with_itself()
    {
        var world = World.Patent();
        foreach (var name in world.Names.Where(name => name != "E")) world.Kill(name);
        Assert.Equal(["E"], world.Answer(world.Plan("E"), Anyone));
    }

    [Fact]
    public void The_last_site_answers_with_itself_although_fresh_columns_of_the_dead_gave_it_nothing()
    {
        var world = new World("a", "b", "c", "d", "e") { Policy = new ServicePolicy { Weights = [4, 2, 0] } };
        foreach (var tester in new[] { "a", "b", "c", "d" })
        {
            world.Times[("e", tester)] = 99_000;
            world.Times[(tester, "e")] = null;
        }
        var plan = world.Plan("e");
        Assert.Equal(0, plan.TableOf(World.ServiceId)![world.Id("e")]!.Value.Weight);
        Assert.Equal(["e"], world.Answer(plan, Anyone));
    }

    [Fact]
    public void A_site_that_the_operator_weighs_zero_is_no_survivor()
    {
        var world = World.Patent();
        foreach (var name in world.Names.Where(name => name != "E")) world.Kill(name);
        world.Policy = world.Policy with { SiteWeights = new Dictionary<SiteId, int> { [world.Id("E")] = 0 }.ToFrozenDictionary(), WhenAllDown = WhenAllDown.NoData };
        Assert.Equal(Verdict.NoData, world.Plan("E").Services[0].Verdict);
    }

    [Theory]
    [InlineData(WhenAllDown.All, "ABCDEF")]
    [InlineData(WhenAllDown.LastGood, "BC")]
    [InlineData(WhenAllDown.LastResort, "D")]
    [InlineData(WhenAllDown.NoData, "")]
    public void When_all_are_down_the_service_says_what_is_configured(WhenAllDown form, string expected)
    {
        var world = World.Patent();
        world.Policy = world.Policy with { WhenAllDown = form, LastResort = world.Id("D") };
        foreach (var name in world.Names) world.Kill(name);
        world.Loads["A"] = (0, null, VipCondition.Down);
        world.Finish = snapshot => snapshot with
        {
            LastGood = new Dictionary<ServiceId, ImmutableArray<SiteId>> { [World.ServiceId] = [world.Id("B"), world.Id("C")] }.ToFrozenDictionary(),
        };
        var plan = world.Plan("A");
        Assert.Equal(expected.Length == 0 ? Verdict.NoData : Verdict.Stale, plan.Services[0].Verdict);
        var counts = world.Count(plan, Anyone, 60);
        Assert.Equal(expected, string.Concat(counts.Where(count => count.Value > 0).Select(count => count.Key)));
        // Named all the same, so with all its addresses.
        Assert.All(plan.Services[0].Sites, site => Assert.Single(site.Addresses));
    }

    [Fact]
    public void Last_good_is_what_could_be_handed_to_and_stays_when_nothing_can()
    {
        var world = World.Patent();
        world.Kill("F");
        var good = world.Plan("A").LastGood();
        Assert.Equal("ABCDE", string.Concat(good[World.ServiceId].Select(world.Name)));
        foreach (var name in world.Names) world.Kill(name);
        world.Loads["A"] = (0, null, VipCondition.Down);
        world.Finish = snapshot => snapshot with { LastGood = good };
        Assert.Equal(good[World.ServiceId].AsEnumerable(), world.Plan("A").LastGood()[World.ServiceId]);
    }

    [Fact]
    public void A_drained_site_is_not_named_even_when_all_are_down_as_long_as_another_can_be()
    {
        var world = World.Patent();
        world.Policy = world.Policy with { WhenAllDown = WhenAllDown.All };
        foreach (var name in world.Names) world.Kill(name);
        world.Silent.Remove("F");
        world.Said["F"] = state => state with { SelfReport = SelfReport.Draining };
        world.Loads["A"] = (0, null, VipCondition.Down);
        Assert.Equal(0, world.Count(world.Plan("A"), Anyone, 60)["F"]);
    }

    [Fact]
    public void Before_the_first_probe_round_the_service_is_not_ready()
    {
        var world = World.Patent();
        world.Silent.UnionWith(world.Names);
        world.Finish = snapshot => snapshot with { Ready = false };
        Assert.Equal(Verdict.NotReady, Decide(world, Anyone).Verdict);
    }

    [Fact]
    public void A_node_without_memory_answers_before_its_first_probe_round_with_what_the_others_see_up()
    {
        var world = World.Patent();
        // As it starts: A has seen nobody, and has said nothing itself yet.
        foreach (var tested in world.Names) world.Times.Remove((tested, "A"));
        world.Silent.Add("A");
        world.Finish = snapshot => snapshot with { Ready = false };
        world.Kill("F");
        var plan = world.Plan("A");
        Assert.Equal(Verdict.Stale, Decide(world, Anyone).Verdict);
        Assert.Equal(["A", "B", "C", "D", "E"], Enumerable.Range(0, 60).SelectMany(turn => world.Answer(plan, Anyone, (ulong)turn)).Distinct().Order());
    }

    [Fact]
    [Trait("mission", "P1.4")]
    public void A_service_that_does_not_respond_leaves_dns_to_the_static_zone()
    {
        var world = World.Patent();
        world.Shape = service => service with { UseDnsRespond = false };
        Assert.Equal(Verdict.StaticOnly, Decide(world, Anyone).Verdict);
    }

    [Theory]
    [Trait("mission", "P1.3")]
    [InlineData(0, 0u)]
    [InlineData(1, 60u)]
    [InlineData(255, 15300u)]
    public void The_ttl_is_the_services_own(int minutes, uint seconds)
    {
        var world = World.Patent();
        world.Shape = service => service with { Ttl = TimeSpan.FromMinutes(minutes) };
        Assert.Equal(seconds, Decide(world, Anyone).TtlSeconds);
    }

    [Fact]
    [Trait("mission", "P1.2")]
    public void An_answer_lists_as_many_sites_as_configured_the_turns_first()
    {
        var world = World.Patent();
        world.Shape = service => service with { Answers = 3 };
        var plan = world.Plan("A");
        for (var turn = 0ul; turn < 42; turn++)
        {
            var sites = world.Answer(plan, Anyone, turn);
            Assert.Equal(3, sites.Distinct().Count());
            Assert.Equal(world.Answer(plan, Anyone, turn + 42), sites);
        }
    }

    [Fact]
    public void An_address_that_I_see_down_is_left_out_of_a_site_that_is_up()
    {
        var world = World.Patent();
        var second = IPAddress.Parse("203.0.113.9");
        world.Shape = service => service with { Vips = [.. service.Vips, service.Vips[5] with { Address = new Endpoint(second, 80) }] };
        world.Finish = snapshot =>
        {
            var key = world.Vip("F") with { Address = new Endpoint(second, 80) };
            var down = new Observation { Vip = key, State = HealthState.Down };
            return snapshot with { Mine = snapshot.Mine.Append(KeyValuePair.Create(key, down)).ToFrozenDictionary() };
        };
        Assert.Equal([world.AddressOf("F")], world.Plan("A").Services[0].Sites[5].Addresses.AsEnumerable());
    }

    [Fact]
    public void A_service_without_vips_has_no_data()
    {
        var world = World.Patent();
        world.Shape = service => service with { Vips = [] };
        Assert.Equal(Verdict.NoData, Decide(world, Anyone).Verdict);
    }

    private static Decision Decide(World world, string client) =>
        Decider.Decide(world.Plan("A"), 0, Client.From(IPAddress.Parse(client)), Turn.Number(0));
}
