using Pointsman.Model;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// What comes to one VIP, smoothed: connections now, and how many there would be in the end if users went on coming as they do (their rate times how
/// long they stay). With short sessions the two are the same; with sessions of an hour a VIP that looks half empty may be overbooked already, and one
/// that sends nobody away any more stays full for long. Who counts no arrivals gets the first number for both. Integers only; immutable.
/// </summary>
/// <param name="ActiveMilli">Connections, in thousandths.</param>
/// <param name="ArrivalsMicro">Connections a second that came, refused ones included, in millionths.</param>
/// <param name="TakenMicro">Those of them that were taken.</param>
/// <param name="LongActiveMilli">Connections over a long time, and <paramref name="LongLeavingMicro"/> how many ended a second then: how long a session lasts.</param>
internal readonly record struct LoadEstimate(
    Instant At, long ActiveMilli, long ArrivalsMicro, long TakenMicro, long LongActiveMilli, long LongLeavingMicro, long? Arrived, long Refused, int Active)
{
    // A session that lasts longer than this many windows is not told from an endless one.
    private const int LongestWindows = 64;

    // When all that comes is refused, how much that is too much cannot be known: four times as much as is taken is taken for granted.
    private const int MostRefused = 4;

    private const long Million = 1_000_000;
    private const long Second = 1_000_000;

    public static LoadEstimate First(in MeasuredVip measured, Instant now) => new(
        now, Math.Max(0, measured.Report.ConnectionsActive) * 1000L, 0, 0, 0, 0, measured.Arrived, measured.Refused, Math.Max(0, measured.Report.ConnectionsActive));

    /// <param name="window">How long an answer takes to show; the estimates follow within an eighth of it.</param>
    public LoadEstimate Next(in MeasuredVip measured, Instant now, TimeSpan window)
    {
        var active = Math.Max(0, measured.Report.ConnectionsActive);
        var past = now.Micros - At.Micros;
        if (past <= 0) return this;
        var tau = window.Ticks / TimeSpan.TicksPerMicrosecond / 8;
        var next = this with { At = now, Active = active, Arrived = measured.Arrived, Refused = measured.Refused, ActiveMilli = Toward(ActiveMilli, active * 1000L, past, tau) };
        // A count that went back began anew.
        if (Arrived is not { } before || measured.Arrived is not { } arrived || arrived < before || measured.Refused < Refused) return next;
        var came = arrived - before;
        var taken = Math.Max(0, came - (measured.Refused - Refused));
        var left = Math.Max(0, taken - (active - Active));
        return next with
        {
            ArrivalsMicro = Toward(ArrivalsMicro, Rate(came, past), past, tau),
            TakenMicro = Toward(TakenMicro, Rate(taken, past), past, tau),
            LongActiveMilli = Toward(LongActiveMilli, active * 1000L, past, tau * LongestWindows),
            LongLeavingMicro = Toward(LongLeavingMicro, Rate(left, past), past, tau * LongestWindows),
        };
    }

    /// <summary>How long a session lasts, by Little's law; zero where arrivals are not counted, and at most 64 windows.</summary>
    public TimeSpan Stay(TimeSpan window)
    {
        if (Arrived is null || LongActiveMilli == 0) return TimeSpan.Zero;
        var micros = LongLeavingMicro == 0 ? long.MaxValue : (long)Int128.Min(long.MaxValue, (Int128)LongActiveMilli * 1000 * Second / LongLeavingMicro);
        return TimeSpan.FromMicroseconds(Math.Min(micros, window.Ticks / TimeSpan.TicksPerMicrosecond * LongestWindows));
    }

    /// <summary>Connections that there would be in the end, in thousandths, were nobody refused and went on coming as now.</summary>
    public long OfferedMilli(TimeSpan stay, TimeSpan window)
    {
        var refusedToo = TakenMicro >= ArrivalsMicro ? ActiveMilli
            : (long)Int128.Min((Int128)ActiveMilli * MostRefused, (Int128)ActiveMilli * ArrivalsMicro / Math.Max(1, TakenMicro));
        if (stay == TimeSpan.Zero) return refusedToo;
        var inTheEnd = (long)Int128.Min(long.MaxValue / 4, (Int128)ArrivalsMicro * stay.Ticks / TimeSpan.TicksPerMillisecond / Million);
        // A rate is noisier than a count: the longer sessions are beside the smoothing, the more the rate says that the count does not say yet.
        var (weight, other) = (stay.Ticks, window.Ticks / 8);
        return (long)((((Int128)inTheEnd * weight) + ((Int128)refusedToo * other)) / Math.Max(1, weight + other));
    }

    private static long Toward(long from, long to, long past, long tau) => from + (long)((Int128)(to - from) * past / (past + Math.Max(1, tau)));

    private static long Rate(long count, long past) => (long)Int128.Min(long.MaxValue / 4, (Int128)count * Million * Second / past);
}
