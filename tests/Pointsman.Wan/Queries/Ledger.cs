using System.Diagnostics;

namespace Pointsman.Wan.Queries;

/// <summary>Every question of every client since the beginning. Written by the streams, read by who wants to know; times in ticks of <see cref="Stopwatch"/>.</summary>
public sealed class Ledger
{
    private readonly Lock gate = new();
    private readonly List<QueryRecord> records = [];

    public QueryRecord this[int index]
    {
        get
        {
            lock (gate) return records[index];
        }
    }

    /// <summary>Those sent from <paramref name="sinceTicks"/> on, in the order in which they were sent.</summary>
    public List<QueryRecord> Since(long sinceTicks)
    {
        lock (gate)
        {
            var first = records.Count;
            while (first > 0 && records[first - 1].SentTicks >= sinceTicks) first--;
            return records.GetRange(first, records.Count - first);
        }
    }

    /// <summary>Those sent in the last <paramref name="span"/>.</summary>
    public List<QueryRecord> Last(TimeSpan span) => Since(Stopwatch.GetTimestamp() - (long)(span.TotalSeconds * Stopwatch.Frequency));

    internal int Add(QueryRecord record)
    {
        lock (gate)
        {
            records.Add(record);
            return records.Count - 1;
        }
    }

    internal void Answer(int index, long ticks, byte rcode, ulong named)
    {
        lock (gate) records[index] = records[index] with { AnsweredTicks = ticks, Rcode = rcode, Named = named };
    }
}
