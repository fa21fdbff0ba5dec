using System.Collections.Frozen;
using System.Net;
using CsCheck;
using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Tests.Policy.Decisions;

public sealed class ExplanationTests
{
    [Fact]
    public void It_names_the_same_sites_as_the_decision_and_why_the_others_are_out()
    {
        var world = World.FiveContinents();
        world.Kill("paris");
        world.Loads["atlanta"] = (5, 5, VipCondition.Full);
        var plan = world.Plan("tokyo");
        var client = Client.From(IPAddress.Parse("193.0.6.139"));
        var explained = Decider.Explain(plan, 0, client, Turn.Number(4));
        var decided = Decider.Decide(plan, 0, client, Turn.Number(4));

        Assert.Equal("ripe", explained.Region);
        Assert.Equal(World.NamesIn(plan, decided), explained.Sites.Take(decided.Count).Select(site => site.Site.Name));
        Assert.Equal(1, explained.Sites.Sum(site => site.Share), 9);
        Assert.Equal(decided.Scope, explained.ClientPrefix.PrefixLength);
        Assert.Equal(["paris/eligibility", "atlanta/capacity", "san-jose/capacity", "quito/capacity"], explained.Excluded.Select(excluded => $"{excluded.Site.Name}/{excluded.Stage}"));
        Assert.Equal(["class", "eligibility", "tiers", "capacity", "weights", "turn"], explained.Trace.Select(line => line.Stage).Distinct());
        Assert.Contains(explained.Trace, line => line.Text.Contains("km", StringComparison.Ordinal));
    }

    [Fact]
    public void With_the_trace_on_and_off_the_outcome_is_one_for_every_turn()
    {
        var world = World.Patent();
        world.Shape = service => service with { Answers = 2 };
        var plan = world.Plan("B");
        var client = Client.From(IPAddress.Parse("198.51.100.1"));
        for (var turn = 0ul; turn < 50; turn++)
        {
            var explained = Decider.Explain(plan, 0, client, Turn.Number(turn));
            Assert.Equal(world.Answer(plan, "198.51.100.1", turn), explained.Sites.Take(2).Select(site => site.Site.Name));
            foreach (var site in explained.Sites) Assert.Equal(PatentTables.Totals[site.Site.Name] / 42.0, site.Share, 12);
        }
    }

    [Theory]
    [InlineData(WhenAllDown.All, 6)]
    [InlineData(WhenAllDown.NoData, 0)]
    public void When_nothing_is_up_it_says_so(WhenAllDown form, int sites)
    {
        var world = World.Patent();
        world.Policy = world.Policy with { WhenAllDown = form };
        foreach (var name in world.Names) world.Kill(name);
        world.Loads["A"] = (0, null, VipCondition.Down);
        var explained = Decider.Explain(world.Plan("A"), 0, Client.From(IPAddress.Loopback), Turn.Number(0));
        Assert.Equal(sites, explained.Sites.Length);
        Assert.Equal(6 - sites, explained.Excluded.Length);
        Assert.Contains(explained.Trace, line => line.Stage == "when-all-down");
    }

    [Fact]
    public void A_site_of_a_farther_tier_is_out_because_a_better_one_takes_all()
    {
        var plan = World.FiveContinents().Plan("tokyo");
        var explained = Decider.Explain(plan, 0, Client.From(IPAddress.Parse("193.0.6.139")), Turn.Number(0));
        Assert.Equal(["paris"], explained.Sites.Select(site => site.Site.Name));
        Assert.Equal(4, explained.Excluded.Length);
        Assert.All(explained.Excluded, excluded => Assert.Equal(("capacity", "a better tier takes all of these clients"), (excluded.Stage, excluded.Reason)));
    }

    [Fact]
    public void Each_candidate_has_who_sees_it_how_and_the_points_that_make_its_weight()
    {
        var world = World.Patent();
        world.Policy = world.Policy with { SiteWeights = new Dictionary<SiteId, int> { [world.Id("C")] = 3 }.ToFrozenDictionary() };
        world.Times[("C", "A")] = null;
        var plan = world.Plan("B");
        var candidate = Decider.Explain(plan, 0, Client.From(IPAddress.Loopback), Turn.Number(0)).Candidates.Single(one => one.Site.Name == "C");

        Assert.Equal(["A", "B", "D", "E", "F"], candidate.SeenBy.Select(seen => seen.Tester.Name));
        Assert.Equal((1, 5), (candidate.VotesDown, candidate.Observers));
        Assert.Equal(candidate.Line.Weight, 3 * candidate.SeenBy.Sum(seen => seen.Points));
        var down = candidate.SeenBy[0];
        Assert.Equal((HealthState.Down, null, null, "connection refused"), (down.State, down.ResponseMicros, down.Place, down.Reason));
        Assert.Equal(PatentTables.Milliseconds[("C", "D")] * 1000, candidate.SeenBy[2].ResponseMicros);
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)), (candidate.SeenBy[2].Age, candidate.SeenBy[2].HeardAge));
        Assert.Equal(PatentTables.Milliseconds[("C", "B")] * 1000, candidate.Mine!.Value.ResponseMicros);
        Assert.Equal((VipCondition.Up, true, true), (candidate.Vips[0].Report!.Condition, candidate.Vips[0].IsLive, candidate.Vips[0].IsFresh));
    }

    [Fact]
    public void A_tester_that_is_silent_is_named_and_does_not_vote()
    {
        var world = World.Patent();
        world.Silent.Add("A");
        world.Said["D"] = state => state with { VotesMuted = true };
        var seen = Decider.Explain(world.Plan("B"), 0, Client.From(IPAddress.Loopback), Turn.Number(0)).Candidates.Single(one => one.Site.Name == "C").SeenBy;
        Assert.Equal((false, false, 0), (seen[0].IsFresh, seen[0].Votes, seen[0].Points));
        Assert.Equal((true, false), (seen[2].IsFresh, seen[2].Votes));
    }

    [Fact]
    [Trait("mission", "P8.1")]
    public void Every_site_is_in_the_answer_or_out_with_a_reason_and_shares_are_those_of_a_full_walk() => DecisionPropertyTests.Cases.Sample(sample =>
    {
        var world = sample.World();
        var plan = world.Plan("tokyo");
        var explained = Decider.Explain(plan, 0, sample.Client, Turn.Number(sample.Turn));
        var decided = Decider.Decide(plan, 0, sample.Client, Turn.Number(sample.Turn));

        Assert.Equal(World.NamesIn(plan, decided), explained.Sites.Take(decided.Count).Select(site => site.Site.Name));
        Assert.Equal((decided.Verdict, decided.Class, decided.Scope, decided.TtlSeconds), (explained.Decision.Verdict, explained.Decision.Class, explained.Decision.Scope, explained.Decision.TtlSeconds));
        Assert.Equal(world.Names.Order(StringComparer.Ordinal), explained.Sites.Select(site => site.Site.Name).Concat(explained.Excluded.Select(site => site.Site.Name)).Order(StringComparer.Ordinal));
        Assert.All(explained.Excluded, excluded => Assert.False(string.IsNullOrWhiteSpace(excluded.Reason)));
        Assert.All(explained.Candidates, candidate => Assert.Equal(candidate.Out is null, explained.Sites.Any(site => site.Site.Id == candidate.Site.Id)));
        if (sample.Sticky || explained.Sites.IsEmpty) return;
        var walk = Enumerable.Range(0, Pointsman.Policy.Plans.Schedule.MaximumSlots * 4).Select(turn => World.NamesIn(plan, Decider.Decide(plan, 0, sample.Client, Turn.Number((ulong)turn)))[0]).CountBy(name => name).ToDictionary();
        foreach (var site in explained.Sites)
            Assert.Equal(site.Share, walk.GetValueOrDefault(site.Site.Name) / (double)walk.Values.Sum(), 0.003);
    }, iter: 300);

    [Fact]
    public void A_redirect_names_each_site_that_it_does_not_go_to() => DecisionPropertyTests.Cases.Sample(sample =>
    {
        var world = sample.World();
        var plan = world.Plan("tokyo");
        var arrival = new Arrival(world.Id("tokyo"), []);
        var explained = Decider.Explain(plan, 0, sample.Client, arrival);
        var decided = Decider.Decide(plan, 0, sample.Client, arrival);
        Assert.Equal(World.NamesIn(plan, decided), explained.Sites.Select(site => site.Site.Name));
        Assert.Equal(world.Names.Order(StringComparer.Ordinal), explained.Sites.Select(site => site.Site.Name).Concat(explained.Excluded.Select(site => site.Site.Name)).Order(StringComparer.Ordinal));
    }, iter: 300);

    [Fact]
    public void The_name_of_one_site_is_that_site_for_everybody()
    {
        var world = World.Patent();
        world.Kill("C");
        var plan = world.Plan("A");
        var row = plan.Services[0].Sites.ToList().FindIndex(site => site.Site.Name == "C");
        var explained = Decider.ExplainSite(plan, 0, row, Client.From(IPAddress.Parse("203.0.113.7")));
        Assert.Equal(("C", 1.0), (explained.Sites.Single().Site.Name, explained.Sites.Single().Share));
        Assert.Equal(5, explained.Excluded.Length);
        Assert.Equal(0, explained.Decision.Scope);
    }

    [Theory]
    [InlineData(false, true, Verdict.StaticOnly)]
    [InlineData(true, false, Verdict.NotReady)]
    public void Where_DNS_does_not_choose_each_site_says_so(bool respond, bool ready, Verdict verdict)
    {
        var world = World.Patent();
        world.Shape = service => service with { UseDnsRespond = respond };
        if (!ready) world.Silent.UnionWith(world.Names);
        world.Finish = snapshot => snapshot with { Ready = ready };
        var explained = Decider.Explain(world.Plan("A"), 0, Client.From(IPAddress.Loopback), Turn.Number(0));
        Assert.Equal(verdict, explained.Decision.Verdict);
        Assert.Empty(explained.Sites);
        Assert.Equal(6, explained.Excluded.Length);
    }
}
