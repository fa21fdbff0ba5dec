using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>Virtual time: what is to happen, in order of its instant, then of its entry. One thread; the same story every time.</summary>
/// <remarks>
/// A heap of its own, of four children a node: an hour of a hundred sites is fifteen million entries among ten thousand, and a general queue spends more
/// time comparing pairs than the simulation on all else.
/// </remarks>
public sealed class Timeline
{
    private Entry[] heap = new Entry[256];
    private int count;
    private long entries;

    public Instant Now { get; private set; }

    /// <summary>How many things have happened.</summary>
    public long Steps { get; private set; }

    /// <summary>Called after each.</summary>
    internal Action? Stepped { get; set; }

    public void At(Instant when, Action work)
    {
        if (count == heap.Length) Array.Resize(ref heap, count * 2);
        var entry = new Entry(Math.Max(when.Micros, Now.Micros), entries++, work);
        var place = count++;
        while (place > 0)
        {
            var parent = (place - 1) >> 2;
            if (!entry.IsBefore(heap[parent])) break;
            heap[place] = heap[parent];
            place = parent;
        }
        heap[place] = entry;
    }

    public void After(TimeSpan span, Action work) => At(Now + span, work);

    public void Run(TimeSpan span)
    {
        var end = Now + span;
        Stepped?.Invoke();
        while (count > 0 && heap[0].Micros <= end.Micros)
        {
            var next = Take();
            Now = new Instant(next.Micros);
            Steps++;
            next.Work();
            Stepped?.Invoke();
        }

        Now = end;
    }

    private Entry Take()
    {
        var first = heap[0];
        var last = heap[--count];
        heap[count] = default;
        if (count == 0) return first;
        var place = 0;
        for (var child = 1; child < count; child = (place << 2) + 1)
        {
            var least = child;
            var end = Math.Min(child + 4, count);
            for (var other = child + 1; other < end; other++)
            {
                if (heap[other].IsBefore(heap[least])) least = other;
            }
            if (!heap[least].IsBefore(last)) break;
            heap[place] = heap[least];
            place = least;
        }
        heap[place] = last;
        return first;
    }

    private readonly record struct Entry(long Micros, long Number, Action Work)
    {
        public bool IsBefore(in Entry other) => Micros != other.Micros ? Micros < other.Micros : Number < other.Number;
    }
}
