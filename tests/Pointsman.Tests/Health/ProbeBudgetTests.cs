using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health;

/// <summary>What a node spends on probing: equal questions once, and no more in a second than the budget.</summary>
public sealed class ProbeBudgetTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly ProbeSettings everySecond = new() { Interval = Second, Timeout = Second };

    public ProbeBudgetTests() => SynchronizationContext.SetSynchronizationContext(null);

    [Fact]
    public void Targets_that_ask_the_same_are_probed_once_and_each_has_the_result()
    {
        var (web, api, slow) = (Given.Target(1, everySecond), Of(2, "api.example.com"), Of(3, "api.example.com", everySecond with { Interval = 2 * Second }));
        var run = new Run(TimeSpan.FromMilliseconds(5));
        run.Scheduler.Replace([web, api, slow]);
        Assert.Equal((3, 2), run.Scheduler.Counts);
        run.Time.Advance(10.5 * Second);
        var ofWeb = run.Results.Count(target => target == web);
        Assert.InRange(ofWeb, 9, 12);
        Assert.Equal(ofWeb, run.Results.Count(target => target == api));
        Assert.Equal(ofWeb + run.Results.Count(target => target == slow), run.Prober.Starts.Count);

        // Asked for out of turn, it is one probe again, and the word of both.
        var before = run.Prober.Starts.Count;
        run.Scheduler.ProbeNow(api.Key);
        run.Scheduler.ProbeNow(web.Key);
        run.Time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.InRange(run.Prober.Starts.Count - before, 1, 2);
    }

    [Fact]
    public void Another_name_is_another_question_only_where_it_is_said()
    {
        var http = everySecond with { Check = new HttpCheck() };
        var run = new Run(TimeSpan.Zero);
        run.Scheduler.Replace([Of(1, "a.example.com", http), Of(2, "b.example.com", http), Of(3, "a.example.com"), Of(4, "b.example.com")]);
        Assert.Equal((4, 3), run.Scheduler.Counts);
    }

    [Fact]
    public void One_that_leaves_the_others_stay_and_how_it_is_judged_is_its_own()
    {
        var (web, api) = (Given.Target(1, everySecond), Of(2, "api.example.com", everySecond with { Fall = 9, HoldDown = Second }));
        var run = new Run(TimeSpan.FromMilliseconds(5));
        run.Scheduler.Replace([web, api]);
        Assert.Equal((2, 1), run.Scheduler.Counts);
        run.Time.Advance(3 * Second);
        run.Scheduler.Replace([api]);
        run.Results.Clear();
        run.Time.Advance(5 * Second);
        Assert.Equal([api], run.Results.Distinct());
        Assert.InRange(run.Results.Count, 4, 6);
    }

    [Theory]
    [InlineData(100, 10, 10.0, "ten times what is allowed")]
    [InlineData(10, 10, 1.0, "just what is allowed")]
    [InlineData(3, 10, 1.0, "less than is allowed")]
    public void Past_the_budget_all_intervals_stretch_alike_and_no_second_has_more(int targets, int budget, double stretch, string why)
    {
        var run = new Run(TimeSpan.FromMilliseconds(5));
        var all = Enumerable.Range(1, targets).Select(number => Given.Target(number, everySecond)).ToList();
        run.Scheduler.Replace(all, budget);
        Assert.Equal(stretch, run.Scheduler.Stretch, 6);
        Assert.Equal(targets, run.Scheduler.Wanted, 6);
        run.Time.Advance(100 * Second);
        foreach (var window in run.Prober.Starts.Select(start => start.At))
            Assert.True(run.Prober.Starts.Count(start => start.At >= window && start.At < window + Second) <= budget + 1, why);
        // Nobody starves: each has its share of what is allowed, the first round included.
        var each = 100 / stretch;
        Assert.All(all, target => Assert.InRange(run.Prober.StartsOf(target).Count(), each * 0.85, (each * 1.1) + 1));
    }

    [Fact]
    public void Suspicion_has_to_keep_to_the_budget_too()
    {
        var run = new Run(TimeSpan.FromMilliseconds(1));
        var all = Enumerable.Range(1, 50).Select(number => Given.Target(number, everySecond)).ToList();
        run.Scheduler.Replace(all, 20);
        run.Time.Advance(10 * Second);
        foreach (var target in all) run.Scheduler.ProbeNow(target.Key);
        var before = run.Prober.Starts.Count;
        run.Time.Advance(Second);
        Assert.InRange(run.Prober.Starts.Count - before, 18, 22);
    }

    [Fact]
    public async Task One_target_that_hangs_keeps_a_node_from_its_work_no_longer_than_its_timeout()
    {
        var run = new Run(TimeSpan.FromDays(1));
        run.Scheduler.Replace([Given.Target(1, everySecond with { Timeout = 2 * Second, Interval = 5 * Second })]);
        run.Time.Advance(3 * Second);
        Assert.False(run.Scheduler.FirstRound.IsCompleted);
        run.Time.Advance(0.6 * Second);
        Assert.True(run.Scheduler.FirstRound.IsCompleted);
        Assert.Equal(1, run.Scheduler.Unanswered);
        await Task.CompletedTask;
    }

    [Fact]
    public void A_disabled_target_is_not_probed()
    {
        var run = new Run(TimeSpan.Zero);
        run.Scheduler.Replace([Given.Target(1, everySecond) with { Disabled = true }]);
        Assert.True(run.Scheduler.FirstRound.IsCompleted);
        run.Time.Advance(10 * Second);
        Assert.Empty(run.Prober.Starts);
    }

    /// <summary>Another service's VIP at the address of the first.</summary>
    private static ProbeTarget Of(int service, string name, ProbeSettings? settings = null) => Given.Target(1, settings ?? everySecond) with
    {
        Key = new TargetKey(Given.RemoteVip() with { Service = new ServiceId(service) }),
        HostName = name,
    };

    private sealed class Run
    {
        public Run(TimeSpan takes)
        {
            Prober = new ScriptedProber(Time, _ => (takes, Given.Success()));
            Scheduler = new ProbeScheduler(Prober, (target, _, _) => Results.Add(target), Time, seed: 1);
        }

        public ManualTime Time { get; } = new();
        public ScriptedProber Prober { get; }
        public ProbeScheduler Scheduler { get; }
        public List<ProbeTarget> Results { get; } = [];
    }
}
