using Pointsman.Model;
using Pointsman.Policy.Publishing;
using Pointsman.Policy.Tables;

namespace Pointsman.Tests.Policy.Decisions;

/// <summary>What the states between up and down do to orders, vote, tables and answers; and who is not looked at by everybody.</summary>
public sealed class StatesTests
{
    private const string Anyone = "198.51.100.7";

    [Fact]
    [Trait("mission", "P3.2")]
    public void Overloaded_takes_no_place_in_its_testers_order_and_is_no_vote()
    {
        var world = World.Patent();
        foreach (var tester in world.Names.Where(name => name is not "F" and not "A")) world.States[("F", tester)] = HealthState.Overloaded;
        var plan = world.Plan("A");
        var row = plan.TableOf(World.ServiceId)![world.Id("F")]!.Value;
        // A alone still ranks it, and A alone hands to it.
        Assert.Equal(Standing.Up, row.Standing);
        Assert.NotEqual(0, world.Count(plan, Anyone, 420)["F"]);
        Assert.Equal(0, world.Count(world.Plan("B"), Anyone, 420)["F"]);
        var matrix = ResponseTimeMatrix.From(world.Snapshot("A"), world.Cluster.Services[0]);
        Assert.Equal(HealthState.Overloaded, matrix[world.Id("F"), world.Id("B")]!.Value.State);
    }

    [Fact]
    public void Whom_everybody_sees_overloaded_is_not_taken_for_unmeasured()
    {
        var world = World.Patent();
        foreach (var tester in world.Names.Where(name => name != "F")) world.States[("F", tester)] = HealthState.Overloaded;
        var row = world.Plan("A").TableOf(World.ServiceId)![world.Id("F")]!.Value;
        Assert.Equal((Standing.SeenOverloaded, 0L, "5 of 5 observers see it overloaded, and none ranks it"), (row.Standing, row.Weight, row.Reason));
        Assert.Equal(0, world.Count(world.Plan("A"), Anyone, 420)["F"]);
    }

    [Fact]
    public void When_all_that_is_left_is_overloaded_it_is_answered()
    {
        var world = new World("a", "b", "c", "d");
        foreach (var name in new[] { "b", "c" }) world.Kill(name);
        world.Times[("b", "a")] = world.Times[("c", "a")] = null;
        foreach (var tester in new[] { "a", "b", "c" }) world.States[("d", tester)] = HealthState.Overloaded;
        world.Loads["a"] = (0, null, VipCondition.Down);
        world.Policy = world.Policy with { WhenAllDown = WhenAllDown.NoData };
        Assert.Equal(["d"], world.Answer(world.Plan("a"), Anyone));
        world.Loads.Remove("a");
        Assert.Equal(["a"], world.Answer(world.Plan("a"), Anyone));
    }

    [Fact]
    public void Disabled_is_no_vote_against_a_site_and_yet_nobody_is_handed_there()
    {
        var world = World.Patent();
        world.Shape = service => service with { Vips = [.. service.Vips.Select(vip => vip with { Disabled = vip.Site == world.Id("F") })] };
        foreach (var tester in world.Names.Where(name => name != "F")) world.States[("F", tester)] = HealthState.Disabled;
        var row = world.Plan("A").TableOf(World.ServiceId)![world.Id("F")]!.Value;
        Assert.Equal((Standing.Disabled, 0L, "by the configuration"), (row.Standing, row.Weight, row.Reason));
        foreach (var self in world.Names) Assert.Equal(0, world.Count(world.Plan(self), Anyone, 100)["F"]);
        // Nor am I the sick one because of it.
        foreach (var name in new[] { "D", "E" }) world.Kill(name);
        Assert.False(Isolation.IsMuted(world.Cluster, world.Id("A"), world.Snapshot("A").Mine));
    }

    [Fact]
    public void Who_does_not_probe_a_site_is_not_its_observer()
    {
        var world = World.Patent();
        foreach (var tester in new[] { "B", "C", "D" }) world.Times.Remove(("F", tester));
        world.Times[("F", "E")] = null;
        world.Times[("F", "A")] = null;
        var row = world.Plan("B").TableOf(World.ServiceId)![world.Id("F")]!.Value;
        Assert.Equal((Standing.Down, "2 of 2 observers see it down"), (row.Standing, row.Reason));

        world.Times[("F", "A")] = 10_000;
        var plan = world.Plan("B");
        Assert.Equal(Standing.Up, plan.TableOf(World.ServiceId)![world.Id("F")]!.Value.Standing);
        // B has no eyes of its own there, and takes its probers' word.
        Assert.NotEqual(0, world.Count(plan, Anyone, 420)["F"]);
    }

    [Fact]
    public void I_may_be_cut_off_when_most_of_those_that_I_probe_fail()
    {
        var world = World.Patent();
        foreach (var tested in new[] { "C", "D", "E" }) world.Times.Remove((tested, "A"));
        world.Times[("B", "A")] = null;
        Assert.False(Isolation.IsMuted(world.Cluster, world.Id("A"), world.Snapshot("A").Mine));
        world.Times[("F", "A")] = null;
        Assert.True(Isolation.IsMuted(world.Cluster, world.Id("A"), world.Snapshot("A").Mine));
    }

    [Fact]
    public void A_site_that_only_others_probe_is_a_survivor_by_their_eyes()
    {
        var world = new World("a", "b", "c", "d") { Policy = new ServicePolicy { FewSites = FewSites.Weights, Weights = [0], WhenAllDown = WhenAllDown.NoData } };
        world.Times.Remove(("d", "a"));
        foreach (var name in new[] { "b", "c" }) world.Times[(name, "a")] = null;
        world.Loads["a"] = (0, null, VipCondition.Down);
        Assert.Equal(["d"], world.Answer(world.Plan("a"), Anyone));
        world.Times[("d", "b")] = world.Times[("d", "c")] = null;
        Assert.Empty(world.Answer(world.Plan("a"), Anyone));
    }
}
