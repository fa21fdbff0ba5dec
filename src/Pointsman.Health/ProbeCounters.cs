namespace Pointsman.Health;

/// <summary>Why a probe failed, coarse enough to be counted.</summary>
public enum ProbeFailure { Timeout, Refused, Reset, Unreachable, Tls, Status, Content }

/// <summary>What all probes brought since the start. A probe costs thousands of times what counting it does: one set for all threads.</summary>
public sealed class ProbeCounters
{
    private readonly long[] verdicts = new long[Enum.GetValues<ProbeVerdict>().Length];
    private readonly long[] failures = new long[Enum.GetValues<ProbeFailure>().Length];
    private long micros;

    /// <summary>How long they took together.</summary>
    public long Micros => Interlocked.Read(ref micros);

    public long Of(ProbeVerdict verdict) => Interlocked.Read(ref verdicts[(int)verdict]);

    public long Of(ProbeFailure failure) => Interlocked.Read(ref failures[(int)failure]);

    internal void Count(in ProbeResult result)
    {
        Interlocked.Increment(ref verdicts[(int)result.Verdict]);
        Interlocked.Add(ref micros, result.ElapsedMicros);
        if (result.Verdict == ProbeVerdict.Failed) Interlocked.Increment(ref failures[(int)ClassOf(result.Reason)]);
    }

    /// <summary>Read off the words: they are this program's own, and the one thing that every way of failing has.</summary>
    internal static ProbeFailure ClassOf(string reason)
    {
        bool Says(string words) => reason.Contains(words, StringComparison.OrdinalIgnoreCase);
        return reason switch
        {
            _ when reason.StartsWith("timeout", StringComparison.Ordinal) => ProbeFailure.Timeout,
            _ when reason.StartsWith("connection refused", StringComparison.Ordinal) => ProbeFailure.Refused,
            _ when reason.StartsWith("reset", StringComparison.Ordinal) => ProbeFailure.Reset,
            _ when Says("unreachable") || Says("no route") => ProbeFailure.Unreachable,
            _ when Says("TLS") || Says("certificate") => ProbeFailure.Tls,
            _ when reason.StartsWith("status", StringComparison.Ordinal) => ProbeFailure.Status,
            _ => ProbeFailure.Content,
        };
    }
}
