using System.Collections.Frozen;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Tests.Policy.Tables;

public sealed class HandOffTableTests
{
    [Fact]
    [Trait("mission", "P3.1")]
    [Trait("mission", "P3.2")]
    [Trait("mission", "P3.3")]
    [Trait("mission", "P3.4")]
    [Trait("mission", "P3.8")]
    public void Six_published_columns_give_the_patents_tables()
    {
        var world = World.Patent();
        var snapshot = world.Snapshot("A");
        var matrix = ResponseTimeMatrix.From(snapshot, world.Cluster.Services[0]);
        var table = HandOffTable.From(snapshot, world.Cluster.Services[0]);
        foreach (var (pair, milliseconds) in PatentTables.Milliseconds)
            Assert.Equal(milliseconds * 1000, matrix[world.Id(pair.Tested), world.Id(pair.Tester)]!.Value.ResponseMicros);
        foreach (var name in world.Names)
        {
            Assert.Null(matrix[world.Id(name), world.Id(name)]);
            Assert.Equal(PatentTables.Orders[name], string.Concat(snapshot.States[world.Id(name)].Orders[0].Sites.Select(world.Name)));
            Assert.Equal(PatentTables.Totals[name], Row(table, world, name).Weight);
            Assert.Equal(PatentTables.Totals[name] / 42.0, Row(table, world, name).Share, 12);
        }
    }

    [Fact]
    [Trait("mission", "P5.7")]
    public void Every_node_computes_the_same_table_whatever_it_sees_itself()
    {
        var world = World.Patent();
        var digests = world.Names.Select(name =>
        {
            var snapshot = world.Snapshot(name);
            // This node's own live view says that all is down: not in the table.
            var blind = snapshot with { Mine = snapshot.Mine.Values.Select(seen => seen with { State = HealthState.Down }).ToFrozenDictionary(seen => seen.Vip) };
            return HandOffTable.From(blind, world.Cluster.Services[0]).Digest;
        }).Distinct();
        Assert.Matches("^[0-9a-f]{16}$", Assert.Single(digests));
    }

    [Fact]
    public void The_digest_follows_editions_and_not_sequences()
    {
        var world = World.Patent();
        string Digest() => HandOffTable.From(world.Snapshot("A"), world.Cluster.Services[0]).Digest;
        var first = Digest();
        world.Said["C"] = state => state with { Sequence = 8 };
        Assert.Equal(first, Digest());
        world.Said["C"] = state => state with { Edition = 6 };
        Assert.NotEqual(first, Digest());
    }

    [Fact]
    public void A_down_site_takes_no_place_and_those_behind_it_move_up()
    {
        var world = World.Patent();
        // A: D C F B E. Without D, C takes the 4 points, F the 2, B the 1.
        world.Times[("D", "A")] = null;
        var table = Table(world);
        Assert.Equal(8 - 4, Row(table, world, "D").Weight);
        Assert.Equal(6 - 2 + 4, Row(table, world, "C").Weight);
        Assert.Equal(10 - 1 + 2, Row(table, world, "F").Weight);
        Assert.Equal(6 + 1, Row(table, world, "B").Weight);
    }

    [Fact]
    [Trait("mission", "P3.5")]
    public void A_ranked_site_whose_places_all_weigh_nothing_has_a_total_of_zero()
    {
        var world = new World("a", "b", "c", "d") { Policy = new ServicePolicy { Weights = [4, 2, 0], FewSitesBelow = 0 } };
        foreach (var tester in new[] { "a", "b", "c" }) world.Times[("d", tester)] = 99_000;
        Assert.Equal(new HandOffRow(world.Cluster.Sites[3], 0, 0, Standing.Up, ""), Row(Table(world), world, "d"));
    }

    [Fact]
    public void Nobodys_column_mentions_it_so_it_takes_the_smallest_total_that_is_not_zero()
    {
        var world = World.Patent();
        foreach (var tester in world.Names) world.Times.Remove(("E", tester));
        var row = Row(Table(world), world, "E");
        Assert.Equal(Standing.Unmeasured, row.Standing);
        Assert.Equal(Table(world).Sites.Where(other => other.Site.Name != "E").Min(other => other.Weight), row.Weight);
    }

    [Fact]
    public void With_no_column_at_all_every_site_weighs_one()
    {
        var world = World.Patent();
        world.Silent.UnionWith(world.Names);
        Assert.All(Table(world).Sites, row => Assert.Equal((1L, Standing.Unmeasured), (row.Weight, row.Standing)));
    }

    [Fact]
    public void A_stale_column_drops_and_its_site_keeps_its_row()
    {
        var world = World.Patent();
        world.Said["F"] = state => state with { SentAt = World.Now + TimeSpan.FromMinutes(-4) };
        var table = Table(world);
        // F gave D 4, E 2 and A 1.
        Assert.Equal(8 - 4, Row(table, world, "D").Weight);
        Assert.Equal(10, Row(table, world, "F").Weight);
    }

    [Theory]
    [InlineData(2, Standing.Up, "2 of 5 are no majority")]
    [InlineData(3, Standing.Down, "3 of 5 are")]
    public void A_majority_of_the_others_votes_a_site_down(int votes, Standing expected, string _)
    {
        var world = World.Patent();
        foreach (var tester in new[] { "A", "B", "D" }.Take(votes)) world.Times[("F", tester)] = null;
        var row = Row(Table(world), world, "F");
        Assert.Equal(expected, row.Standing);
        Assert.Equal(expected == Standing.Down, row.Weight == 0);
    }

    [Theory]
    [InlineData(VoteRule.Any, 0, Standing.Up, "")]
    [InlineData(VoteRule.Any, 1, Standing.Down, "1 of 5 observers see it down, and one is enough")]
    [InlineData(VoteRule.All, 4, Standing.Up, "")]
    [InlineData(VoteRule.All, 5, Standing.Down, "5 of 5 observers see it down, which is all")]
    public void By_another_rule_one_is_enough_or_all_are_needed(VoteRule rule, int votes, Standing expected, string reason)
    {
        var world = World.Patent();
        world.Policy = world.Policy with { Vote = rule };
        foreach (var tester in new[] { "A", "B", "C", "D", "E" }.Take(votes)) world.Times[("F", tester)] = null;
        var row = Row(Table(world), world, "F");
        Assert.Equal((expected, reason), (row.Standing, row.Reason));
        Assert.Equal(expected == Standing.Down, row.Weight == 0);
    }

    [Theory]
    [InlineData(VoteRule.Majority)]
    [InlineData(VoteRule.Any)]
    [InlineData(VoteRule.All)]
    public void Whom_nobody_observes_nobody_takes_out(VoteRule rule) => Assert.False(default(Vote).TakesOut(rule));

    [Fact]
    public void Muted_votes_and_ones_own_do_not_count()
    {
        var world = World.Patent();
        foreach (var tester in new[] { "A", "B", "D" }) world.Times[("F", tester)] = null;
        world.Said["A"] = state => state with { VotesMuted = true };
        // Left: 2 of 4.
        Assert.Equal(Standing.Up, Row(Table(world), world, "F").Standing);
    }

    [Theory]
    [InlineData(SelfReport.Overloaded, Standing.Overloaded)]
    [InlineData(SelfReport.Draining, Standing.Draining)]
    [InlineData(SelfReport.Disabled, Standing.Disabled)]
    [InlineData(SelfReport.Leaving, Standing.Leaving)]
    public void A_site_is_believed_when_it_says_no_for_itself(SelfReport word, Standing expected)
    {
        var world = World.Patent();
        world.Said["F"] = state => state with { SelfReport = word };
        var row = Row(Table(world), world, "F");
        Assert.Equal((0L, expected), (row.Weight, row.Standing));
    }

    [Fact]
    public void A_site_that_says_yes_is_not_believed_against_a_majority()
    {
        var world = World.Patent();
        foreach (var tester in world.Names.Where(name => name != "C")) world.Times[("C", tester)] = null;
        Assert.Equal(Standing.Down, Row(Table(world), world, "C").Standing);
    }

    [Fact]
    public void Site_weights_multiply_the_total_and_zero_is_never()
    {
        var world = World.Patent();
        world.Policy = world.Policy with { SiteWeights = new Dictionary<SiteId, int> { [world.Id("F")] = 3, [world.Id("D")] = 0 }.ToFrozenDictionary() };
        Assert.Equal(30, Row(Table(world), world, "F").Weight);
        Assert.Equal(0, Row(Table(world), world, "D").Weight);
        Assert.Equal(7, Row(Table(world), world, "A").Weight);
    }

    [Fact]
    [Trait("mission", "P3.6")]
    public void With_three_sites_the_one_that_can_accept_most_gets_most()
    {
        var world = new World("a", "b", "c") { Policy = new ServicePolicy() };
        world.Loads["a"] = (900, 1000, VipCondition.Up);
        world.Loads["b"] = (500, 1000, VipCondition.Up);
        // No maximum counts as the largest configured one.
        world.Loads["c"] = (0, null, VipCondition.Up);
        Assert.Equal([100L, 500, 1000], Table(world).Sites.Select(row => row.Weight));
        world.Loads["a"] = (1000, 1000, VipCondition.Full);
        Assert.Equal((0L, Standing.Full), (Row(Table(world), world, "a").Weight, Row(Table(world), world, "a").Standing));
    }

    [Fact]
    public void With_three_sites_and_no_maximum_all_weigh_alike_whatever_their_connections()
    {
        var world = new World("a", "b", "c") { Policy = new ServicePolicy() };
        world.Loads["a"] = (900, null, VipCondition.Up);
        Assert.Equal([1000L, 1000, 1000], Table(world).Sites.Select(row => row.Weight));
    }

    [Fact]
    public void The_number_of_sites_configured_decides_and_not_the_number_alive()
    {
        var world = new World("a", "b", "c", "d") { Policy = new ServicePolicy() };
        world.Kill("c");
        world.Kill("d");
        // Points: a and b rank only each other, so each has one first place.
        Assert.Equal([6L, 6, 0, 0], Table(world).Sites.Select(row => row.Weight));
    }

    [Fact]
    public void What_makes_no_sense_in_an_order_takes_no_place()
    {
        var world = World.Patent();
        var before = Table(world).Sites.Select(row => row.Weight).ToArray();
        world.Said["A"] = state => state with
        {
            Orders = [new PreferenceOrder(World.ServiceId, [world.Id("A"), new SiteId(77), .. state.Orders[0].Sites.SelectMany(site => new[] { site, site }), world.Id("D")])],
        };
        Assert.Equal(before, Table(world).Sites.Select(row => row.Weight));
    }

    [Fact]
    public void Vips_that_share_an_address_are_up_together_or_not_at_all()
    {
        var world = World.Patent();
        world.Shape = service => service with { Vips = [.. service.Vips, service.Vips[0] with { Address = service.Vips[0].Address with { Port = 443 } }] };
        var matrix = ResponseTimeMatrix.From(world.Snapshot("B"), world.Cluster.Services[0]);
        // Port 443 of A's address was never probed: the address is not up.
        Assert.Equal(new MatrixCell(HealthState.Unknown, null, 0, null), matrix[world.Id("A"), world.Id("B")]);
    }

    private static HandOffTable Table(World world)
    {
        world.Reconfigure();
        return HandOffTable.From(world.Snapshot(world.Names[0]), world.Cluster.Services[0]);
    }

    private static HandOffRow Row(HandOffTable table, World world, string name) => table[world.Id(name)]!.Value;
}
