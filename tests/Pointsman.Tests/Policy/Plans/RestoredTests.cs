using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Tests.Policy.Plans;

/// <summary>Between the start and the end of the first probe round [S11].</summary>
public sealed class RestoredTests
{
    private static World Starting(params string[] stored)
    {
        var world = new World("a", "b", "c", "d");
        // Nothing probed and nothing heard yet.
        world.Times.Clear();
        foreach (var name in world.Names) world.Silent.Add(name);
        var sites = stored.Select(world.Id).ToImmutableArray();
        world.Finish = snapshot => snapshot with
        {
            Ready = false,
            LastGood = stored.Length == 0
                ? FrozenDictionary<ServiceId, ImmutableArray<SiteId>>.Empty
                : new Dictionary<ServiceId, ImmutableArray<SiteId>> { [World.ServiceId] = sites }.ToFrozenDictionary(),
        };
        return world;
    }

    [Fact]
    public void What_was_stored_is_answered_and_marked_as_stale()
    {
        var world = Starting("b", "d");
        var plan = world.Plan("a");
        Assert.Equal(Verdict.Stale, plan.Services[0].Verdict);
        var named = Enumerable.Range(0, 20).SelectMany(turn => world.Answer(plan, "192.0.2.1", (ulong)turn)).Distinct().Order();
        Assert.Equal(["b", "d"], named);
    }

    [Fact]
    [Trait("mission", "P4.4")]
    public void What_is_known_to_be_down_by_now_stays_out_while_anything_else_was_stored()
    {
        // The node's own VIP stands there without servers until the first of them has passed its probe.
        var world = Starting("a", "b", "d");
        world.Loads["a"] = (0, null, VipCondition.Down);
        Assert.Equal(["b", "d"], Named(world));

        var alone = Starting("a");
        alone.Loads["a"] = (0, null, VipCondition.Down);
        Assert.Equal(["a"], Named(alone));
    }

    private static string[] Named(World world)
    {
        var plan = world.Plan("a");
        Assert.Equal(Verdict.Stale, plan.Services[0].Verdict);
        return [.. Enumerable.Range(0, 20).SelectMany(turn => world.Answer(plan, "192.0.2.1", (ulong)turn)).Distinct().Order()];
    }

    [Fact]
    public void Without_anything_stored_the_node_is_not_ready() =>
        Assert.Equal(Verdict.NotReady, Starting().Plan("a").Services[0].Verdict);

    [Fact]
    public void Publishing_while_not_ready_makes_nothing_good_of_what_nobody_probed()
    {
        var plan = Starting("b", "d").Plan("a");
        Assert.Equal(2, plan.LastGood()[World.ServiceId].Length);
        Assert.Empty(Starting().Plan("a").LastGood());
    }
}
