using System.Globalization;
using Pointsman.Model;

namespace Pointsman.Health.Probes;

/// <summary>
/// One probe's clock: how long each phase took, and the deadline that is the nearer one of the whole probe's and the phase's. One timer
/// serves both; it is set anew at each change of phase. Mutable; one probe, one after the other.
/// </summary>
internal sealed class ProbeClock : IDisposable
{
    private readonly TimeProvider time;
    private readonly ProbeSettings settings;
    private readonly CancellationTokenSource deadline;
    private long start;
    private long phaseStart;
    private TimeSpan? phaseLimit;
    private long connectMicros, tlsMicros, firstByteMicros;

    public ProbeClock(TimeProvider time, ProbeSettings settings)
    {
        this.time = time;
        this.settings = settings;
        deadline = new CancellationTokenSource(settings.Timeout, time);
        start = phaseStart = time.GetTimestamp();
    }

    /// <summary>Cancelled when the phase or the probe has run out of time, or from outside.</summary>
    public CancellationToken Deadline => deadline.Token;

    /// <summary>As if the time had run out; for whoever waits for the result no longer.</summary>
    public void Cancel() => deadline.Cancel();

    public ProbePhase Phase { get; private set; }

    /// <summary>What is waited for, in the words of a timeout: <c>the banner</c>.</summary>
    public string Awaits { get; set; } = "the reply";

    /// <summary>What TLS showed last; null = there was none.</summary>
    public TlsFacts? Tls { get; set; }

    public long ElapsedMicros => MicrosSince(start);

    /// <summary>For <see cref="MicrosSince"/>.</summary>
    public long Timestamp => time.GetTimestamp();

    public DateTimeOffset UtcNow => time.GetUtcNow();

    public long MicrosSince(long timestamp) => time.GetElapsedTime(timestamp).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The next iteration.</summary>
    public void Begin()
    {
        Awaits = "the reply";
        Enter(ProbePhase.Connect);
    }

    /// <summary>Books the phase that ends and sets the deadline of the one that begins.</summary>
    public void Enter(ProbePhase phase)
    {
        var now = time.GetTimestamp();
        Book(time.GetElapsedTime(phaseStart, now).Ticks / TimeSpan.TicksPerMicrosecond);
        (Phase, phaseStart) = (phase, now);
        var limit = phase switch
        {
            ProbePhase.Connect => settings.Timeouts.Connect,
            ProbePhase.Tls => settings.Timeouts.Tls,
            ProbePhase.FirstByte => settings.Timeouts.FirstByte,
            _ => null,
        };
        var left = settings.Timeout - time.GetElapsedTime(start, now);
        // A limit that does not end before the whole probe's end is none; and most probes have none, and never touch the timer.
        if (limit >= left) limit = null;
        if (limit is null && phaseLimit is null) return;
        phaseLimit = limit;
        if (left <= TimeSpan.Zero) deadline.Cancel();
        else deadline.CancelAfter(limit ?? left);
    }

    /// <summary>What passed since <paramref name="timestamp"/> was this node's own delay: as if it had not been. False = the time ran out before.</summary>
    public bool TryExcuse(long timestamp)
    {
        var lost = time.GetTimestamp() - timestamp;
        (start, phaseStart) = (start + lost, phaseStart + lost);
        var left = (phaseLimit ?? settings.Timeout) - time.GetElapsedTime(phaseLimit is null ? start : phaseStart);
        if (left > TimeSpan.Zero) deadline.CancelAfter(left);
        return !deadline.IsCancellationRequested;
    }

    /// <summary>The server's first byte has come, if it was what the conversation waited for.</summary>
    public void Heard()
    {
        if (Phase != ProbePhase.FirstByte) return;
        firstByteMicros += MicrosSince(phaseStart);
        Enter(ProbePhase.Reply);
    }

    /// <summary>What ran out: the phase's own limit, or the whole probe's.</summary>
    public string InWords()
    {
        var limit = phaseLimit ?? settings.Timeout;
        var phase = Phase switch
        {
            ProbePhase.Connect => "while connecting",
            ProbePhase.Tls => "in the TLS handshake",
            _ => $"while waiting for {Awaits}",
        };
        return string.Create(CultureInfo.InvariantCulture, $"timeout after {limit.TotalMilliseconds:0.0} ms {phase}");
    }

    /// <summary>Books the last phase, and gives the result its phases: means over the iterations.</summary>
    public ProbeResult Complete(in ProbeResult result, int iterations)
    {
        Enter(ProbePhase.Reply);
        return result with
        {
            ConnectMicros = connectMicros / iterations,
            TlsMicros = tlsMicros / iterations,
            FirstByteMicros = firstByteMicros / iterations,
            TlsProtocol = Tls is null ? "" : Tls.Inside.Length == 0 ? Tls.Protocol : $"{Tls.Protocol}, {Tls.Inside}",
            CertificateUntil = Tls is null || Tls.CertificateUntil == default ? null : Tls.CertificateUntil,
        };
    }

    public void Dispose() => deadline.Dispose();

    private void Book(long micros)
    {
        if (Phase == ProbePhase.Connect) connectMicros += micros;
        else if (Phase == ProbePhase.Tls) tlsMicros += micros;
    }
}
