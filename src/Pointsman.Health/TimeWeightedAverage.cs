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

    public static long Step(long average, long sample, double gain)
    {
        // The difference of two non-negative longs fits; its product with a gain below 1 never passes it, but for the rounding of large doubles.
        var next = average + (long)Math.Round(gain * (sample - average));
        return Math.Clamp(next, Math.Min(average, sample), Math.Max(average, sample));
    }
}
