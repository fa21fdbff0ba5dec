using System.Net;
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
        Assert.Equal(["paris/eligibility", "atlanta/capacity"], explained.Excluded.Select(excluded => $"{excluded.Site.Name}/{excluded.Stage}"));
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
}
