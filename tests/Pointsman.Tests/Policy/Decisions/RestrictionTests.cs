using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Topology;

namespace Pointsman.Tests.Policy.Decisions;

/// <summary>"Users of the EU stay in the EU": in tiers, fallback, redirect, sticky turns and the last good sites, whatever is down or full.</summary>
public sealed class RestrictionTests
{
    private const string French = "192.0.2.1";
    private const string Swiss = "198.51.100.1";
    private const string Japanese = "203.0.113.1";
    private const string Nobody = "10.0.0.1";

    /// <summary>Documentation networks, placed by a subscribers table.</summary>
    private static readonly Places s_places = Places.Load([new PlaceSource("users.csv", PlaceLayer.Subscribers,
        "prefix,country\n192.0.2.0/25,FR\n192.0.2.128/25,DE\n198.51.100.0/24,CH\n203.0.113.0/24,JP\n")]).Places!;

    private static readonly ImmutableArray<ClientSelector> s_union = [new ClientSelector(ClientSelectorKind.Union, "eu")];

    [Fact]
    [Trait("mission", "P2.5")]
    public void The_named_sites_alone_answer_the_named_clients_and_all_sites_the_others()
    {
        var world = Restricted(OrElse.Nothing, "paris", "quito");
        world.Policy = world.Policy with { Metrics = [Metric.ResponseTime] };
        var plan = world.Plan("tokyo");
        Assert.Equal(["paris", "quito"], Seen(world, plan, French));
        Assert.Equal(world.Names, Seen(world, plan, Swiss));
        Assert.Equal(world.Names, Seen(world, plan, Nobody));
    }

    [Fact]
    public void No_failure_breaks_it_and_then_the_name_has_no_address()
    {
        var world = Restricted(OrElse.Nothing, "paris");
        world.Policy = world.Policy with { WhenAllDown = WhenAllDown.NoData };
        world.Kill("paris");
        var plan = world.Plan("tokyo");
        var decision = Decider.Decide(plan, 0, Client.From(IPAddress.Parse(French)), Turn.Number(0));
        Assert.Equal((Verdict.NoData, 0), (decision.Verdict, decision.Count));
        Assert.Equal(Verdict.Answer, plan.Services[0].Verdict);
        Assert.NotEmpty(world.Answer(plan, Swiss));
    }

    [Fact]
    public void A_nodata_that_is_some_clients_only_says_whose()
    {
        var world = Restricted(OrElse.Nothing, "paris");
        world.Policy = world.Policy with { WhenAllDown = WhenAllDown.NoData, Metrics = [Metric.ResponseTime] };
        world.Kill("paris");
        // France and Germany are one class here: 192.0.2.0/24 is the largest prefix of it.
        Assert.Equal(24, Decider.Decide(world.Plan("tokyo"), 0, Client.From(IPAddress.Parse(French)), Turn.Number(0)).Scope);
    }

    [Theory]
    [InlineData(WhenAllDown.All, "paris")]
    [InlineData(WhenAllDown.LastGood, "paris")]
    [InlineData(WhenAllDown.LastResort, "")]
    [InlineData(WhenAllDown.NoData, "")]
    public void When_all_named_sites_are_down_the_fallback_stays_among_them(WhenAllDown form, string expected)
    {
        var world = Restricted(OrElse.Nothing, "paris");
        world.Policy = world.Policy with { WhenAllDown = form, LastResort = world.Id("tokyo") };
        world.Kill("paris");
        world.Finish = snapshot => snapshot with
        {
            LastGood = new Dictionary<ServiceId, ImmutableArray<SiteId>> { [World.ServiceId] = [world.Id("tokyo"), world.Id("quito")] }.ToFrozenDictionary(),
        };
        var plan = world.Plan("tokyo");
        Assert.Equal(expected, string.Concat(Seen(world, plan, French)));
        Assert.Equal(expected.Length == 0 ? Verdict.NoData : Verdict.Stale, Decider.Decide(plan, 0, Client.From(IPAddress.Parse(French)), Turn.Number(0)).Verdict);
    }

    [Fact]
    public void What_was_last_good_is_remembered_for_each_part_of_the_clients()
    {
        var world = Restricted(OrElse.Nothing, "paris", "quito");
        world.Kill("quito");
        var first = world.Plan("tokyo").LastGood();
        world.Kill("paris");
        world.Finish = snapshot => snapshot with { LastGood = first };
        var plan = world.Plan("tokyo");
        Assert.Equal(["paris"], Seen(world, plan, French));
        Assert.Contains(world.Id("paris"), plan.LastGood()[World.ServiceId]);
    }

    [Fact]
    public void A_named_site_that_the_others_voted_down_and_I_see_up_answers_before_the_fallback()
    {
        var world = Restricted(OrElse.Nothing, "paris");
        foreach (var tester in new[] { "atlanta", "quito", "san-jose" }) world.Times[("paris", tester)] = null;
        var decision = Decider.Decide(world.Plan("tokyo"), 0, Client.From(IPAddress.Parse(French)), Turn.Number(0));
        Assert.Equal(Verdict.Answer, decision.Verdict);
        Assert.DoesNotContain("paris", Seen(world, world.Plan("tokyo"), Swiss));
    }

    [Fact]
    public void Anywhere_is_for_when_no_named_site_is_up()
    {
        var world = Restricted(OrElse.Anywhere, "quito");
        Assert.Equal(["quito"], Seen(world, world.Plan("tokyo"), French));
        world.Kill("quito");
        Assert.Equal(["paris"], Seen(world, world.Plan("tokyo"), French));
    }

    [Fact]
    public void Anywhere_is_for_when_no_named_site_has_room_too_as_long_as_another_has()
    {
        var world = Restricted(OrElse.Anywhere, "quito");
        world.Loads["quito"] = (10, 10, VipCondition.Full);
        Assert.Equal(["paris"], Seen(world, world.Plan("tokyo"), French));
        foreach (var name in world.Names) world.Loads[name] = (10, 10, VipCondition.Full);
        world.Reconfigure();
        Assert.Equal(["quito"], Seen(world, world.Plan("tokyo"), French));
    }

    [Fact]
    public void A_full_site_that_is_the_only_one_named_answers_all_the_same()
    {
        var world = Restricted(OrElse.Nothing, "quito");
        world.Loads["quito"] = (10, 10, VipCondition.Full);
        Assert.Equal(["quito"], Seen(world, world.Plan("tokyo"), French));
    }

    [Theory]
    [InlineData(OrElse.Nothing, "")]
    [InlineData(OrElse.Anywhere, "atlanta")]
    [Trait("mission", "P6.6")]
    public void A_redirect_goes_to_named_sites_alone(OrElse orElse, string afterwards)
    {
        var world = Restricted(orElse, "paris", "quito");
        world.Loads["paris"] = (10, 10, VipCondition.Full);
        var arrival = new Arrival(world.Id("paris"), []);
        Assert.Equal(["quito"], World.NamesIn(world.Plan("paris"), Decider.Decide(world.Plan("paris"), 0, Client.From(IPAddress.Parse(French)), arrival)));
        world.Loads["quito"] = (10, 10, VipCondition.Full);
        world.Reconfigure();
        var plan = world.Plan("paris");
        var decision = Decider.Decide(plan, 0, Client.From(IPAddress.Parse(French)), arrival);
        Assert.Equal(afterwards, string.Concat(World.NamesIn(plan, decision)));
        // Room that this user may not have is none.
        Assert.Equal(afterwards.Length > 0, decision.AnyRoom);
    }

    [Fact]
    public void A_sticky_turn_stays_among_the_named_sites()
    {
        var world = Restricted(OrElse.Nothing, "paris", "quito");
        world.Policy = world.Policy with { Turn = TurnKind.Sticky, StickyPrefix4 = 32, Metrics = [Metric.ResponseTime] };
        var plan = world.Plan("tokyo");
        var seen = Enumerable.Range(0, 100).SelectMany(host => world.Answer(plan, $"192.0.2.{host}")).Distinct().Order();
        Assert.Equal(["paris", "quito"], seen);
    }

    [Fact]
    public void Stored_sites_answer_before_the_first_probe_round_only_whom_they_may()
    {
        var world = Restricted(OrElse.Nothing, "paris");
        world.Silent.UnionWith(world.Names);
        world.Finish = snapshot => snapshot with
        {
            Ready = false,
            LastGood = new Dictionary<ServiceId, ImmutableArray<SiteId>> { [World.ServiceId] = [world.Id("tokyo")] }.ToFrozenDictionary(),
        };
        var plan = world.Plan("tokyo");
        Assert.Equal(Verdict.NotReady, Decider.Decide(plan, 0, Client.From(IPAddress.Parse(French)), Turn.Number(0)).Verdict);
        Assert.Equal(Verdict.Stale, Decider.Decide(plan, 0, Client.From(IPAddress.Parse(Swiss)), Turn.Number(0)).Verdict);
    }

    [Fact]
    public void Classes_are_told_apart_where_a_rule_does_and_nowhere_else()
    {
        var world = Restricted(OrElse.Nothing, "paris");
        world.Policy = world.Policy with { Metrics = [Metric.ResponseTime] };
        var plan = world.Plan("tokyo");
        Decision Of(string client) => Decider.Decide(plan, 0, Client.From(IPAddress.Parse(client)), Turn.Number(0));
        Assert.Equal((Of("192.0.2.200").Class, (byte)24), (Of(French).Class, Of(French).Scope));
        Assert.Equal(Of(Japanese).Class, Of(Swiss).Class);
        Assert.NotEqual(Of(French).Class, Of(Swiss).Class);
    }

    [Fact]
    public void A_ceiling_of_scopes_puts_nobody_on_the_other_side_of_a_rule()
    {
        var world = Restricted(OrElse.Nothing, "paris");
        // One half of a /24 is German, the other French.
        world.Policy = world.Policy with { Metrics = [Metric.ResponseTime], Restrictions = [new ClientRestriction([new ClientSelector(ClientSelectorKind.Country, "DE")], [world.Id("quito")])] };
        var plan = world.Plan("tokyo");
        Assert.Equal(["quito"], Seen(world, plan, "192.0.2.200"));
        Assert.Equal(world.Names, Seen(world, plan, French));
        Assert.Equal(25, Decider.Decide(plan, 0, Client.From(IPAddress.Parse("192.0.2.200")), Turn.Number(0)).Scope);
    }

    [Fact]
    public void A_named_site_that_will_have_half_of_its_users_is_no_reason_to_go_anywhere()
    {
        var world = Restricted(OrElse.Anywhere, "quito");
        world.Said["quito"] = state => state with { Vips = [.. state.Vips.Select(report => report with { AdmitMillionths = 500_000 })] };
        Assert.Equal(["quito"], Seen(world, world.Plan("tokyo"), French));
    }

    [Fact]
    public void Where_one_site_is_left_distances_to_the_others_make_no_classes()
    {
        var world = Restricted(OrElse.Nothing, "paris");
        world.Policy = world.Policy with { Metrics = [Metric.Distance] };
        var plan = world.Plan("tokyo");
        Assert.Equal(
            Decider.Decide(plan, 0, Client.From(IPAddress.Parse(French)), Turn.Number(0)).Class,
            Decider.Decide(plan, 0, Client.From(IPAddress.Parse("192.0.2.200")), Turn.Number(0)).Class);
    }

    [Fact]
    public void The_trace_names_the_rule()
    {
        var world = Restricted(OrElse.Nothing, "paris", "quito");
        var explained = Decider.Explain(world.Plan("tokyo"), 0, Client.From(IPAddress.Parse(French)), Turn.Number(0));
        Assert.Contains(explained.Excluded, excluded =>
            excluded is { Site.Name: "tokyo", Stage: "restriction", Reason: "policy.restrict[0]: union:eu only to paris, quito" });
        Assert.Contains(explained.Trace, line => line is { Stage: "restriction", Text: "left for this client: paris, quito" });
    }

    private static World Restricted(OrElse orElse, params string[] sites)
    {
        var world = World.FiveContinents();
        world.Places = s_places;
        world.Policy = world.Policy with { Restrictions = [new ClientRestriction(s_union, [.. sites.Select(world.Id)], orElse)] };
        return world;
    }

    private static List<string> Seen(World world, Pointsman.Policy.Plans.Plan plan, string client) =>
        [.. Enumerable.Range(0, 200).SelectMany(turn => world.Answer(plan, client, (ulong)turn)).Distinct().Order(StringComparer.Ordinal)];
}
