using System.Net;
using CsCheck;
using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Tests.Policy.Decisions;

public sealed class RedirectTests
{
    private static readonly Client s_user = Client.From(IPAddress.Parse("193.0.6.139"));

    [Fact]
    [Trait("mission", "P6.6")]
    public void A_user_at_a_full_site_goes_to_the_next_nearest_with_room()
    {
        var world = World.FiveContinents();
        world.Loads["paris"] = (100, 100, VipCondition.Full);
        Assert.Equal("atlanta", Target(world, "paris"));
        world.Loads["atlanta"] = (100, 100, VipCondition.Full);
        Assert.Equal("tokyo", Target(world, "paris"));
    }

    [Fact]
    [Trait("mission", "P6.6")]
    public void Whichever_sites_are_full_or_down_never_back_to_one_that_was_visited()
    {
        var samples =
            from full in Gen.Bool.Array[6]
            from down in Gen.Bool.Array[6]
            from visited in Gen.Bool.Array[6]
            from at in Gen.Int[0, 5]
            from address in Gen.UInt
            select (full, down, visited, at, address);
        samples.Sample(sample =>
        {
            var world = World.Patent();
            for (var site = 0; site < 6; site++)
            {
                if (sample.full[site]) world.Loads[world.Names[site]] = (9, 9, VipCondition.Full);
                if (sample.down[site] && site != sample.at) world.Kill(world.Names[site]);
            }
            var plan = world.Plan(world.Names[sample.at]);
            var visited = Enumerable.Range(0, 6).Where(site => sample.visited[site]).Select(site => world.Id(world.Names[site])).ToArray();
            var decision = Decider.Decide(plan, 0, new Client(false, sample.address, 32), new Arrival(world.Id(world.Names[sample.at]), visited));

            var open = Enumerable.Range(0, 6).Where(site => site != sample.at && !sample.full[site] && !sample.down[site]).ToList();
            Assert.Equal(open.Count > 0, decision.AnyRoom);
            var allowed = open.Where(site => !sample.visited[site]).ToList();
            Assert.Equal(allowed.Count > 0 ? Verdict.Answer : Verdict.NoSite, decision.Verdict);
            if (decision.Verdict == Verdict.Answer) Assert.Contains(decision[0], allowed);
        });
    }

    [Fact]
    public void The_explanation_names_the_same_site_again_and_again()
    {
        var world = World.Patent();
        world.Loads["A"] = (9, 9, VipCondition.Full);
        var plan = world.Plan("A");
        for (var host = 0u; host < 500; host++)
        {
            var client = new Client(false, host, 32);
            var arrival = new Arrival(world.Id("A"), [world.Id("F")]);
            var decision = Decider.Decide(plan, 0, client, arrival);
            var explained = Decider.Explain(plan, 0, client, arrival);
            Assert.Equal(plan.Services[0].Sites[decision[0]].Site, Assert.Single(explained.Sites).Site);
            Assert.Contains(explained.Excluded, excluded => excluded.Site.Name == "A");
            Assert.Contains(explained.Excluded, excluded => excluded.Site.Name == "F");
        }
    }

    [Fact]
    public void Users_spread_over_the_other_sites_by_weight()
    {
        var world = World.Patent();
        var plan = world.Plan("A");
        var counts = new int[6];
        for (var host = 0u; host < 35_000; host++) counts[Decider.Decide(plan, 0, new Client(false, host, 32), new Arrival(world.Id("A"), []))[0]]++;
        Assert.Equal(0, counts[0]);
        // Of B 6, C 6, D 8, E 5, F 10: 35.
        Assert.InRange(counts[5], 9_500, 10_500);
        Assert.InRange(counts[4], 4_750, 5_250);
    }

    [Fact]
    public void Without_a_fresh_word_only_a_site_that_my_own_probe_sees_up()
    {
        var world = new World("a", "b", "c", "d");
        world.Silent.UnionWith(["b", "c", "d"]);
        world.Times[("b", "a")] = null;
        world.Times.Remove(("c", "a"));
        for (var host = 0u; host < 20; host++)
            Assert.Equal("d", World.NamesIn(world.Plan("a"), Decider.Decide(world.Plan("a"), 0, new Client(false, host, 32), new Arrival(world.Id("a"), [])))[0]);
    }

    private static string Target(World world, string at)
    {
        world.Reconfigure();
        var plan = world.Plan(at);
        return World.NamesIn(plan, Decider.Decide(plan, 0, s_user, new Arrival(world.Id(at), [])))[0];
    }
}
