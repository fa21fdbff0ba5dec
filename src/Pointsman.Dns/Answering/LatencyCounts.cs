namespace Pointsman.Dns.Answering;

/// <summary>
/// How long queries took inside the server, as a histogram. UDP: from the return of the receive call that brought a query's batch to the return of
/// the send call that took the batch's answers, so it holds the wait for the neighbours in the batch. TCP: from the return of the read that
/// completed a query to its answer being ready to send; what a slow client then makes its own answers wait is not the server's time. The kernel's
/// queues before and after are in neither.
/// </summary>
/// <param name="Counts">Queries by bucket; see <see cref="UpperSeconds"/>.</param>
public sealed record LatencyCounts(IReadOnlyList<long> Counts, double SumSeconds)
{
    /// <summary>All queries: the same number as the transport's query counter.</summary>
    public long Count => Counts.Sum();

    /// <summary>The upper bound of each bucket, inclusive; the last one is infinite.</summary>
    public static IReadOnlyList<double> UpperSeconds { get; } =
        [.. Enumerable.Range(0, LatencyBuckets.Count).Select(i => i == LatencyBuckets.Count - 1 ? double.PositiveInfinity : LatencyBuckets.UpperNanos(i) / 1e9)];

    /// <summary>The upper bound of the bucket that holds the quantile, at most a quarter too high; null when nothing was counted.</summary>
    /// <param name="share">Above 0, at most 1: 0.5 is the median.</param>
    public double? Quantile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        if (rank == 0) return null;
        for (var (i, seen) = (0, 0L); i < Counts.Count; i++)
            if ((seen += Counts[i]) >= rank) return UpperSeconds[i];
        return null;
    }
}
