using CsCheck;
using Pointsman.Dns.Answering;

namespace Pointsman.Tests.Dns.Answering;

public sealed class LatencyBucketsTests
{
    [Theory]
    [InlineData(0, 256)]
    [InlineData(256, 256)]
    [InlineData(257, 320)]
    [InlineData(320, 320)]
    [InlineData(321, 384)]
    [InlineData(512, 512)]
    [InlineData(513, 640)]
    [InlineData(1_000_000, 1_048_576)]
    [InlineData(1L << 30, 1L << 30)]
    [InlineData((1L << 30) + 1, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(-5, 256)]
    public void A_duration_falls_under_the_next_bound(long nanos, long upper) => Assert.Equal(upper, LatencyBuckets.UpperNanos(LatencyBuckets.Of(nanos)));

    [Fact]
    public void The_bucket_found_is_the_one_that_a_search_finds() => Gen.Int[0, 31].SelectMany(power => Gen.Long[0, 1L << power]).Sample(nanos =>
    {
        var bucket = 0;
        while (LatencyBuckets.UpperNanos(bucket) < nanos) bucket++;
        return LatencyBuckets.Of(nanos) == bucket;
    });

    [Fact]
    public void Bounds_rise_and_lie_a_quarter_apart_at_most()
    {
        for (var i = 1; i < LatencyBuckets.Count - 1; i++)
            Assert.InRange((double)LatencyBuckets.UpperNanos(i) / LatencyBuckets.UpperNanos(i - 1), 1.1, 1.25);
        Assert.Equal(1L << 30, LatencyBuckets.UpperNanos(LatencyBuckets.Count - 2));
    }

    [Fact]
    public void Quantiles_come_from_the_bucket_that_holds_them()
    {
        var counters = new WorkerCounters();
        counters.Took(1_000, 98);
        counters.Took(40_000, 1);
        counters.Took(2_000_000, 1);
        var latency = WorkerCounters.Sum([counters], _ => false, TcpCounters.None).UdpLatency;
        Assert.Equal((100, 2.138e-3), (latency.Count, Math.Round(latency.SumSeconds, 9)));
        Assert.Equal((1.024e-6, 1.024e-6, 40.96e-6, 2.097152e-3), (latency.Quantile(0.5), latency.Quantile(0.98), latency.Quantile(0.99), latency.Quantile(1)));
        Assert.Null(WorkerCounters.Sum([counters], _ => false, TcpCounters.None).TcpLatency.Quantile(0.5));
    }
}
