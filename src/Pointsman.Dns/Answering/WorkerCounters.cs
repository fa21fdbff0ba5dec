namespace Pointsman.Dns.Answering;

/// <summary>
/// One worker's counters. Only that worker writes, so a plain increment is enough; readers see each value whole. The padding keeps two
/// workers' counters out of one cache line.
/// </summary>
internal sealed class WorkerCounters
{
    private const int Padding = 16;
    private static readonly int s_kinds = Enum.GetValues<QueryOutcome>().Length;
    private readonly long[] _values = new long[Padding + s_kinds + 5 + Padding];

    public void Ended(QueryOutcome outcome) => _values[Padding + (int)outcome]++;

    public ref long UdpQueries => ref _values[Padding + s_kinds];
    public ref long TcpQueries => ref _values[Padding + s_kinds + 1];
    public ref long Truncated => ref _values[Padding + s_kinds + 2];
    public ref long ClientSubnet => ref _values[Padding + s_kinds + 3];
    public ref long SendErrors => ref _values[Padding + s_kinds + 4];

    public long this[QueryOutcome outcome] => Volatile.Read(ref _values[Padding + (int)outcome]);

    public static DnsCounters Sum(IReadOnlyList<WorkerCounters> workers, (long Open, long Accepted, long Refused, long TimedOut) tcp)
    {
        var outcomes = new long[s_kinds];
        var totals = new long[5];
        foreach (var worker in workers)
        {
            for (var i = 0; i < s_kinds; i++) outcomes[i] += Volatile.Read(ref worker._values[Padding + i]);
            for (var i = 0; i < totals.Length; i++) totals[i] += Volatile.Read(ref worker._values[Padding + s_kinds + i]);
        }
        return new DnsCounters(outcomes, totals[0], totals[1], totals[2], totals[3], totals[4], tcp.Open, tcp.Accepted, tcp.Refused, tcp.TimedOut);
    }
}
