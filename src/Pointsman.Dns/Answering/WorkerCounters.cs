using Pointsman.Dns.Limiting;

namespace Pointsman.Dns.Answering;

/// <summary>
/// One worker's counters. Only that worker writes, so a plain increment is enough; readers see each value whole. The padding keeps two
/// workers' counters out of one cache line, wherever the array lies; pinned, it stays there.
/// <code>
/// | 128 octets free | outcomes | tallies | limited: kind × (dropped, slipped, logged) | latency buckets, sum | 128 octets free |
/// </code>
/// </summary>
internal sealed class WorkerCounters
{
    /// <summary>Two lines of 64 octets: processors fetch them in pairs.</summary>
    internal const int PaddingBytes = 128;
    private const int Padding = PaddingBytes / sizeof(long), LimitedColumns = 3;
    private static readonly int s_outcomes = Enum.GetValues<QueryOutcome>().Length;
    private static readonly int s_tallies = Enum.GetValues<QueryTally>().Length;
    private static readonly int s_kinds = Enum.GetValues<LimitKind>().Length;
    private static readonly int s_firstTally = Padding + s_outcomes;
    private static readonly int s_firstLimited = s_firstTally + s_tallies;
    private static readonly int s_firstLatency = s_firstLimited + (s_kinds * LimitedColumns);
    private static readonly int s_latencySum = s_firstLatency + LatencyBuckets.Count;

    private readonly long[] _values = GC.AllocateArray<long>(s_latencySum + 1 + Padding, pinned: true);

    public void Ended(QueryOutcome outcome) => _values[Padding + (int)outcome]++;

    public void Count(QueryTally tally) => _values[s_firstTally + (int)tally]++;

    public void Count(QueryTally tally, int times) => _values[s_firstTally + (int)tally] += times;

    /// <param name="verdict">What happened to the response; <see cref="LimitVerdict.Pass"/> = it was sent whole, to try limiting out.</param>
    public void Limited(LimitKind kind, LimitVerdict verdict)
    {
        var column = verdict switch { LimitVerdict.Drop => 0, LimitVerdict.Slip => 1, _ => 2 };
        _values[s_firstLimited + ((int)kind * LimitedColumns) + column]++;
    }

    /// <summary>Notes that so many queries took so long each.</summary>
    public void Took(long nanos, int queries)
    {
        _values[s_firstLatency + LatencyBuckets.Of(nanos)] += queries;
        _values[s_latencySum] += nanos * queries;
    }

    public long this[QueryOutcome outcome] => Volatile.Read(ref _values[Padding + (int)outcome]);
    public long this[QueryTally tally] => Volatile.Read(ref _values[s_firstTally + (int)tally]);

    /// <summary>The part that is written to, for the test that looks where it lies.</summary>
    internal ReadOnlySpan<long> Written => _values.AsSpan(Padding, s_latencySum + 1 - Padding);

    /// <param name="isTcp">Which of the workers answer TCP.</param>
    public static DnsCounters Sum(IReadOnlyList<WorkerCounters> workers, Func<int, bool> isTcp, TcpCounters tcp, long? kernelDrops = null)
    {
        var values = new long[s_latencySum + 1];
        var (udpLatency, tcpLatency) = (new long[LatencyBuckets.Count + 1], new long[LatencyBuckets.Count + 1]);
        for (var w = 0; w < workers.Count; w++)
        {
            var latency = isTcp(w) ? tcpLatency : udpLatency;
            // Outcomes first, queries after: a query under way is then received and not yet ended, never the other way round.
            for (var i = Padding; i < values.Length; i++)
            {
                var value = Volatile.Read(ref workers[w]._values[i]);
                values[i] += value;
                if (i >= s_firstLatency) latency[i - s_firstLatency] += value;
            }
        }
        return new DnsCounters(values[Padding..s_firstTally], values[s_firstTally..s_firstLimited])
        {
            Limited = [.. Enumerable.Range(0, s_kinds).Select(kind => s_firstLimited + (kind * LimitedColumns))
                .Select((at, kind) => new LimitedCount((LimitKind)kind, values[at], values[at + 1], values[at + 2]))],
            UdpLatency = new LatencyCounts(udpLatency[..^1], udpLatency[^1] / 1e9),
            TcpLatency = new LatencyCounts(tcpLatency[..^1], tcpLatency[^1] / 1e9),
            Tcp = tcp,
            KernelDrops = kernelDrops,
        };
    }
}
