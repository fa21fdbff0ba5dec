using Pointsman.Model;

namespace Pointsman.Policy.Publishing;

/// <summary>One own VIP from one word to the next: its load, what it admitted when, the ramp that it is on. Immutable.</summary>
/// <param name="Admit">As published; <paramref name="History"/> has 0 instead while nobody was sent.</param>
internal sealed record VipMemory(int Admit, Instant ChangedAt, LoadEstimate Load, AdmitHistory History, Swings Swings, bool IsOpen, bool IsFull, Instant? RampSince, int RampFrom, int? Target)
{
    // Changes this small are not worth a word to everybody.
    private const int DeadPercent = 3;
    private const int Digits = 1000;

    /// <summary>A ramp begins here, or at what resolvers still hold of an outage shorter than a TTL.</summary>
    public const int RampLeast = VipReport.AdmitAll / 20;

    /// <param name="wasSent">Nobody says otherwise, so users were sent here all the time before.</param>
    public static VipMemory First(in MeasuredVip measured, bool isOpen, bool wasSent, Instant now) =>
        new(VipReport.AdmitAll, now, LoadEstimate.First(measured, now), AdmitHistory.From(now, wasSent ? VipReport.AdmitAll : 0), Swings.None, isOpen, false, null, 0, null);

    /// <param name="isOpen">Users are sent here at all: up, not held, not out.</param>
    /// <param name="beginsRamp">It is back, or new, as of now.</param>
    public VipMemory Next(in MeasuredVip measured, bool isOpen, bool beginsRamp, in Aim aim, in AdmissionPace pace, Instant now)
    {
        var isFull = measured.Report.Condition == VipCondition.Full || measured.Report.ConnectionsActive >= measured.Report.ConnectionsMax;
        var mean = History.Felt(now, pace.Window);
        var next = this with { Load = Load.Next(measured, now, pace.Window), IsOpen = isOpen, IsFull = isFull };
        if (beginsRamp && pace.SlowStart > TimeSpan.Zero) next = next with { RampSince = now, RampFrom = Math.Clamp(mean, RampLeast, VipReport.AdmitAll) };
        var isUrgent = beginsRamp || (isFull && !IsFull) || isOpen != IsOpen;
        if (isUrgent || now - ChangedAt >= pace.Step) next = next.Move(mean, aim, pace, isUrgent, now);
        var sent = isOpen && !isFull ? next.Admit : 0;
        return next with { History = next.History.With(now, sent, pace.Window), Swings = next.Swings.Next(next.Admit, now, pace.Window) };
    }

    private VipMemory Move(int mean, in Aim aim, in AdmissionPace pace, bool isUrgent, Instant now)
    {
        // While nobody is sent, the load says nothing of what would come.
        var wanted = !IsOpen ? Admit : aim.Target is { } target ? AdmitControl.Wanted(Load, mean, target, pace.Window) : VipReport.AdmitAll;
        if (aim.IsLast) wanted = Math.Max(wanted, Admit);
        var ends = RampSince is { } begun && now - begun >= pace.SlowStart;
        int admit;
        if (RampSince is { } since && RampCap(since, pace.SlowStart, now) is var cap && cap <= wanted) admit = cap;
        else admit = Step(Math.Clamp(wanted, Math.Min(Admit, AdmitControl.Bounded(wanted, mean)), Math.Max(Admit, AdmitControl.Bounded(wanted, mean))), isUrgent);
        return admit == Admit && !ends ? this : this with { Admit = admit, ChangedAt = now, RampSince = ends ? null : RampSince };
    }

    private int RampCap(Instant since, TimeSpan slowStart, Instant now) => now - since >= slowStart ? VipReport.AdmitAll : RampFrom
        + (int)((Int128)(VipReport.AdmitAll - RampFrom) * (now - since).Ticks / slowStart.Ticks) / Digits * Digits;

    /// <summary>Half of the way at once, so that the noise of a count is not the noise of all tables; the whole of a short one.</summary>
    private int Step(int wanted, bool isUrgent)
    {
        var way = wanted - Admit;
        var dead = Math.Max(Digits, Admit * (long)DeadPercent / 100);
        if (Math.Abs(way) <= dead && wanted is not (VipReport.AdmitAll or AdmitControl.Least)) return Admit;
        if (Math.Abs(way) > 3 * dead && !isUrgent) way /= 2;
        way /= 1 << Swings.Damping;
        var admit = (Admit + way) / Digits * Digits;
        // Rounded down it would never be all.
        return VipReport.AdmitAll - admit <= 2 * Digits && wanted == VipReport.AdmitAll ? VipReport.AdmitAll : Math.Clamp(admit, AdmitControl.Least, VipReport.AdmitAll);
    }
}

/// <summary>How fast one service's answers show, and so how fast its owner's word may change.</summary>
/// <param name="Window">The TTL, at least 10 s and at most 10 min [S17].</param>
/// <param name="Step">Between two words: an eighth of the window, at least a second.</param>
internal readonly record struct AdmissionPace(TimeSpan Window, TimeSpan Step, TimeSpan SlowStart)
{
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(10);

    public static AdmissionPace Of(Service service)
    {
        var window = service.Ttl < ShortestWindow ? ShortestWindow : service.Ttl > LongestWindow ? LongestWindow : service.Ttl;
        return new AdmissionPace(window, TimeSpan.FromTicks(Math.Max(window.Ticks / 8, TimeSpan.TicksPerSecond)), service.Policy.SlowStart ?? window);
    }
}

/// <summary>What a VIP steers for now.</summary>
/// <param name="Target">Connections; null = no limit.</param>
/// <param name="IsLast">No other site has room: who sends users away now only sends them round.</param>
internal readonly record struct Aim(int? Target, bool IsLast)
{
    public static Aim Of(Vip vip, in MeasuredVip measured, int room)
    {
        if (vip.Target is not { } target) return default;
        if (room == OthersRoom.None) return new Aim(target, true);
        var raised = (long)target * room / OthersRoom.AtTarget;
        return new Aim((int)Math.Min(raised, measured.Report.ConnectionsMax ?? int.MaxValue), false);
    }
}
