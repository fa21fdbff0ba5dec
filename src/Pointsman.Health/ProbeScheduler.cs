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

    private readonly IProber prober;
    private readonly ResultHandler onResult;
    private readonly TimeProvider time;
    private readonly ProbeTimetable timetable;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);
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
        timer = time.CreateTimer(static state => ((ProbeScheduler)state!).StartDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Completes when every target given has had one result [S11]; never goes back when targets are added later.</summary>
    public Task FirstRound => firstRound.Task;

    /// <summary>Results that the handler threw an exception at: a bug; the result is lost, the probing goes on.</summary>
    public long HandlerFaults => Interlocked.Read(ref handlerFaults);

    /// <summary>Probes under way now.</summary>
    public int Running
    {
        get { lock (gate) return timetable.Running; }
    }

    /// <summary>Takes these targets in place of the former ones; equal ones keep their schedule [S24], new and changed ones start within a second.</summary>
    public void Replace(IEnumerable<ProbeTarget> targets)
    {
        var all = targets.ToList();
        lock (gate)
        {
            timetable.Replace(all, Now);
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
        var result = await ProbeAsync(entry.Started!);
        var endedAt = Now;
        bool wanted;
        lock (gate) wanted = !stopped && result is not null && ProbeTimetable.IsWanted(entry);
        if (wanted) Deliver(entry.Started!, result!.Value, endedAt);

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
