using System.Threading.Channels;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// The one place that touches a machine: runs what is put in front of it, in order, and ticks it when it asks to be or when the local view
/// changed. The channel is bounded, and those who fill it wait, so that a flooding peer slows itself.
/// </summary>
internal sealed class MachineLoop(TimeProvider time, Func<Instant, Instant?> nextWake, Action<Instant> tick, Action<Exception> failed)
{
    // Ticks are this far apart at the least, however often the local view changes; far below the 100 ms in which bad news must leave [S22].
    private static readonly TimeSpan TickSpacing = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private const int InboxSize = 512;
    private readonly Channel<Action> inbox = Channel.CreateBounded<Action>(new BoundedChannelOptions(InboxSize) { SingleReader = true });
    private Task running = Task.CompletedTask;
    private int changed = 1;

    public Instant Now => Instant.Read(time);

    public void Start() => running = Task.Run(RunAsync);

    /// <summary>Asks for a tick soon; from any thread, at any rate.</summary>
    public void Nudge()
    {
        // Full inbox: the loop is awake anyway, and looks at the flag before it waits again.
        if (Interlocked.Exchange(ref changed, 1) == 0) inbox.Writer.TryWrite(static () => { });
    }

    /// <summary>Puts work into the queue, waiting for room; false when the loop is closed.</summary>
    public async ValueTask<bool> PostAsync(Action work)
    {
        while (await inbox.Writer.WaitToWriteAsync())
        {
            if (inbox.Writer.TryWrite(work)) return true;
        }

        return false;
    }

    /// <summary>Returns when the work has run; at once, without running it, when the loop is closed.</summary>
    public async Task InvokeAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = await PostAsync(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception exception)
            {
                // Whoever asked is told; the loop goes on.
                done.SetException(exception);
            }
        });
        if (queued) await done.Task;
    }

    /// <summary>Runs what is queued, and ends.</summary>
    public async Task StopAsync()
    {
        inbox.Writer.TryComplete();
        await running;
    }

    private async Task RunAsync()
    {
        var arrived = inbox.Reader.WaitToReadAsync().AsTask();
        var ticked = Now + -TickSpacing;
        while (true)
        {
            for (var burst = 0; burst < InboxSize && inbox.Reader.TryRead(out var work); burst++) Guarded(work);
            var now = Now;
            var wake = Volatile.Read(ref changed) == 1 ? now : nextWake(now) ?? now + LongestWait;
            if (wake < ticked + TickSpacing) wake = ticked + TickSpacing;
            if (wake <= now)
            {
                Interlocked.Exchange(ref changed, 0);
                ticked = now;
                Guarded(() => tick(now));
            }
            else
            {
                if (arrived.IsCompleted)
                {
                    if (!await arrived) return;
                    arrived = inbox.Reader.WaitToReadAsync().AsTask();
                }

                if (!arrived.IsCompleted) await SleepAsync(arrived, wake - now);
            }
        }
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception)
        {
            // A defect must not silence this node for all its peers for ever: it is told, and the loop goes on.
            failed(exception);
        }
    }

    private async Task SleepAsync(Task arrived, TimeSpan wait)
    {
        using var enough = new CancellationTokenSource();
        if (wait > LongestWait) wait = LongestWait;
        await Task.WhenAny(arrived, Task.Delay(wait + TimeSpan.FromMilliseconds(1), time, enough.Token));
        await enough.CancelAsync();
    }
}
