using System.Collections.Immutable;

namespace Pointsman.Node.State;

/// <summary>One thing that happened, for people and scripts: <c>kind</c> is stable (see docs), <c>text</c> is for reading.</summary>
internal sealed record LoggedEvent(long Number, DateTimeOffset Time, string Kind, string? Site, string? Service, string Text);

/// <summary>
/// The last things that happened at this node, newest last, bounded. Kept in memory for <c>events</c>; the same lines go to the log.
/// Repeats of one (kind, site, service) are the caller's business: it logs changes, not states.
/// </summary>
internal sealed class EventLog(TimeProvider time)
{
    // Many hours of a lively cluster; a line of text each.
    public const int Capacity = 4096;

    private readonly Lock gate = new();
    private readonly Queue<LoggedEvent> events = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long next = 1;

    /// <summary>Told of each event as it is written: the console's log.</summary>
    public Action<LoggedEvent>? Written { get; set; }

    public void Add(string kind, string text, string? site = null, string? service = null)
    {
        LoggedEvent entry;
        TaskCompletionSource waiting;
        lock (gate)
        {
            entry = new LoggedEvent(next++, time.GetUtcNow(), kind, site, service, text);
            events.Enqueue(entry);
            while (events.Count > Capacity) events.Dequeue();
            waiting = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.TrySetResult();
        Written?.Invoke(entry);
    }

    /// <summary>The events whose number is larger than <paramref name="number"/>, oldest first.</summary>
    public ImmutableArray<LoggedEvent> After(long number)
    {
        lock (gate) return [.. events.Where(entry => entry.Number > number)];
    }

    /// <summary>As <see cref="After"/>, but waits up to <paramref name="atMost"/> for the first one.</summary>
    public async Task<ImmutableArray<LoggedEvent>> WaitAfterAsync(long number, TimeSpan atMost, CancellationToken stop)
    {
        Task change;
        lock (gate) change = changed.Task;
        var now = After(number);
        if (!now.IsEmpty) return now;
        try
        {
            await change.WaitAsync(atMost, time, stop);
        }
        catch (TimeoutException)
        {
            return []; // nothing happened: the caller asks again
        }

        return After(number);
    }
}
