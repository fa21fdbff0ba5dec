using CsCheck;
using Pointsman.Health;
using Pointsman.Model;

namespace Pointsman.Tests.Health;

public sealed class ProbeSchedulerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly ProbeSettings EveryFiveSeconds = new() { Interval = 5 * Second, Timeout = 2 * Second };

    // Everything runs on the test's own thread: without a synchronization context, continuations run where they are completed.
    public ProbeSchedulerTests() => SynchronizationContext.SetSynchronizationContext(null);

    [Fact]
    [Trait("mission", "P4.1")]
    public void Every_target_is_probed_within_a_second_and_then_once_an_interval_give_or_take_a_twentieth()
    {
        var run = new Run(_ => (Second, Given.Success()));
        var targets = Enumerable.Range(1, 20).Select(number => Given.Target(number, EveryFiveSeconds)).ToList();
        var start = run.Time.Now;
        run.Scheduler.Replace(targets);
        run.Time.Advance(200 * Second);
        foreach (var target in targets)
        {
            var starts = run.Prober.StartsOf(target).ToList();
            Assert.InRange(starts[0] - start, TimeSpan.Zero, Second);
            var gaps = starts.Zip(starts.Skip(1), (earlier, later) => (later - earlier).TotalSeconds).ToList();
            // Timers tick in milliseconds.
            Assert.All(gaps, gap => Assert.InRange(gap, 4.75, 5.252));
            Assert.True(gaps.Max() - gaps.Min() > 0.1, "no jitter");
        }

        Assert.True(run.Prober.Starts.Take(20).DistinctBy(probe => probe.At).Count() > 15, "first starts are not spread");
    }

    [Fact]
    public void A_target_whose_probe_takes_longer_than_the_interval_is_never_probed_twice_at_once()
    {
        var settings = new ProbeSettings { Interval = Second, Timeout = 3 * Second };
        var run = new Run(_ => (3 * Second, Given.Failure()));
        run.Scheduler.Replace([Given.Target(1, settings)]);
        run.Time.Advance(31 * Second);
        Assert.Equal(1, run.Prober.MostOfOne);
        Assert.InRange(run.Prober.Starts.Count, 10, 11);
    }

    [Fact]
    public void No_more_run_together_than_allowed_and_nobody_starves()
    {
        var run = new Run(_ => (2 * Second, Given.Failure()), mostAtOnce: 4);
        var targets = Enumerable.Range(1, 12).Select(number => Given.Target(number, EveryFiveSeconds)).ToList();
        run.Scheduler.Replace(targets);
        run.Time.Advance(120 * Second);
        Assert.Equal(4, run.Prober.MostOfAll);
        // Four slots of two seconds serve two a second, and twelve every six seconds.
        Assert.All(targets, target => Assert.InRange(run.Prober.StartsOf(target).Count(), 19, 21));
    }

    [Fact]
    public async Task The_first_round_is_done_when_every_target_has_one_result()
    {
        var run = new Run(target => target == Given.Target(3, EveryFiveSeconds) ? (2 * Second, Given.Failure()) : (TimeSpan.Zero, Given.Success()));
        Assert.False(run.Scheduler.FirstRound.IsCompleted);
        run.Scheduler.Replace(Enumerable.Range(1, 3).Select(number => Given.Target(number, EveryFiveSeconds)));
        run.Time.Advance(Second);
        Assert.Equal(2, run.Results.Count);
        Assert.False(run.Scheduler.FirstRound.IsCompleted);
        run.Time.Advance(2 * Second);
        Assert.Equal(3, run.Results.Count);
        Assert.True(run.Scheduler.FirstRound.IsCompleted);
        run.Scheduler.Replace([Given.Target(4, EveryFiveSeconds)]);
        Assert.True(run.Scheduler.FirstRound.IsCompleted);

        var empty = new Run(_ => default);
        empty.Scheduler.Replace([]);
        Assert.True(empty.Scheduler.FirstRound.IsCompleted);
        await run.Scheduler.DisposeAsync();
    }

    [Fact]
    public void Out_of_turn_starts_at_once_but_never_floods()
    {
        var target = Given.Target(1, EveryFiveSeconds);
        var run = new Run(_ => (TimeSpan.FromMilliseconds(20), Given.Failure()));
        run.Scheduler.Replace([target]);
        run.Time.Advance(3 * Second);
        var asked = run.Time.Now;
        Assert.True(run.Scheduler.ProbeNow(target.Key));
        run.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(asked, run.Prober.Starts[^1].At);

        var before = run.Prober.Starts.Count;
        for (var i = 0; i < 2000; i++)
        {
            run.Scheduler.ProbeNow(target.Key);
            run.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(run.Prober.Starts.Count - before, 9, 10);
        Assert.Equal(1, run.Prober.MostOfOne);
        Assert.False(run.Scheduler.ProbeNow(Given.Target(9).Key));
    }

    [Fact]
    public void Asked_for_while_it_runs_a_target_is_probed_once_more()
    {
        var target = Given.Target(1, EveryFiveSeconds);
        var run = new Run(_ => (Second, Given.Success()));
        run.Scheduler.Replace([target]);
        while (run.Scheduler.Running == 0) run.Time.Advance(TimeSpan.FromMilliseconds(10));
        run.Time.Advance(0.5 * Second);
        run.Scheduler.ProbeNow(target.Key);
        run.Scheduler.ProbeNow(target.Key);
        run.Time.Advance(1.5 * Second);
        Assert.Equal(2, run.Prober.Starts.Count);
        run.Time.Advance(1.5 * Second);
        Assert.Equal(2, run.Prober.Starts.Count);
    }

    [Fact]
    public void A_reload_leaves_equal_targets_their_rhythm_and_starts_changed_ones_soon()
    {
        var kept = Given.Target(1, EveryFiveSeconds);
        var changed = Given.Target(2, EveryFiveSeconds);
        var run = new Run(_ => (TimeSpan.Zero, Given.Success()));
        run.Scheduler.Replace([kept, changed]);
        run.Time.Advance(2 * Second);
        var before = run.Prober.Starts.Count;
        run.Scheduler.Replace([Given.Target(1, EveryFiveSeconds with { }), changed with { HostName = "other.example.com" }]);
        run.Time.Advance(Second);
        Assert.Equal([changed.Key], run.Prober.Starts.Skip(before).Select(start => start.Key));
        run.Time.Advance(20 * Second);
        Assert.InRange(run.Prober.StartsOf(kept).Count(), 4, 5);
    }

    [Fact]
    public void What_is_gone_or_was_changed_under_way_gives_no_result()
    {
        var (gone, changed) = (Given.Target(1, EveryFiveSeconds), Given.Target(2, EveryFiveSeconds));
        var run = new Run(_ => (2 * Second, Given.Success()));
        run.Scheduler.Replace([gone, changed]);
        run.Time.Advance(1.5 * Second);
        var now = changed with { HostName = "other.example.com" };
        run.Scheduler.Replace([now]);
        run.Time.Advance(2 * Second);
        Assert.Empty(run.Results);
        run.Time.Advance(3 * Second);
        Assert.Equal([now], run.Results.Select(result => result.Target));
        Assert.Equal(1, run.Prober.MostOfOne);
    }

    [Fact]
    public async Task Stopping_ends_what_is_under_way_and_brings_no_more_results()
    {
        var run = new Run(_ => (TimeSpan.FromHours(1), Given.Success()));
        run.Scheduler.Replace(Enumerable.Range(1, 5).Select(number => Given.Target(number, EveryFiveSeconds)));
        run.Time.Advance(2 * Second);
        Assert.Equal(5, run.Scheduler.Running);
        await run.Scheduler.DisposeAsync();
        Assert.Equal(0, run.Scheduler.Running);
        run.Time.Advance(TimeSpan.FromHours(2));
        Assert.Empty(run.Results);
        Assert.Equal(5, run.Prober.Starts.Count);
    }

    [Fact]
    public void A_bug_in_a_prober_or_in_who_takes_its_results_stops_no_probing()
    {
        var run = new Run(target => target == Given.Target(1, EveryFiveSeconds) ? throw new InvalidOperationException("broken") : (TimeSpan.Zero, Given.Success()))
        {
            OnResult = target => { if (target == Given.Target(2, EveryFiveSeconds)) throw new InvalidOperationException("broken"); },
        };
        run.Scheduler.Replace([Given.Target(1, EveryFiveSeconds), Given.Target(2, EveryFiveSeconds)]);
        run.Time.Advance(21 * Second);
        Assert.InRange(run.Scheduler.HandlerFaults, 4, 5);
        Assert.All(run.Results, result => Assert.Equal(ProbeVerdict.Inconclusive, result.Result.Verdict));
        Assert.InRange(run.Results.Count, 4, 5);
    }

    [Fact]
    [Trait("mission", "P4.4")]
    public void A_death_is_seen_within_fall_intervals_a_timeout_and_a_second() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[500, 10_000], Gen.Int[1, 6], Gen.Double[0, 1], Gen.Double[0.1, 0.9]).Sample((seed, intervalMs, fall, dies, timeoutShare) =>
        {
            var interval = TimeSpan.FromMilliseconds(intervalMs);
            var settings = new ProbeSettings { Interval = interval, Timeout = interval * timeoutShare, Fall = fall };
            var isDead = false;
            var run = new Run(_ => isDead ? (settings.Timeout, Given.Failure("timeout")) : (TimeSpan.FromMilliseconds(3), Given.Success()), seed: seed);
            var targets = Enumerable.Range(1, 5).Select(number => Given.Target(number, settings)).ToList();
            run.Follow(targets);
            run.Time.Advance(interval * (3 + dies));
            Assert.All(targets, target => Assert.Equal(HealthState.Up, run.Board.Find(target.Key)!.State));
            isDead = true;
            // [S8]: the bound that everything else may count on.
            run.Time.Advance((fall * 1.05 * interval) + settings.Timeout + Second);
            Assert.All(targets, target => Assert.Equal(HealthState.Down, run.Board.Find(target.Key)!.State));
        }, iter: 200);

    [Fact]
    [Trait("mission", "P4.4")]
    public void A_suspect_that_refuses_is_down_long_before_its_turn()
    {
        var target = Given.Target(1, EveryFiveSeconds);
        var isDead = false;
        var run = new Run(_ => (TimeSpan.FromMilliseconds(3), isDead ? Given.Failure() : Given.Success()));
        run.Follow([target]);
        run.Time.Advance(2 * Second);
        isDead = true;
        Assert.True(run.Board.Suspect(target.Key.Vip, run.Time.Now));
        Assert.False(run.Board.Suspect(target.Key.Vip, run.Time.Now));
        Assert.True(run.Board.RemoteObservations()[target.Key.Vip].IsUp);
        run.Scheduler.ProbeNow(target.Key);
        run.Time.Advance(Second);
        Assert.Equal(HealthState.Down, run.Board.Find(target.Key)!.State);
    }

    /// <summary>A scheduler on a clock of its own, a scripted prober below it and a board above it.</summary>
    private sealed class Run
    {
        public Run(Func<ProbeTarget, (TimeSpan Takes, ProbeResult Result)> script, int mostAtOnce = 256, int seed = 1)
        {
            Prober = new ScriptedProber(Time, script);
            Scheduler = new ProbeScheduler(Prober, Take, Time, seed, mostAtOnce);
        }

        public ManualTime Time { get; } = new();
        public ScriptedProber Prober { get; }
        public ProbeScheduler Scheduler { get; }
        public HealthBoard Board { get; } = new();
        public List<(ProbeTarget Target, ProbeResult Result)> Results { get; } = [];
        public Action<ProbeTarget> OnResult { get; init; } = _ => { };

        public void Follow(IReadOnlyCollection<ProbeTarget> targets)
        {
            Board.Replace(targets);
            Scheduler.Replace(targets);
        }

        private void Take(ProbeTarget target, ProbeResult result, Instant endedAt)
        {
            OnResult(target);
            Results.Add((target, result));
            if (Board.Apply(target, result, endedAt) is { ProbeAgain: true }) Scheduler.ProbeNow(target.Key);
        }
    }
}
