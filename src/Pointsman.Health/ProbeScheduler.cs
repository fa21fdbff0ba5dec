using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>
/// Probes a set of targets for ever, each in its own rhythm: the shell around <see cref="ProbeTimetable"/>. One timer serves all targets,
/// and a probe is a task only while it runs; a timer or a loop per target would cost a hundred sites far more. At most
/// <c>mostAtOnce</c> run together; the others wait in the order in which they fell due.
/// </summary>
public sealed class ProbeScheduler : IAsyncDisposable
{
    /// <summary>
    /// A finished probe and the instant at which it ended. Called from any thread: for different targets at the same time, for one target
    /// one after the other. Not called any more once <see cref="DisposeAsync"/> has returned.
    /// </summary>
    public delegate void ResultHandler(ProbeTarget target, ProbeResult result, Instant endedAt);

    // A probe that runs out of time ends a little after it: the words, the threads that are busy with others.
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(500);

    private readonly IProber prober;
    private readonly ResultHandler onResult;
    private readonly TimeProvider time;
    private readonly ProbeTimetable timetable;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer patience;
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool stopped;
    private long handlerFaults;

    /// <param name="seed">Of the jitter. Nodes should differ in it.</param>
    /// <param name="mostAtOnce">Probes under way together, 1 or more.</param>
    public ProbeScheduler(IProber prober, ResultHandler onResult, TimeProvider time, int seed, int mostAtOnce = 256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostAtOnce, 1);
        this.prober = prober;
        this.onResult = onResult;
        this.time = time;
        timetable = new ProbeTimetable(seed, mostAtOnce);
        patience = time.CreateTimer(static state => ((ProbeScheduler)state!).firstRound.TrySetResult(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer = time.CreateTimer(static state => ((ProbeScheduler)state!).StartDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Completes when every target given has had one result [S11], or when the round should have been over: where hundreds hang, those that still wait for their turn must not keep
    /// the node from its work. Never goes back when targets are added later.
    /// </summary>
    public Task FirstRound => firstRound.Task;

    public ProbeCounters Counters { get; } = new();

    /// <summary>Results that the handler threw an exception at: a bug; the result is lost, the probing goes on.</summary>
    public long HandlerFaults => Interlocked.Read(ref handlerFaults);

    /// <summary>Probes under way now.</summary>
    public int Running
    {
        get { lock (gate) return timetable.Running; }
    }

    /// <summary>By how much the budget stretches every interval; 1 = not at all.</summary>
    public double Stretch
    {
        get { lock (gate) return timetable.Pace.Stretch; }
    }

    /// <summary>What the targets ask for, in probes per second.</summary>
    public double Wanted
    {
        get { lock (gate) return timetable.Pace.Wanted; }
    }

    /// <summary>Targets that are probed, and the different questions that they come to: what is the same question is asked once.</summary>
    public (int Targets, int Questions) Counts
    {
        get { lock (gate) return timetable.Counts; }
    }

    /// <summary>Questions that have had no result yet.</summary>
    public int Unanswered
    {
        get { lock (gate) return timetable.Unanswered; }
    }

    /// <summary>Takes these targets in place of the former ones; equal ones keep their schedule [S24], new and changed ones start within a second.</summary>
    /// <param name="perSecond">The most probes started in a second; null = as many as the targets ask for.</param>
    public void Replace(IEnumerable<ProbeTarget> targets, int? perSecond = null)
    {
        var all = targets.ToList();
        lock (gate)
        {
            timetable.Replace(all, perSecond, Now);
            if (!firstRound.Task.IsCompleted) patience.Change(timetable.FirstRoundLasts + Lateness, Timeout.InfiniteTimeSpan);
            CompleteFirstRound();
        }

        StartDue();
    }

    /// <summary>Probes one target out of turn: at once, or, while it is under way, once more right after. False when there is no such target.</summary>
    public bool ProbeNow(TargetKey key)
    {
        bool known;
        lock (gate) known = timetable.ProbeNow(key, Now);
        if (known) StartDue();
        return known;
    }

    /// <summary>Cancels what is under way and waits until it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (!stopped && timetable.Running == 0) drained.TrySetResult();
            stopped = true;
        }

        await timer.DisposeAsync();
        await patience.DisposeAsync();
        await stopping.CancelAsync();
        await drained.Task;
    }

    private Instant Now => Instant.Read(time);

    private void StartDue()
    {
        List<ProbeTimetable.Entry>? due = null;
        lock (gate)
        {
            if (stopped) return;
            while (timetable.TryTake(Now, out var entry)) (due ??= []).Add(entry);
            var wait = timetable.NextDue is { } next ? next - Now : Timeout.InfiniteTimeSpan;
            // Timers tick in milliseconds: rounding up keeps one from firing too early and at once again.
            if (wait != Timeout.InfiniteTimeSpan) wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds)));
            timer.Change(wait, Timeout.InfiniteTimeSpan);
        }

        if (due is null) return;
        foreach (var entry in due) _ = RunAsync(entry);
    }

    private async Task RunAsync(ProbeTimetable.Entry entry)
    {
        var result = await ProbeAsync(entry.Started[0]);
        var endedAt = Now;
        if (result is { } ended) Counters.Count(ended);
        ImmutableArray<ProbeTarget> wanted;
        lock (gate) wanted = stopped || result is null ? [] : ProbeTimetable.WantedBy(entry);
        foreach (var target in wanted) Deliver(target, result!.Value, endedAt);

        lock (gate)
        {
            timetable.Finished(entry, Now);
            CompleteFirstRound();
            if (stopped && timetable.Running == 0) drained.TrySetResult();
        }

        StartDue();
    }

    /// <summary>Null = cancelled because the scheduler stops.</summary>
    private async Task<ProbeResult?> ProbeAsync(ProbeTarget target)
    {
        try
        {
            return await prober.ProbeAsync(target, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception bug)
        {
            // A bug in a prober says nothing about the target, and must not end the probing of all the others.
            return ProbeResult.Inconclusive(0, $"the probe broke: {bug.GetType().Name}: {bug.Message}");
        }
    }

    private void Deliver(ProbeTarget target, in ProbeResult result, Instant endedAt)
    {
        try
        {
            onResult(target, result, endedAt);
        }
        catch (Exception)
        {
            // Whoever takes the results has a bug: counted, so that it shows; probing this target must go on.
            Interlocked.Increment(ref handlerFaults);
        }
    }

    private void CompleteFirstRound()
    {
        if (!firstRound.Task.IsCompleted && timetable.IsFirstRoundDone) firstRound.TrySetResult();
    }
}
