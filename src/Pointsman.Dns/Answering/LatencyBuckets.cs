using System.Numerics;

namespace Pointsman.Dns.Answering;

/// <summary>
/// The bounds of the latency histogram: four steps to each power of two from 256 ns to 1.07 s, so that a bucket's bounds are at most a quarter
/// apart, and the bucket of a duration comes from its leading bits, without a search.
/// </summary>
internal static class LatencyBuckets
{
    private const int FirstPower = 8, LastPower = 30, Steps = 4;

    /// <summary>All with an upper bound, and the last one without.</summary>
    public const int Count = 1 + ((LastPower - FirstPower) * Steps) + 1;

    /// <summary>The bucket whose bounds enclose a duration: above the previous one's, at most its own.</summary>
    public static int Of(long nanos)
    {
        // An upper bound belongs to its bucket, as Prometheus has it; so whole numbers are counted from the bound downwards.
        var below = Math.Max(0, nanos - 1);
        if (below >> FirstPower == 0) return 0;
        var power = BitOperations.Log2((ulong)below);
        return power >= LastPower ? Count - 1 : 1 + ((power - FirstPower) * Steps) + (int)((below >> (power - 2)) & (Steps - 1));
    }

    /// <summary>The upper bound, inclusive; <see cref="long.MaxValue"/> for the last bucket.</summary>
    public static long UpperNanos(int bucket)
    {
        if (bucket == 0) return 1L << FirstPower;
        if (bucket == Count - 1) return long.MaxValue;
        var (power, step) = (FirstPower + ((bucket - 1) / Steps), (bucket - 1) % Steps);
        return (1L << power) + ((step + 1L) << (power - 2));
    }
}
