namespace Pointsman.Health;

/// <summary>
/// What one probe brought. <see cref="Inconclusive"/> says nothing about the target and counts neither for nor against it: a fault of this
/// node (no descriptors or buffers left), else an overload here would declare the whole world down. <see cref="Overloaded"/>: it answered that it
/// can take no more users now. <see cref="Full"/>: another site's switch refused the probe as it refuses users; how full it is, it says by DSSP.
/// Both are signs of life, else every busy site would be taken for a dead one.
/// </summary>
public enum ProbeVerdict { Failed, Succeeded, Inconclusive, Overloaded, Full }

/// <summary>One finished probe: all its iterations together [S8].</summary>
public readonly record struct ProbeResult
{
    private const int ReasonChars = 200;

    public required ProbeVerdict Verdict { get; init; }

    /// <summary>Start of the first iteration to the end of the last; of a failed probe, to the failure. Microseconds.</summary>
    public long ElapsedMicros { get; init; }

    /// <summary>From the start of a connection until it stands; mean of the iterations, microseconds.</summary>
    public long ConnectMicros { get; init; }

    /// <summary>The TLS handshake; mean of the iterations, microseconds. 0 = there was none.</summary>
    public long TlsMicros { get; init; }

    /// <summary>From when the protocol begins (connected, and past an implicit TLS handshake) to the server's first byte; mean of the iterations, microseconds. 0 = none was awaited.</summary>
    public long FirstByteMicros { get; init; }

    /// <summary>What was spoken on top of it, of the last TLS handshake: <c>TLS 1.3, h2</c>; empty = none.</summary>
    public string TlsProtocol { get => field ?? ""; init; }

    /// <summary>The end of the validity of the certificate seen last; null = none was seen.</summary>
    public DateTimeOffset? CertificateUntil { get; init; }

    /// <summary>Body bytes read by a content probe, over all iterations.</summary>
    public long BodyBytes { get; init; }

    /// <summary>From sending the request to the last body byte, summed over the iterations. Microseconds.</summary>
    public long TransferMicros { get; init; }

    /// <summary>The last reply in words and without its time, or why it failed. At most 200 printable characters, whatever was assigned.</summary>
    public string Reason { get => field ?? ""; init => field = Printable.Cut(value, ReasonChars); }

    public bool Succeeded => Verdict == ProbeVerdict.Succeeded;

    /// <summary>Body bytes a second, or null when no body came.</summary>
    public long? ThroughputBytesPerSecond =>
        BodyBytes > 0 ? (long)((Int128)BodyBytes * 1_000_000 / Math.Max(1, TransferMicros)) : null;

    public static ProbeResult Success(long elapsedMicros, string reason, long bodyBytes = 0, long transferMicros = 0) => new()
    {
        Verdict = ProbeVerdict.Succeeded,
        ElapsedMicros = elapsedMicros,
        BodyBytes = bodyBytes,
        TransferMicros = transferMicros,
        Reason = reason,
    };

    public static ProbeResult Failure(long elapsedMicros, string reason) =>
        new() { Verdict = ProbeVerdict.Failed, ElapsedMicros = elapsedMicros, Reason = reason };

    public static ProbeResult Overloaded(long elapsedMicros, string reason) =>
        new() { Verdict = ProbeVerdict.Overloaded, ElapsedMicros = elapsedMicros, Reason = reason };

    public static ProbeResult Full(long elapsedMicros, string reason) =>
        new() { Verdict = ProbeVerdict.Full, ElapsedMicros = elapsedMicros, Reason = reason };

    public static ProbeResult Inconclusive(long elapsedMicros, string reason) =>
        new() { Verdict = ProbeVerdict.Inconclusive, ElapsedMicros = elapsedMicros, Reason = reason };
}
