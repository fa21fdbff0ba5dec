namespace Pointsman.Health;

/// <summary>
/// a ← a + (1 − 2^(−Δt/halfLife)) (x − a), in integers [S8]: what was measured one half-life ago counts half. Weighing by time, not by
/// count, makes an out-of-turn probe right after another one nearly weightless, and lets the first sample after a long silence replace
/// what is too old to mean anything. The result always lies between <c>a</c> and <c>x</c>.
/// </summary>
internal static class TimeWeightedAverage
{
    /// <summary>A half-life is this many probe intervals [S8].</summary>
    public const int HalfLifeIntervals = 3;

    /// <summary>The share that a new sample takes, 0 to 1. Time that seems to have gone backwards counts as none.</summary>
    public static double Gain(TimeSpan sinceLast, TimeSpan interval)
    {
        if (sinceLast <= TimeSpan.Zero) return 0;
        if (interval <= TimeSpan.Zero) return 1;
        return 1 - Math.Pow(2, -(sinceLast / interval) / HalfLifeIntervals);
    }

    /// <summary>One step from <paramref name="average"/> towards <paramref name="sample"/>, rounded to the nearest integer; both 0 or more.</summary>
    public static long Step(long average, long sample, double gain)
    {
        // Fixed point with 32 bits: exact at 0 and 1 and for any long, where a product of doubles would stray.
        var weight = (long)Math.Round(gain * (1L << 32));
        return average + (long)((((Int128)weight * (sample - average)) + (1L << 31)) >> 32);
    }
}
