namespace Pointsman.Model;

/// <summary>What probing says of one target. Only <see cref="Down"/> takes a VIP out of the tester's order; <see cref="Suspect"/> means "probe now", and still counts as up.</summary>
public enum HealthState { Unknown, Up, Suspect, Down }

/// <summary>
/// One cell of the response-time matrix as its tester keeps it: what one site sees of one VIP (or of one of its own real servers).
/// Times are integer microseconds, a time-weighted average over whole probes of N iterations [S8].
/// </summary>
public sealed record Observation
{
    public required VipKey Vip { get; init; }
    public HealthState State { get; init; }

    /// <summary>Average time of a whole probe; 0 when no probe ever succeeded.</summary>
    public long ResponseMicros { get; init; }
    public long DeviationMicros { get; init; }

    /// <summary>Body bytes a second of the content probe, averaged alike; 0 when there is no content probe [P4.1].</summary>
    public long ThroughputBytesPerSecond { get; init; }

    /// <summary>Successful probes that entered the average.</summary>
    public long Samples { get; init; }

    /// <summary>When the last probe ended, on the clock of the node that holds this snapshot (a receiver subtracts the age it was told).</summary>
    public Instant MeasuredAt { get; init; }

    /// <summary>The last reply, in words: <c>200 OK in 12.3 ms</c>, or why it failed. At most 200 characters, printable.</summary>
    public string Reason { get; init; } = "";

    public bool IsUp => State is HealthState.Up or HealthState.Suspect;
}
