using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Limiting;

namespace Pointsman.Tests.Dns.Answering;

public sealed class WorkerCountersTests
{
    [Fact]
    public void No_two_workers_write_to_one_cache_line()
    {
        var workers = Enumerable.Range(0, 64).Select(_ => new WorkerCounters()).ToArray();
        // Pinned, so that the distances stay what they are.
        ref var origin = ref MemoryMarshal.GetReference(workers[0].Written);
        var written = new List<(long First, long End)>();
        foreach (var worker in workers)
        {
            var first = (long)Unsafe.ByteOffset(ref origin, ref MemoryMarshal.GetReference(worker.Written));
            written.Add((first, first + (worker.Written.Length * sizeof(long))));
        }
        written.Sort();
        for (var i = 1; i < written.Count; i++) Assert.True(written[i].First - written[i - 1].End >= WorkerCounters.PaddingBytes, $"{written[i - 1]} and {written[i]}");
    }

    [Fact]
    public void Each_counter_is_its_own()
    {
        var counters = new WorkerCounters();
        foreach (var outcome in Enum.GetValues<QueryOutcome>())
            for (var i = 0; i <= (int)outcome; i++) counters.Ended(outcome);
        foreach (var tally in Enum.GetValues<QueryTally>())
            for (var i = 0; i <= (int)tally; i++) counters.Count(tally);
        foreach (var kind in Enum.GetValues<LimitKind>())
            for (var i = 0; i <= (int)kind; i++)
            {
                counters.Limited(kind, LimitVerdict.Drop);
                counters.Limited(kind, LimitVerdict.Slip);
                counters.Limited(kind, LimitVerdict.Slip);
            }
        counters.Limited(LimitKind.All, LimitVerdict.Pass);
        counters.Took(100, 3);
        var sum = WorkerCounters.Sum([counters, counters], worker => worker == 1, TcpCounters.None);
        Assert.Equal(Enumerable.Range(1, Enum.GetValues<QueryOutcome>().Length).Select(n => 2L * n), sum.Outcomes);
        Assert.Equal(Enumerable.Range(1, Enum.GetValues<QueryTally>().Length).Select(n => 2L * n), sum.Tallies);
        Assert.Equal(Enum.GetValues<LimitKind>().Select(kind => new LimitedCount(kind, 2 * ((int)kind + 1), 4 * ((int)kind + 1), kind == LimitKind.All ? 2 : 0)), sum.Limited);
        Assert.Equal((3, 3), (sum.UdpLatency.Count, sum.TcpLatency.Count));
    }
}
