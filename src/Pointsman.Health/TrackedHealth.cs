using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>
/// What is remembered of one target between two probes: the observation that is published, and the counts behind it. Immutable and
/// self-contained, so that it can be written to a file and read back.
/// </summary>
public sealed record TrackedHealth
{
    public required Observation Observation { get; init; }

    /// <summary>Failed probes, successes, and refusals for want of room, each since something else came. Counting stops at 1,000.</summary>
    public int FailuresInRow { get; init; }
    public int SuccessesInRow { get; init; }
    public int RefusalsInRow { get; init; }

    /// <summary>When the last sample entered the averages; null = the next one starts them afresh.</summary>
    public Instant? SampledAt { get; init; }

    /// <summary>When the target last became <see cref="HealthState.Suspect"/>.</summary>
    public Instant SuspectedAt { get; init; }

    /// <summary>How often it went down and is not forgiven yet: <see cref="HoldDown"/>.</summary>
    public int Downs { get; init; }

    /// <summary>Since when it has been quiet: up, with nothing forgiven meanwhile. Null while it is not.</summary>
    public Instant? QuietSince { get; init; }

    public HealthState State => Observation.State;

    public static TrackedHealth Start(VipKey vip) => new() { Observation = new Observation { Vip = vip } };
}
