using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>
/// Result in, verdict out [S8, P4.3, P4.4]. Pure: time is an argument. Counts, averages, and by them which input of <see cref="HealthTable"/> a result is;
/// where that leads is the table's alone.
/// </summary>
public static class HealthTracker
{
    private const int CountedInRow = 1_000;

    /// <summary>An average of fewer samples is not held against a target: the first after a start pays for cold caches.</summary>
    private const int FewestSlowSamples = 3;

    /// <param name="now">When the probe ended.</param>
    public static HealthStep Apply(TrackedHealth tracked, in ProbeResult result, ProbeSettings settings, Instant now)
    {
        var counted = Count(tracked, result, settings, now);
        return Take(counted, InputOf(counted, result, settings, now), settings, now);
    }

    /// <summary>
    /// Another site says that it sees the target down: mine is to be probed now, and counts as up until my own probes say otherwise [S9].
    /// Only an up target becomes suspect; the others already wait for a probe.
    /// </summary>
    public static HealthStep Suspect(TrackedHealth tracked, ProbeSettings settings, Instant now) =>
        Take(tracked.State == HealthState.Up ? tracked with { SuspectedAt = now } : tracked, HealthInput.Suspicion, settings, now);

    /// <summary>An operator takes it out of use.</summary>
    /// <param name="why">For people.</param>
    public static HealthStep Disable(TrackedHealth tracked, string why, ProbeSettings settings, Instant now) =>
        Take(tracked with { Observation = tracked.Observation with { Reason = why, LastMicros = null } }, HealthInput.Disable, settings, now);

    public static HealthStep Enable(TrackedHealth tracked, ProbeSettings settings, Instant now) => Take(tracked, HealthInput.Enable, settings, now);

    /// <summary>The path or the question changed: the state stands until probes say otherwise, but old times say nothing any more.</summary>
    public static TrackedHealth ForgetAverages(TrackedHealth tracked) => tracked with { SampledAt = null };

    /// <summary>What the table says, done.</summary>
    private static HealthStep Take(TrackedHealth tracked, HealthInput input, ProbeSettings settings, Instant now)
    {
        var cell = HealthTable.Of(tracked.State, input);
        var next = cell.Actions.HasFlag(HealthActions.Forget) ? TrackedHealth.Start(tracked.Observation.Vip) : tracked;
        if (next.State != cell.Next) next = next with { Observation = next.Observation with { State = cell.Next } };
        next = cell.Actions.HasFlag(HealthActions.HoldDown) ? HoldDown.Begin(next, settings, now) : HoldDown.Forgive(next, settings, now);
        return new HealthStep(next, tracked.State, cell.Actions.HasFlag(HealthActions.ProbeAgain));
    }

    private static TrackedHealth Count(TrackedHealth tracked, in ProbeResult result, ProbeSettings settings, Instant now)
    {
        var seen = tracked.Observation;
        switch (result.Verdict)
        {
            case ProbeVerdict.Inconclusive:
                return tracked with { Observation = seen with { Reason = result.Reason, LastMicros = null } };
            case ProbeVerdict.Succeeded:
                return tracked with
                {
                    Observation = Averages.With(tracked, result, settings, now) with { MeasuredAt = now, Reason = result.Reason, LastMicros = result.ElapsedMicros, IsRemembered = false },
                    FailuresInRow = 0,
                    RefusalsInRow = 0,
                    SuccessesInRow = Next(tracked.SuccessesInRow),
                    SampledAt = now,
                };
            default:
                var failed = result.Verdict == ProbeVerdict.Failed;
                return tracked with
                {
                    Observation = seen with { MeasuredAt = now, Reason = result.Reason, LastMicros = null, IsRemembered = false },
                    FailuresInRow = failed ? Next(tracked.FailuresInRow) : 0,
                    RefusalsInRow = failed ? 0 : Next(tracked.RefusalsInRow),
                    SuccessesInRow = 0,
                };
        }

        static int Next(int count) => Math.Min(count + 1, CountedInRow);
    }

    /// <param name="counted">This result included.</param>
    private static HealthInput InputOf(TrackedHealth counted, in ProbeResult result, ProbeSettings settings, Instant now)
    {
        if (result.Verdict == ProbeVerdict.Inconclusive) return HealthInput.OwnFault;
        if (result.Verdict == ProbeVerdict.Failed) return counted.FailuresInRow >= settings.Fall ? HealthInput.EnoughFailures : HealthInput.Failure;
        if (counted.State == HealthState.Suspect && new Instant(now.Micros - result.ElapsedMicros) < counted.SuspectedAt) return HealthInput.EarlyAnswer;

        var isHeld = counted.State == HealthState.Down && HoldDown.IsHeld(counted, now);
        if (result.Verdict == ProbeVerdict.Succeeded)
        {
            var enough = counted.SuccessesInRow >= settings.Rise && !isHeld;
            if (IsSlow(counted, settings)) return enough ? HealthInput.EnoughSlow : HealthInput.Slow;
            return enough ? HealthInput.EnoughSuccesses : HealthInput.Success;
        }

        if (counted.RefusalsInRow >= (counted.State == HealthState.Down ? settings.Rise : settings.Fall) && !isHeld) return HealthInput.EnoughRefusals;
        return result.Verdict == ProbeVerdict.Full ? HealthInput.Full : HealthInput.Refusal;
    }

    /// <summary>Overloaded above the limit, and so until below four fifths of it: an average that wavers about it must not flap.</summary>
    private static bool IsSlow(TrackedHealth counted, ProbeSettings settings)
    {
        if (settings.OverloadAbove is not { } limit || counted.Observation.Samples < FewestSlowSamples) return false;
        var micros = limit.Ticks / TimeSpan.TicksPerMicrosecond;
        return counted.Observation.ResponseMicros > (counted.State == HealthState.Overloaded ? micros * 4 / 5 : micros);
    }
}
