using CsCheck;
using Pointsman.Health;
using Pointsman.Model;

namespace Pointsman.Tests.Health;

public sealed class HealthTrackerTests
{
    private static readonly ProbeSettings Settings = new() { Interval = TimeSpan.FromSeconds(5), Fall = 3, Rise = 2 };
    private static readonly TimeSpan Interval = Settings.Interval;

    [Fact]
    public void A_success_that_began_before_the_suspicion_does_not_clear_it()
    {
        var health = HealthTracker.Suspect(In(HealthState.Up, 0, At(0)), Settings, At(10)).Next;
        var early = HealthTracker.Apply(health, ProbeResult.Success(2_000_000, "200 OK"), Settings, At(11));
        Assert.Equal(HealthState.Suspect, early.After);
        Assert.True(early.ProbeAgain);
        var late = HealthTracker.Apply(early.Next, ProbeResult.Success(1_000_000, "200 OK"), Settings, At(12));
        Assert.Equal(HealthState.Up, late.After);
        Assert.False(late.ProbeAgain);
    }

    [Fact]
    public void A_suspect_that_fails_asks_to_be_probed_again_until_it_is_down()
    {
        var health = HealthTracker.Suspect(In(HealthState.Up, 0, At(0)), Settings, At(10)).Next;
        var wanted = new List<bool>();
        for (var i = 0; i < 3; i++)
        {
            var step = HealthTracker.Apply(health, Given.Failure(), Settings, At(11 + i));
            wanted.Add(step.ProbeAgain);
            health = step.Next;
        }

        Assert.Equal([true, true, false], wanted);
        Assert.Equal(HealthState.Down, health.State);
    }

    [Fact]
    [Trait("mission", "P4.4")]
    public void The_step_tells_the_moment_of_going_down_and_of_coming_back_once()
    {
        var health = In(HealthState.Up, 0, At(0));
        var (downs, ups) = (new List<int>(), new List<int>());
        for (var i = 0; i < 12; i++)
        {
            var step = HealthTracker.Apply(health, i < 6 ? Given.Failure() : Given.Success(), Settings, At(5 * i));
            if (step.WentDown) downs.Add(i);
            if (step.CameUp) ups.Add(i);
            health = step.Next;
        }

        Assert.Equal([2], downs);
        Assert.Equal([7], ups);
    }

    [Fact]
    [Trait("mission", "P4.1")]
    public void What_was_measured_one_half_life_ago_counts_half()
    {
        var first = HealthTracker.Apply(TrackedHealth.Start(Given.RemoteVip()), ProbeResult.Success(100_000, "", 1000, 100_000), Settings, At(0)).Next;
        Assert.Equal((100_000, 0, 10_000), (first.Observation.ResponseMicros, first.Observation.DeviationMicros, first.Observation.ThroughputBytesPerSecond));

        // Half-life is three intervals: after 15 s the new sample and all old ones weigh the same.
        var second = HealthTracker.Apply(first, ProbeResult.Success(200_000, "", 1000, 50_000), Settings, At(15)).Next.Observation;
        Assert.Equal((150_000, 50_000, 15_000, 2), (second.ResponseMicros, second.DeviationMicros, second.ThroughputBytesPerSecond, second.Samples));
    }

    [Fact]
    [Trait("mission", "P4.1")]
    public void A_failed_probe_enters_no_average_but_gives_its_reason_and_time()
    {
        var up = HealthTracker.Apply(TrackedHealth.Start(Given.RemoteVip()), Given.Success(40), Settings, At(0)).Next;
        var failed = HealthTracker.Apply(up, ProbeResult.Failure(2_000_000, "timeout"), Settings, At(5)).Next.Observation;
        Assert.Equal((40_000, 0, 1), (failed.ResponseMicros, failed.DeviationMicros, failed.Samples));
        Assert.Equal(("timeout", At(5)), (failed.Reason, failed.MeasuredAt));
    }

    [Fact]
    public void A_fault_of_our_own_changes_the_reason_and_nothing_else()
    {
        var before = In(HealthState.Up, 2, At(0));
        var after = HealthTracker.Apply(before, ProbeResult.Inconclusive(10, "no descriptors"), Settings, At(5)).Next;
        Assert.Equal(before with { Observation = before.Observation with { Reason = "no descriptors" } }, after);
    }

    [Fact]
    public void After_a_change_of_the_question_the_state_stands_and_the_average_starts_afresh()
    {
        var health = HealthTracker.Apply(TrackedHealth.Start(Given.RemoteVip()), Given.Success(40), Settings, At(0)).Next;
        health = HealthTracker.ForgetAverages(health);
        Assert.Equal(HealthState.Up, health.State);
        var next = HealthTracker.Apply(health, Given.Success(500), Settings, At(1)).Next.Observation;
        Assert.Equal((500_000, 0, 1), (next.ResponseMicros, next.DeviationMicros, next.Samples));
    }

    [Fact]
    [Trait("mission", "P4.1")]
    public void The_average_stays_within_its_samples_and_nothing_is_ever_negative()
    {
        var sample = Gen.Select(Gen.Long[0, long.MaxValue / 4], Gen.Long[-10, 100_000_000], Gen.Bool);
        sample.Array[1, 40].Sample(samples =>
        {
            var health = TrackedHealth.Start(Given.RemoteVip());
            var now = At(0);
            var (least, most) = (long.MaxValue, 0L);
            foreach (var (micros, passed, fails) in samples)
            {
                now = new Instant(now.Micros + passed);
                if (!fails) (least, most) = (Math.Min(least, micros), Math.Max(most, micros));
                var result = fails ? ProbeResult.Failure(micros, "no") : ProbeResult.Success(micros, "yes", bodyBytes: 1 + (micros % 5000), transferMicros: micros);
                health = HealthTracker.Apply(health, result, Settings, now).Next;
                var seen = health.Observation;
                if (seen.Samples > 0) Assert.InRange(seen.ResponseMicros, least, most);
                Assert.InRange(seen.DeviationMicros, 0, Math.Max(0, most - Math.Min(least, most)));
                Assert.True(seen.ThroughputBytesPerSecond >= 0);
            }
        });
    }

    [Fact]
    public void No_time_passed_means_no_change_and_a_constant_sample_is_its_own_average()
    {
        Assert.Equal(0, TimeWeightedAverage.Gain(TimeSpan.Zero, Interval));
        Assert.Equal(0, TimeWeightedAverage.Gain(TimeSpan.FromSeconds(-1), Interval));
        Gen.Select(Gen.Long[0, long.MaxValue / 4], Gen.Long[0, long.MaxValue / 4], Gen.Double[0, 1]).Sample((average, sample, gain) =>
        {
            Assert.Equal(average, TimeWeightedAverage.Step(average, sample, 0));
            Assert.Equal(sample, TimeWeightedAverage.Step(average, sample, 1));
            Assert.Equal(sample, TimeWeightedAverage.Step(sample, sample, gain));
        });
    }

    [Theory]
    [InlineData(0.05, "twenty probes in place of one")]
    [InlineData(1, "as configured")]
    [InlineData(3, "every third lost")]
    public void The_weight_of_the_past_depends_on_time_alone(double intervals, string _)
    {
        // The same 30 s walked in steps of any size leave the same share of the old value: (1/2)^(30 s / 15 s).
        var step = Interval * intervals;
        var left = 1.0;
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromSeconds(30); passed += step) left *= 1 - TimeWeightedAverage.Gain(step, Interval);
        Assert.Equal(0.25, left, tolerance: 1e-9);
    }

    private static Instant At(double seconds) => new(1_000_000_000 + (long)(seconds * 1_000_000));

    private static TrackedHealth In(HealthState state, int inRow, Instant suspectedAt) => new()
    {
        Observation = new Observation { Vip = Given.RemoteVip(), State = state, ResponseMicros = 10_000, Samples = 5 },
        FailuresInRow = Math.Max(0, inRow),
        SuccessesInRow = Math.Max(0, -inRow),
        SuspectedAt = suspectedAt,
    };
}
