using CsCheck;
using Pointsman.Health;
using Pointsman.Model;

namespace Pointsman.Tests.Health;

public sealed class HoldDownTests
{
    private static readonly ProbeSettings held = new() { Interval = TimeSpan.FromSeconds(5), Fall = 1, Rise = 1, HoldDown = TimeSpan.FromSeconds(10), HoldDownMax = TimeSpan.FromMinutes(1) };

    [Theory]
    [InlineData(1, 10, 0)]
    [InlineData(2, 20, 10)]
    [InlineData(3, 40, 20)]
    [InlineData(4, 60, 40)]
    [InlineData(31, 60, 60)]
    [InlineData(1000, 60, 60)]
    public void Each_down_is_held_twice_as_long_as_the_one_before_up_to_the_limit(int downs, int givenSeconds, int defaultSeconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(givenSeconds), HoldDown.After(downs, held));
        Assert.Equal(TimeSpan.FromSeconds(defaultSeconds), HoldDown.After(downs, held with { HoldDown = null }));
    }

    [Fact]
    public void A_limit_below_the_first_hold_shortens_nothing() =>
        Assert.Equal(TimeSpan.FromSeconds(10), HoldDown.After(5, held with { HoldDownMax = TimeSpan.FromSeconds(1) }));

    [Fact]
    [Trait("mission", "P4.3")]
    public void However_well_its_probes_go_it_comes_up_when_the_hold_is_over_and_not_before()
    {
        var health = Walk(Up(), "F", 0);
        Assert.Equal((HealthState.Down, At(10), 0), (health.State, health.Observation.HeldUntil, health.Observation.Flaps));
        health = Apply(health, 'S', 5);
        health = Apply(health, 'S', 9.9);
        Assert.Equal(HealthState.Down, health.State);
        health = Apply(health, 'S', 10);
        Assert.Equal((HealthState.Up, null), (health.State, health.Observation.HeldUntil));
        health = Apply(health, 'F', 15);
        Assert.Equal((HealthState.Down, At(35), 1), (health.State, health.Observation.HeldUntil, health.Observation.Flaps));
        // Nor does a server that comes back and says that it is busy.
        health = Apply(health, 'R', 30);
        Assert.Equal(HealthState.Down, health.State);
        Assert.Equal(HealthState.Overloaded, Apply(health, 'R', 36).State);
    }

    [Fact]
    public void What_stays_up_is_forgiven_one_down_after_the_other()
    {
        var health = Up();
        for (var flap = 0; flap < 4; flap++) health = Apply(Apply(health, 'F', flap * 100), 'S', (flap * 100) + 90);
        Assert.Equal((3, HealthState.Up), (health.Observation.Flaps, health.State));
        // 24 intervals of 5 s each.
        Assert.Equal(3, Apply(health, 'S', 390 + 119).Observation.Flaps);
        Assert.Equal(2, Apply(health, 'S', 390 + 120).Observation.Flaps);
        Assert.Equal(0, Apply(health, 'S', 390 + 360).Observation.Flaps);
        health = Apply(health, 'S', 390 + 480);
        Assert.Equal(At(1010), Apply(health, 'F', 1000).Observation.HeldUntil);
    }

    [Fact]
    public void What_was_never_up_is_not_held()
    {
        var health = Walk(TrackedHealth.Start(Given.RemoteVip()), "FFF", 0);
        Assert.Equal((HealthState.Down, null, 0), (health.State, health.Observation.HeldUntil, health.Observation.Flaps));
    }

    [Fact]
    public void In_any_story_it_is_never_up_while_it_is_held_and_never_held_for_longer_than_the_limit() =>
        Gen.Select(Gen.Char["SSSFFRI"], Gen.Int[0, 30_000]).Array[0, 80].Sample(story =>
        {
            var (health, now) = (TrackedHealth.Start(Given.RemoteVip()), At(0));
            foreach (var (happens, milliseconds) in story)
            {
                now += TimeSpan.FromMilliseconds(milliseconds);
                health = Apply(health, happens, now);
                var until = health.Observation.HeldUntil;
                Assert.True(until is null || health.State == HealthState.Down);
                Assert.True(until is null || until - now <= held.HoldDownMax);
                Assert.InRange(health.Observation.Flaps, 0, 30);
            }
        });

    private static TrackedHealth Up() => Apply(TrackedHealth.Start(Given.RemoteVip()), 'S', -5);

    private static TrackedHealth Walk(TrackedHealth health, string story, double from)
    {
        foreach (var happens in story) health = Apply(health, happens, from);
        return health;
    }

    private static TrackedHealth Apply(TrackedHealth health, char happens, double seconds) => Apply(health, happens, At(seconds));

    private static TrackedHealth Apply(TrackedHealth health, char happens, Instant now) => HealthTracker.Apply(health, happens switch
    {
        'S' => Given.Success(),
        'F' => Given.Failure(),
        'R' => ProbeResult.Overloaded(1000, "503 Busy"),
        _ => ProbeResult.Inconclusive(1, "no descriptors"),
    }, held, now).Next;

    private static Instant At(double seconds) => new(1_000_000_000 + (long)(seconds * 1_000_000));
}
