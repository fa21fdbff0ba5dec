using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>Why an order was not taken.</summary>
public enum OverrideRefusal
{
    None,

    /// <summary>About a site or a service that is not configured here: it comes again with the next word.</summary>
    UnknownPlace,

    /// <summary>About another site, and nobody signed it: a node speaks for its own site alone.</summary>
    Unsigned,

    /// <summary>Signed, and not by an operator of this cluster.</summary>
    Signature,

    /// <summary>A stamp that no clock of today gives, or that does not belong to its beginning.</summary>
    Stamp,

    /// <summary>A beginning in the future, an end before it, or one too far away.</summary>
    Time,

    /// <summary>More signatures than this peer may have looked at: what is left is looked at with its next words.</summary>
    TooMany,
}

/// <summary>
/// What an order must be before anybody looks at its signature. The bounds of stamp and time are what makes the largest stamp worth having: none is
/// so large that tomorrow's clock does not give a larger one, and none outlives its own stone.
/// </summary>
public static class OverrideCheck
{
    /// <param name="from">The site whose word it came with.</param>
    public static OverrideRefusal Refuses(Override order, SiteId from, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (!order.IsSigned && order.Key.Site != from) return OverrideRefusal.Unsigned;
        var since = order.Since.ToUnixTimeMilliseconds();
        var tolerance = (long)OverrideLimits.ClockTolerance.TotalMilliseconds;
        if (since < 0 || order.Since > now + OverrideLimits.ClockTolerance) return OverrideRefusal.Time;
        if (order.Until is { } until && (until <= order.Since || until - order.Since > OverrideLimits.LongestLife)) return OverrideRefusal.Time;
        if (order.Stamp < (ulong)since || order.Stamp > (ulong)(since + tolerance)) return OverrideRefusal.Stamp;
        if (order.Stamp > (ulong)(now.ToUnixTimeMilliseconds() + tolerance)) return OverrideRefusal.Stamp;
        return OverrideRefusal.None;
    }
}
