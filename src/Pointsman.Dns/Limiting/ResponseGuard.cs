using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Limiting;

/// <summary>
/// Stands between an answer and the socket, for UDP alone: whoever talks TCP, or shows a cookie of ours, has proven that the address is his own
/// and cannot be used against somebody else. The rest gets answers at a limited rate, and, where the operator wants it so, small ones.
/// </summary>
internal sealed class ResponseGuard(WorkerCounters counters, UInt128 secret)
{
    /// <summary>What every client of DNS has always had to take; answers up to here pass.</summary>
    private const int SmallAnswerBytes = 512;

    /// <summary>A larger answer passes too while it is at most so many times the query: it is no amplifier worth the trouble (RFC 9000 §8.1 draws the line there as well).</summary>
    private const int HarmlessFactor = 3;

    private RateLimiter? _limiter;
    private RateLimits? _limits;

    /// <summary>What the log is to be told of; null until limits were first set.</summary>
    public LimitEpisodes? Episodes => Volatile.Read(ref _limiter)?.Episodes;

    /// <summary>What is to become of this response; counted when it is not sent as it is.</summary>
    public LimitVerdict Judge(RateLimits? limits, in Query query, in Resolution result, NameView name, ClientAddress source, long nowMicros)
    {
        if (!ReferenceEquals(limits, _limits)) Use(limits);
        if (limits is null || query.Proven) return LimitVerdict.Pass;
        _limiter!.Sweep(nowMicros);
        var kind = KindOf(result.Outcome);
        var skipped = query.QuestionLength == 0 || kind == LimitKind.Error ? 0 : name.Labels - Math.Min(result.NameLabels, name.Labels);
        var verdict = _limiter.Judge(source, kind, kind == LimitKind.Error ? 0 : name.Hash(skipped), query.Type, nowMicros, out var limited);
        if (limited) counters.Limited(_limiter.Kind, verdict);
        return verdict;
    }

    /// <summary>True when an unproven client is to come back over TCP for an answer so large.</summary>
    public static bool IsTooLarge(in Query query, int queryBytes, int answerBytes) =>
        !query.Proven && answerBytes > SmallAnswerBytes && answerBytes > HarmlessFactor * queryBytes;

    /// <summary>Called now and then while nothing is asked, so that the log hears of an end.</summary>
    public void Sweep(long nowMicros) => _limiter?.Sweep(nowMicros);

    private void Use(RateLimits? limits)
    {
        _limits = limits;
        if (limits is null) return;
        if (_limiter is null) Volatile.Write(ref _limiter, new RateLimiter(limits, secret));
        else _limiter.Use(limits);
    }

    private static LimitKind KindOf(QueryOutcome outcome) => outcome switch
    {
        QueryOutcome.Answered or QueryOutcome.AnsweredDynamic or QueryOutcome.YxDomain => LimitKind.Answer,
        QueryOutcome.NoData or QueryOutcome.NxDomain => LimitKind.Negative,
        QueryOutcome.Referral => LimitKind.Referral,
        _ => LimitKind.Error,
    };
}
