using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>
/// What is remembered of one target between two probes: the observation that is published, and the counts behind it. Immutable and
/// self-contained, so that it can be written to a file and read back.
/// </summary>
public sealed record TrackedHealth
{
    public required Observation Observation { get; init; }

    /// <summary>Failed probes since the last success, and successes since the last failure. Counting stops at 1,000.</summary>
    public int FailuresInRow { get; init; }
    public int SuccessesInRow { get; init; }

    /// <summary>When the last sample entered the averages; null = the next one starts them afresh.</summary>
    public Instant? SampledAt { get; init; }

    /// <summary>When the target last became <see cref="HealthState.Suspect"/>.</summary>
    public Instant SuspectedAt { get; init; }

    public HealthState State => Observation.State;

    public static TrackedHealth Start(VipKey vip) => new() { Observation = new Observation { Vip = vip } };
}

/// <summary>The outcome of one probe's result.</summary>
/// <param name="Before">The state before it.</param>
/// <param name="ProbeAgain">Another one is wanted at once: the target is suspect and has not cleared itself.</param>
public readonly record struct HealthStep(TrackedHealth Next, HealthState Before, bool ProbeAgain)
{
    public HealthState After => Next.State;
    public bool Changed => Before != After;
    public bool WentDown => Changed && After == HealthState.Down;
    public bool CameUp => Before is HealthState.Unknown or HealthState.Down && After == HealthState.Up;
}

/// <summary>
/// Result in, verdict out [S8, P4.3, P4.4]. Pure: time is an argument. A single failure proves little and a single success after an
/// outage as little, hence fall and rise; but a target never seen before is believed at its first success, so that a node that starts
/// does not wait for rise × interval before it can answer.
/// <code>
/// state    | success                        | failure                 | suspicion from outside
/// ---------|--------------------------------|-------------------------|-----------------------
/// Unknown  | Up                             | Down at fall in a row   | –
/// Up       | –                              | Down at fall in a row   | Suspect
/// Suspect  | Up, if it began after suspicion| Down at fall in a row   | –
/// Down     | Up at rise in a row            | –                       | –
/// </code>
/// (– = stays.) A probe that failed by this node's own fault changes nothing but the reason. Rejected: letting a first failure make an
/// up target suspect; the word would then say nothing about whether another site saw it too, and every lost packet would be probed after.
/// </summary>
public static class HealthTracker
{
    private const int CountedInRow = 1_000;

    /// <param name="now">When the probe ended.</param>
    public static HealthStep Apply(TrackedHealth tracked, in ProbeResult result, ProbeSettings settings, Instant now)
    {
        var before = tracked.State;
        if (result.Verdict == ProbeVerdict.Inconclusive)
        {
            var unchanged = tracked with { Observation = tracked.Observation with { Reason = result.Reason, LastMicros = null } };
            return new HealthStep(unchanged, before, ProbeAgain: false);
        }

        var failures = result.Succeeded ? 0 : Math.Min(tracked.FailuresInRow + 1, CountedInRow);
        var successes = result.Succeeded ? Math.Min(tracked.SuccessesInRow + 1, CountedInRow) : 0;
        var after = result.Succeeded
            ? AfterSuccess(tracked, successes, settings, startedAt: new Instant(now.Micros - result.ElapsedMicros))
            : failures >= settings.Fall ? HealthState.Down : before;

        var observation = result.Succeeded ? Average(tracked, result, settings, now) : tracked.Observation;
        var next = tracked with
        {
            Observation = observation with { State = after, MeasuredAt = now, Reason = result.Reason, LastMicros = result.Succeeded ? result.ElapsedMicros : null },
            FailuresInRow = failures,
            SuccessesInRow = successes,
            SampledAt = result.Succeeded ? now : tracked.SampledAt,
        };
        return new HealthStep(next, before, ProbeAgain: after == HealthState.Suspect);
    }

    /// <summary>
    /// Another site says that it sees the target down: mine is to be probed now, and counts as up until my own probes say otherwise [S9].
    /// Only an up target becomes suspect; the others already wait for a probe.
    /// </summary>
    public static TrackedHealth Suspect(TrackedHealth tracked, Instant now) => tracked.State != HealthState.Up
        ? tracked
        : tracked with { Observation = tracked.Observation with { State = HealthState.Suspect }, SuspectedAt = now };

    /// <summary>The path or the question changed: the state stands until probes say otherwise, but old times say nothing any more.</summary>
    public static TrackedHealth ForgetAverages(TrackedHealth tracked) => tracked with { SampledAt = null };

    private static HealthState AfterSuccess(TrackedHealth tracked, int successes, ProbeSettings settings, Instant startedAt) => tracked.State switch
    {
        HealthState.Down => successes >= settings.Rise ? HealthState.Up : HealthState.Down,
        // A probe that was under way when the suspicion came may have passed before the fault.
        HealthState.Suspect when startedAt < tracked.SuspectedAt => HealthState.Suspect,
        _ => HealthState.Up,
    };

    private static Observation Average(TrackedHealth tracked, in ProbeResult result, ProbeSettings settings, Instant now)
    {
        var old = tracked.Observation;
        var throughput = result.ThroughputBytesPerSecond;
        if (tracked.SampledAt is not { } sampledAt)
        {
            return old with { ResponseMicros = result.ElapsedMicros, DeviationMicros = 0, ThroughputBytesPerSecond = throughput ?? 0, Samples = 1 };
        }

        var gain = TimeWeightedAverage.Gain(now - sampledAt, settings.Interval);
        var deviation = Math.Abs(result.ElapsedMicros - old.ResponseMicros);
        return old with
        {
            ResponseMicros = TimeWeightedAverage.Step(old.ResponseMicros, result.ElapsedMicros, gain),
            DeviationMicros = TimeWeightedAverage.Step(old.DeviationMicros, deviation, gain),
            ThroughputBytesPerSecond = throughput is not { } bytes ? old.ThroughputBytesPerSecond
                : old.ThroughputBytesPerSecond == 0 ? bytes
                : TimeWeightedAverage.Step(old.ThroughputBytesPerSecond, bytes, gain),
            Samples = old.Samples + 1,
        };
    }
}
