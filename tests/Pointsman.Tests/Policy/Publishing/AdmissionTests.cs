using Pointsman.Model;
using Pointsman.Policy.Publishing;

namespace Pointsman.Tests.Policy.Publishing;

/// <summary>One owner's word: what it admits at which load, how it comes back, and when it holds itself back. The TTL is a minute.</summary>
public sealed class AdmissionTests
{
    private const int All = VipReport.AdmitAll;

    [Theory]
    [Trait("mission", "P2.5")]
    [InlineData(0, 800, All, All, "empty")]
    [InlineData(800, 800, All, All, "at the target")]
    [InlineData(900, 800, 820_000, 890_000, "an eighth above: so many fewer")]
    [InlineData(1000, 800, 230_000, 810_000, "full, and nobody counts how many are refused")]
    public void A_load_that_is_not_moved_by_a_TTL_of_it_admits_the_part_that_fills_the_target(int active, int target, int least, int most, string _)
    {
        var owner = new Owner(Limited()) { Active = active };
        owner.Run(45);
        Assert.Equal(target, owner.Word.ConnectionsTarget);
        Assert.InRange(owner.Word.AdmitMillionths, least, most);
    }

    [Fact]
    public void Without_a_limit_all_are_admitted()
    {
        var owner = new Owner(new World("a", "b", "c", "d")) { Active = int.MaxValue, Max = null };
        owner.Run(60);
        Assert.Equal((All, null), (owner.Word.AdmitMillionths, owner.Word.ConnectionsTarget));
    }

    [Fact]
    public void A_word_does_not_change_more_often_than_eight_times_in_a_TTL_unless_it_is_full()
    {
        var owner = new Owner(Limited());
        var words = 0;
        var last = All;
        for (var second = 0; second < 600; second++)
        {
            owner.Active = 700 + (second * 7919 % 299);
            owner.Run(1);
            if (owner.Word.AdmitMillionths != last) words++;
            last = owner.Word.AdmitMillionths;
        }
        Assert.InRange(words, 1, 80);
    }

    [Fact]
    public void In_one_TTL_no_more_is_pulled_than_a_quarter_of_the_whole_above_what_was_felt()
    {
        var owner = new Owner(Limited()) { Active = 1000 };
        owner.Run(600);
        var low = owner.Word.AdmitMillionths;
        owner.Active = 1;
        owner.Run(8);
        Assert.InRange(owner.Word.AdmitMillionths, low, low + AdmitControl.Rise);
        owner.Run(300);
        Assert.Equal(All, owner.Word.AdmitMillionths);
    }

    [Fact]
    public void When_all_the_others_are_full_it_passes_nobody_on()
    {
        var world = Limited();
        foreach (var other in (string[])["b", "c", "d"]) world.Loads[other] = (1000, 1000, VipCondition.Full);
        var owner = new Owner(world) { Active = 999 };
        owner.Run(600);
        Assert.Equal(All, owner.Word.AdmitMillionths);
        world.Loads["d"] = (10, 1000, VipCondition.Up);
        owner.Run(120);
        Assert.InRange(owner.Word.AdmitMillionths, AdmitControl.Least, 900_000);
    }

    [Fact]
    public void A_cluster_that_starts_ramps_nobody()
    {
        var world = Limited();
        SeenDown(world, true);
        var owner = new Owner(world) { Samples = 3, Condition = VipCondition.Down };
        owner.Run(10);
        owner.Condition = VipCondition.Up;
        owner.Run(5);
        SeenDown(world, false);
        for (var second = 0; second < 60; second++) Assert.Equal((All, VipCondition.Up), (owner.Run(1).Word.AdmitMillionths, owner.Word.Condition));
    }

    [Fact]
    [Trait("mission", "P3.11")]
    public void A_site_that_was_voted_down_comes_back_step_by_step()
    {
        var world = Limited();
        var owner = new Owner(world).Run(10);
        SeenDown(world, true);
        owner.Run(600);
        SeenDown(world, false);
        owner.Run(3);
        Assert.InRange(owner.Word.AdmitMillionths, VipMemory.RampLeast, 2 * VipMemory.RampLeast);
        Assert.True(owner.View.IsRamping);
        var last = 0;
        for (var second = 0; second < 60; second++)
        {
            Assert.InRange(owner.Run(1).Word.AdmitMillionths, last, All);
            last = owner.Word.AdmitMillionths;
        }
        owner.Run(10);
        Assert.Equal((All, false), (owner.Word.AdmitMillionths, owner.View.IsRamping));
    }

    [Theory]
    [InlineData(0, All, All, "no ramp is wanted")]
    [InlineData(3600, VipMemory.RampLeast, 100_000, "an hour: after a minute it has hardly begun")]
    public void Its_time_is_the_operators(int slowStart, int least, int most, string _)
    {
        var world = Limited(Owner.Policy(slowStart: TimeSpan.FromSeconds(slowStart)));
        var owner = new Owner(world).Run(10);
        SeenDown(world, true);
        owner.Run(600);
        SeenDown(world, false);
        owner.Run(60);
        Assert.InRange(owner.Word.AdmitMillionths, least, most);
    }

    [Fact]
    public void After_an_outage_shorter_than_a_TTL_it_begins_with_those_who_still_come()
    {
        var owner = new Owner(Limited()).Run(300);
        owner.Condition = VipCondition.Down;
        owner.Run(6);
        owner.Condition = VipCondition.Up;
        owner.Run(1);
        Assert.InRange(owner.Word.AdmitMillionths, 850_000, 950_000);
    }

    [Fact]
    public void A_site_that_is_new_in_a_running_cluster_begins_with_few()
    {
        var world = Limited();
        world.Said["b"] = world.Said["c"] = world.Said["d"] = state => state with { Observations = [.. state.Observations.Where(seen => seen.Vip.Site != world.Id("a"))] };
        var owner = new Owner(world).Run(3);
        Assert.InRange(owner.Word.AdmitMillionths, VipMemory.RampLeast, 2 * VipMemory.RampLeast);
    }

    [Fact]
    public void A_node_that_restarts_before_anybody_noticed_goes_on_as_before()
    {
        var owner = new Owner(Limited()).Run(60);
        owner.Restart();
        owner.Run(5);
        Assert.Equal((All, VipCondition.Up), (owner.Word.AdmitMillionths, owner.Word.Condition));
    }

    [Fact]
    [Trait("mission", "P2.5")]
    public void Held_by_hand_it_waits_for_the_operator_over_a_restart_too()
    {
        var world = Limited(Owner.Policy(Failback.Manual));
        var owner = new Owner(world).Run(10);
        SeenDown(world, true);
        owner.Run(10);
        Assert.Empty(owner.Release());
        SeenDown(world, false);
        owner.Run(3600);
        Assert.Equal(VipCondition.Held, owner.Word.Condition);
        owner.Restart([.. owner.Memory.Held]);
        owner.Run(600);
        Assert.Equal(VipCondition.Held, owner.Word.Condition);
        Assert.Equal([World.ServiceId], owner.Release());
        owner.Run(1);
        Assert.Equal((VipCondition.Up, true), (owner.Word.Condition, owner.View.IsRamping));
    }

    [Fact]
    public void A_node_that_lost_its_disk_learns_from_the_others_that_it_was_down()
    {
        var world = Limited(Owner.Policy(Failback.Manual));
        var owner = new Owner(world);
        SeenDown(world, true);
        owner.Run(3);
        SeenDown(world, false);
        owner.Run(60);
        Assert.Equal(VipCondition.Held, owner.Word.Condition);
    }

    [Fact]
    public void Held_for_a_time_it_comes_back_when_nothing_was_wrong_for_so_long()
    {
        var world = Limited(Owner.Policy(new Failback(TimeSpan.FromMinutes(5)), TimeSpan.Zero));
        var owner = new Owner(world).Run(10);
        owner.Condition = VipCondition.Down;
        owner.Run(30);
        owner.Condition = VipCondition.Up;
        owner.Run(200);
        owner.Condition = VipCondition.Down;
        owner.Run(1);
        owner.Condition = VipCondition.Up;
        owner.Run(299);
        Assert.Equal(VipCondition.Held, owner.Word.Condition);
        owner.Run(3);
        Assert.Equal((VipCondition.Up, All), (owner.Word.Condition, owner.Word.AdmitMillionths));
    }

    [Fact]
    public void A_drain_is_no_outage_and_holds_nobody_back()
    {
        var owner = new Owner(Limited(Owner.Policy(Failback.Manual))).Run(10);
        owner.Condition = VipCondition.Draining;
        owner.Run(300);
        owner.Condition = VipCondition.Up;
        owner.Run(1);
        Assert.Equal((VipCondition.Up, true), (owner.Word.Condition, owner.View.IsRamping));
    }

    [Fact]
    public void Of_a_cluster_that_holds_itself_back_whole_the_first_takes_up_again()
    {
        var world = Limited(Owner.Policy(Failback.Manual));
        foreach (var other in (string[])["b", "c", "d"]) world.Said[other] = state => state with { Vips = [.. state.Vips.Select(report => report with { Condition = VipCondition.Held })] };
        var first = new Owner(world).Run(10);
        var second = new Owner(world, "b").Run(10);
        foreach (var owner in (Owner[])[first, second])
        {
            owner.Condition = VipCondition.Down;
            owner.Run(5);
            owner.Condition = VipCondition.Up;
        }
        first.Run(1);
        Assert.Equal(VipCondition.Up, first.Word.Condition);
        second.Run(600);
        Assert.Equal(VipCondition.Held, second.Word.Condition);
    }

    private static World Limited(ServicePolicy? policy = null)
    {
        var world = new World("a", "b", "c", "d");
        foreach (var name in world.Names) world.Loads[name] = (100, 1000, VipCondition.Up);
        if (policy is not null) world.Policy = policy;
        return world;
    }

    private static void SeenDown(World world, bool down)
    {
        foreach (var tester in (string[])["b", "c", "d"]) world.Times[("a", tester)] = down ? null : 10_000;
    }

    [Fact]
    public void A_large_target_without_a_maximum_is_divided_as_a_small_one_is()
    {
        var vip = new Vip { Service = World.ServiceId, Site = new SiteId(1), Address = default, TargetConnections = 10_000_000 };
        var measured = new VipReport { Vip = vip.Key, Condition = VipCondition.Up, ConnectionsActive = 40_000_000, ServersUp = 1, ServersTotal = 1 };
        Assert.Equal(VipReport.AdmitAll / 4, Admission.AtRest(vip, measured).AdmitMillionths);
    }
}
