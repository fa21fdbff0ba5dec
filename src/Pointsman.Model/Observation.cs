using System.Globalization;

namespace Pointsman.Model;

/// <summary>
/// What a tester knows of one target. <see cref="Suspect"/> means "probe now", and still counts as up. <see cref="Down"/>, <see cref="Overloaded"/> and
/// <see cref="Disabled"/> take a VIP out of the tester's order [S4]; only <see cref="Down"/> is a vote against it [S9]: what is overloaded answers, and what is disabled is so by an operator's will.
/// </summary>
public enum HealthState { Unknown, Up, Suspect, Down, Overloaded, Disabled }

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

    /// <summary>Until the connection stood, and from then (and an implicit TLS handshake) to the first byte: averaged alike; 0 where nothing was timed.</summary>
    public long ConnectMicros { get; init; }

    /// <inheritdoc cref="ConnectMicros"/>
    public long FirstByteMicros { get; init; }

    /// <summary>Body bytes a second of the content probe, averaged alike; 0 when there is no content probe [P4.1].</summary>
    public long ThroughputBytesPerSecond { get; init; }

    /// <summary>Successful probes that entered the average.</summary>
    public long Samples { get; init; }

    /// <summary>When the last probe ended, on the clock of the node that holds this snapshot (a receiver subtracts the age it was told).</summary>
    public Instant MeasuredAt { get; init; }

    /// <summary>The last reply, in words and without its time: <c>200 OK</c>; or why it failed. At most 200 characters, printable.</summary>
    /// <remarks>So that the same reply is the same text, probe after probe.</remarks>
    public string Reason { get; init; } = "";

    /// <summary>How long the last whole probe took, microseconds; null when it failed, or none has ended.</summary>
    public long? LastMicros { get; init; }

    /// <summary>The last reply and its time, as people read it: <c>200 OK in 12.3 ms</c>; or why it failed.</summary>
    public string LastReply => LastMicros is { } micros && Reason.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Reason} in {micros / 1000.0:0.0} ms") : Reason;

    /// <summary>How often it came up and went down again, what was long ago forgiven.</summary>
    public int Flaps { get; init; }

    /// <summary>It is held down until then for its flapping, however well its probes go; null = it is not.</summary>
    public Instant? HeldUntil { get; init; }

    /// <summary>Known from before the last restart; no probe has ended since.</summary>
    public bool IsRemembered { get; init; }

    public bool IsUp => State is HealthState.Up or HealthState.Suspect;
}
