using System.Collections.Frozen;
using CsCheck;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Tables;

namespace Pointsman.Tests.Policy.Tables;

/// <summary>What measurement may take out, and who stays in.</summary>
public sealed class DownBudgetTests
{
    private const string Anyone = "198.51.100.7";

    [Fact]
    [Trait("mission", "P4.4")]
    public void Within_the_budget_it_changes_nothing()
    {
        var world = Six(new DownBudget(2, null));
        world.Kill("a");
        world.Kill("b");
        Assert.Equal(Standing.Down, Row(world, "a").Standing);
        Assert.Equal(Standing.Down, Row(world, "b").Standing);
        Assert.Empty(world.Plan("f").Services[0].Kept);
    }

    [Fact]
    public void Past_it_sites_stay_at_the_mean_of_those_that_are_up_and_the_plan_says_so()
    {
        var world = Six(new DownBudget(2, null));
        foreach (var name in new[] { "a", "b", "c", "d" }) world.Kill(name);
        Assert.Equal([Standing.Down, Standing.Down, Standing.Kept, Standing.Kept, Standing.Up, Standing.Up], Table(world).Sites.Select(row => row.Standing));
        var up = Table(world).Sites.Where(row => row.Standing == Standing.Up).Sum(row => row.Weight) / 2;
        Assert.Equal(up, Row(world, "c").Weight);
        var plan = world.Plan("f");
        Assert.Equal(["c", "d"], plan.Services[0].Kept.Select(site => site.Site.Name));
        Assert.Equal(["c", "d", "e", "f"], Answered(world, "f"));
        Assert.Contains(Decider.Explain(plan, 0, Client.From(System.Net.IPAddress.Parse(Anyone)), Turn.Number(0)).Trace, line => line.Stage == "down-budget" && line.Text.StartsWith("c looks down and stays in", StringComparison.Ordinal));
    }

    /// <summary>Voted down, and of weight zero already: it takes nobody's place in the budget, neither at all nodes nor in my own view.</summary>
    [Fact]
    public void Who_is_out_by_the_operators_weight_costs_nothing_of_it()
    {
        var world = Six(new DownBudget(1, null));
        world.Policy = world.Policy with { SiteWeights = new Dictionary<SiteId, int> { [world.Id("a")] = 0 }.ToFrozenDictionary() };
        world.Kill("a");
        Assert.Equal(Standing.Down, Row(world, "a").Standing);
        // I alone see b down.
        world.Times[("b", "f")] = null;
        Assert.Equal(Standing.Up, Row(world, "b").Standing);
        Assert.Empty(world.Plan("f").Services[0].Kept);
        Assert.Equal(["c", "d", "e", "f"], Answered(world, "f"));
    }

    [Fact]
    [Trait("mission", "P5.7")]
    public void All_nodes_keep_the_same()
    {
        var world = Six(new DownBudget(1, null));
        foreach (var name in new[] { "b", "d", "e" }) world.Kill(name);
        Assert.Single(world.Names.Select(name => string.Join(",", HandOffTable.From(world.Snapshot(name), world.Cluster.Services[0]).Sites)).Distinct());
    }

    [Fact]
    public void Out_goes_first_whom_most_see_down_then_who_is_silent_then_by_name()
    {
        var world = Six(new DownBudget(1, null));
        foreach (var tester in new[] { "d", "e", "f" }) world.Times[("a", tester)] = null;
        foreach (var tester in new[] { "a", "d", "e", "f" }) world.Times[("c", tester)] = null;
        Assert.Equal((Standing.Kept, Standing.Down), (Row(world, "a").Standing, Row(world, "c").Standing));
        foreach (var tester in new[] { "b" }) world.Times[("a", tester)] = null;
        Assert.Equal((Standing.Down, Standing.Kept), (Row(world, "a").Standing, Row(world, "c").Standing));
        world.Silent.Add("c");
        foreach (var tester in new[] { "b", "d", "e", "f" }) world.Times[("c", tester)] = null;
        Assert.Equal((Standing.Kept, Standing.Down), (Row(world, "a").Standing, Row(world, "c").Standing));
    }

    [Theory]
    [InlineData(200_000, "b", "a quarter for a is too much, the tenth of b fits")]
    [InlineData(250_000, "a", "a quarter fits exactly, and then nothing more")]
    [InlineData(350_000, "ab", "a and b are 35 %")]
    public void Capacity_counts_by_what_is_configured(int millionths, string withdrawn, string _)
    {
        var world = Six(new DownBudget(null, millionths));
        foreach (var (name, most) in new[] { ("a", 250), ("b", 100), ("c", 250), ("d", 250), ("e", 100), ("f", 50) }) world.Loads[name] = (0, most, VipCondition.Up);
        world.Kill("a");
        world.Kill("b");
        Assert.Equal(withdrawn, string.Concat(Table(world).Sites.Where(row => row.Standing == Standing.Down).Select(row => row.Site.Name)));
    }

    [Fact]
    public void What_operators_and_sites_say_costs_nothing_of_it()
    {
        var world = Six(new DownBudget(1, null));
        world.Policy = world.Policy with { SiteWeights = new Dictionary<SiteId, int> { [world.Id("a")] = 0 }.ToFrozenDictionary() };
        world.Kill("a");
        world.Said["b"] = state => state with { SelfReport = SelfReport.Draining };
        world.Loads["c"] = (0, null, VipCondition.Down);
        world.Kill("d");
        Assert.Equal(
            [Standing.Down, Standing.Draining, Standing.DownByOwnWord, Standing.Down, Standing.Up, Standing.Up],
            Table(world).Sites.Select(row => row.Standing));
        Assert.Equal(["e", "f"], Answered(world, "f"));
    }

    [Fact]
    public void My_own_probes_count_too_and_the_vote_goes_before_them()
    {
        var world = Six(new DownBudget(2, null));
        world.Kill("a");
        foreach (var tested in new[] { "b", "c", "d" }) world.Times[(tested, "f")] = null;
        // Voted: a. Mine: b, c, d, of which one more may go: by name.
        Assert.Equal(["c", "d", "e", "f"], Answered(world, "f"));
        Assert.Equal(["b", "c", "d", "e", "f"], Answered(world, "e"));
        Assert.Equal(["c", "d"], world.Plan("f").Services[0].Kept.Select(site => site.Site.Name));
    }

    [Fact]
    public void A_redirect_goes_to_nobody_whom_I_see_down_although_the_budget_keeps_it()
    {
        var world = Six(new DownBudget(0, null));
        foreach (var tested in new[] { "a", "b", "c", "d" }) world.Times[(tested, "f")] = null;
        var plan = world.Plan("f");
        for (var host = 0u; host < 100; host++)
            Assert.Equal(["e"], World.NamesIn(plan, Decider.Decide(plan, 0, new Client(false, host, 32), new Arrival(world.Id("f"), []))));
        Assert.Equal(world.Names, Answered(world, "f"));
    }

    [Fact]
    public void Whatever_looks_down_no_more_than_the_budget_is_out_and_one_more_changes_one_others_lot_at_most()
    {
        var cases =
            from down in Gen.Bool.Array[9]
            from silent in Gen.Bool.Array[9]
            from most in Gen.Int[0, 9]
            from extra in Gen.Int[0, 8]
            select (down, silent, most, extra);
        cases.Sample(sample =>
        {
            var before = Withdrawn(sample.down, sample.silent, sample.most);
            Assert.InRange(before.Count, 0, sample.most);
            Assert.Equal(Math.Min(sample.most, sample.down.Count(one => one)), before.Count);
            var more = sample.down.ToArray();
            more[sample.extra] = true;
            var after = Withdrawn(more, sample.silent, sample.most);
            Assert.InRange(before.Except(after).Count(), 0, 1);
            Assert.InRange(after.Except(before).Count(), 0, 1);
        });
    }

    /// <summary>Everybody but the site itself sees it down.</summary>
    private static HashSet<string> Withdrawn(bool[] down, bool[] silent, int most)
    {
        var world = new World("a", "b", "c", "d", "e", "f", "g", "h", "i") { Policy = new ServicePolicy { DownBudget = new DownBudget(most, null) } };
        for (var site = 0; site < 8; site++)
        {
            // One is never silent: somebody has to see.
            if (silent[site]) world.Silent.Add(world.Names[site]);
        }
        for (var site = 0; site < 8; site++)
        {
            foreach (var tester in world.Names.Where(tester => tester != world.Names[site] && down[site])) world.Times[(world.Names[site], tester)] = null;
        }
        down[8] = false;
        return [.. HandOffTable.From(world.Snapshot("i"), world.Cluster.Services[0]).Sites.Where(row => row.Standing == Standing.Down).Select(row => row.Site.Name)];
    }

    private static World Six(DownBudget budget) => new("a", "b", "c", "d", "e", "f") { Policy = new ServicePolicy { DownBudget = budget } };

    private static HandOffTable Table(World world)
    {
        world.Reconfigure();
        return HandOffTable.From(world.Snapshot("f"), world.Cluster.Services[0]);
    }

    private static HandOffRow Row(World world, string name) => Table(world)[world.Id(name)]!.Value;

    private static List<string> Answered(World world, string node)
    {
        var plan = world.Plan(node);
        return [.. world.Count(plan, Anyone, 2000).Where(count => count.Value > 0).Select(count => count.Key)];
    }
}
