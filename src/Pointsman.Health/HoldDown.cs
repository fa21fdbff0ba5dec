using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>
/// A target that goes down again and again is held down, each time twice as long, however well its probes go: users who are sent to and fro lose
/// more than those who stay where they are. What stays up is forgiven, one down for each <see cref="QuietIntervals"/>. Pure.
/// <code>
/// downs not forgiven | 1         | 2             | 3             | … at most
/// -------------------|-----------|---------------|---------------|------------
/// holdDown given     | holdDown  | 2 × holdDown  | 4 × holdDown  | holdDownMax
/// not given          | 0         | 2 × interval  | 4 × interval  | holdDownMax
/// </code>
/// </summary>
/// <remarks>Without the key a first outage costs no more than rise asks for. Rejected: a longer rise instead; it would slow down every return, the first of a year too.</remarks>
internal static class HoldDown
{
    /// <summary>So long without a down is one down forgiven: two minutes at 5 s.</summary>
    public const int QuietIntervals = 24;

    private const int BaseIntervals = 2;

    // 2^30 times the shortest hold is past any limit.
    private const int MostDoublings = 30;

    /// <summary>How long the <paramref name="downs"/>-th down, 1 or more, is held.</summary>
    public static TimeSpan After(int downs, ProbeSettings settings)
    {
        var (first, doublings) = settings.HoldDown is { } given ? (given, downs - 1) : (settings.Interval * BaseIntervals, downs - 2);
        if (doublings < 0) return TimeSpan.Zero;
        var ticks = (Int128)first.Ticks << Math.Min(doublings, MostDoublings);
        return TimeSpan.FromTicks((long)Int128.Min(ticks, Math.Max(first.Ticks, settings.HoldDownMax.Ticks)));
    }

    public static TrackedHealth Begin(TrackedHealth tracked, ProbeSettings settings, Instant now)
    {
        var downs = Math.Min(tracked.Downs + 1, MostDoublings);
        var hold = After(downs, settings);
        return tracked with
        {
            Downs = downs,
            QuietSince = null,
            Observation = tracked.Observation with { Flaps = downs - 1, HeldUntil = hold > TimeSpan.Zero ? now + hold : null },
        };
    }

    public static bool IsHeld(TrackedHealth tracked, Instant now) => tracked.Observation.HeldUntil > now;

    /// <summary>Time passes: what is not down lets go of its hold, and what has been so for long enough is forgiven.</summary>
    public static TrackedHealth Forgive(TrackedHealth tracked, ProbeSettings settings, Instant now)
    {
        if (tracked.State == HealthState.Down || (tracked.Downs == 0 && tracked.Observation.HeldUntil is null)) return tracked;
        var next = tracked.Observation.HeldUntil is null ? tracked : tracked with { Observation = tracked.Observation with { HeldUntil = null } };
        if (next.QuietSince is not { } since) return next with { QuietSince = now };
        var quiet = settings.Interval * QuietIntervals;
        var forgiven = (int)Math.Clamp((now - since).Ticks / Math.Max(1, quiet.Ticks), 0, next.Downs);
        if (forgiven == 0) return next;
        var downs = next.Downs - forgiven;
        return next with { Downs = downs, QuietSince = since + (quiet * forgiven), Observation = next.Observation with { Flaps = Math.Max(0, downs - 1) } };
    }
}
