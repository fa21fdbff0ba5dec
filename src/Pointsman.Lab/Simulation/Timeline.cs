using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>Virtual time: what is to happen, in order of its instant, then of its entry. One thread; the same story every time.</summary>
public sealed class Timeline
{
    private readonly PriorityQueue<Action, (long Micros, long Entry)> queue = new();
    private long entries;

    public Instant Now { get; private set; }

    /// <summary>How many things have happened.</summary>
    public long Steps { get; private set; }

    /// <summary>Called after each.</summary>
    internal Action? Stepped { get; set; }

    public void At(Instant when, Action work) => queue.Enqueue(work, (Math.Max(when.Micros, Now.Micros), entries++));

    public void After(TimeSpan span, Action work) => At(Now + span, work);

    public void Run(TimeSpan span)
    {
        var end = Now + span;
        Stepped?.Invoke();
        while (queue.TryPeek(out var work, out var next) && next.Micros <= end.Micros)
        {
            queue.Dequeue();
            Now = new Instant(next.Micros);
            Steps++;
            work();
            Stepped?.Invoke();
        }

        Now = end;
    }
}
