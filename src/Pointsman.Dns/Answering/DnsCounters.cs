using Pointsman.Dns.Limiting;

namespace Pointsman.Dns.Answering;

/// <summary>
/// How a query ended: each one ends in exactly one of these, so that their sum is the number of queries received.
/// </summary>
public enum QueryOutcome
{
    /// <summary>Records of the type asked, or the end of a CNAME chain.</summary>
    Answered,

    /// <summary>The same from <see cref="Dynamic.IDynamicAnswers"/>.</summary>
    AnsweredDynamic,
    NoData,
    NxDomain,
    Referral,
    FormErr,
    ServFail,
    NotImp,
    Refused,
    YxDomain,
    BadVers,

    /// <summary>Told to come back with the cookie that goes with the answer.</summary>
    BadCookie,

    /// <summary>No question but a cookie was asked for, and given.</summary>
    CookieOnly,

    /// <summary>No answer: too short, a response, or not worth one.</summary>
    Dropped,

    /// <summary>No answer: its client prefix was over its rate.</summary>
    RateDropped,

    /// <summary>The same, and answered by an empty truncated response.</summary>
    RateSlipped,

    /// <summary>No answer: a defect of this program, told in the log.</summary>
    Defect,
}

/// <summary>What is counted beside the outcomes; a query may be in several of these.</summary>
public enum QueryTally
{
    UdpQueries,
    TcpQueries,

    /// <summary>Answers sent with TC, over UDP.</summary>
    Truncated,

    /// <summary>Of those, the ones that would have fitted: the client had not proven its address.</summary>
    UnprovenTruncated,

    /// <summary>Queries with a client subnet option.</summary>
    ClientSubnet,

    /// <summary>Queries with a client cookie alone.</summary>
    CookieClientOnly,

    /// <summary>Queries with a server cookie of ours.</summary>
    CookieGood,

    /// <summary>Queries with a server cookie that is none of ours, or too old.</summary>
    CookieBad,

    /// <summary>Queries over TCP that were padded.</summary>
    Padded,

    /// <summary>Answers that the system did not take.</summary>
    SendErrors,

    /// <summary>Receive calls that failed; no query is lost by that.</summary>
    ReceiveErrors,
}

/// <summary>Responses over the rate of one kind.</summary>
/// <param name="Dropped">Not sent.</param>
/// <param name="Slipped">Sent empty and truncated.</param>
/// <param name="LoggedOnly">Sent whole, because limiting is only being tried out.</param>
public readonly record struct LimitedCount(LimitKind Kind, long Dropped, long Slipped, long LoggedOnly);

/// <summary>All workers' counters added up, at one moment. What is being answered in that moment may be in one number and not yet in another.</summary>
/// <param name="Outcomes">Indexed by <see cref="QueryOutcome"/>.</param>
/// <param name="Tallies">Indexed by <see cref="QueryTally"/>.</param>
public sealed record DnsCounters(IReadOnlyList<long> Outcomes, IReadOnlyList<long> Tallies)
{
    public required IReadOnlyList<LimitedCount> Limited { get; init; }
    public required LatencyCounts UdpLatency { get; init; }
    public required LatencyCounts TcpLatency { get; init; }
    public required TcpCounters Tcp { get; init; }

    /// <summary>Datagrams that the kernel threw away before the server saw them, because its queue was full; null when it does not tell.</summary>
    public long? KernelDrops { get; init; }

    public long this[QueryOutcome outcome] => Outcomes[(int)outcome];
    public long this[QueryTally tally] => Tallies[(int)tally];

    public long UdpQueries => this[QueryTally.UdpQueries];
    public long TcpQueries => this[QueryTally.TcpQueries];
    public long Truncated => this[QueryTally.Truncated];
    public long ClientSubnet => this[QueryTally.ClientSubnet];
    public long SendErrors => this[QueryTally.SendErrors];
    public long TcpConnectionsOpen => Tcp.Open;
    public long TcpConnectionsAccepted => Tcp.Accepted;
    public long TcpConnectionsTimedOut => Tcp.TimedOut;
    public long Queries => UdpQueries + TcpQueries;
}

/// <summary>Connections, by what became of them.</summary>
/// <param name="Open">Now.</param>
/// <param name="Refused">Closed at once, or not accepted: no room, no descriptor.</param>
/// <param name="TimedOut">Closed because the client was idle or slow for too long.</param>
/// <param name="Displaced">Closed while idle, to make room for a new one.</param>
/// <param name="Malformed">Closed because what came was no DNS.</param>
/// <param name="AnswersUnsent">Answers whose client was gone before they were sent.</param>
public sealed record TcpCounters(long Open, long Accepted, long Refused, long TimedOut, long Displaced, long Malformed, long AnswersUnsent)
{
    public static TcpCounters None { get; } = new(0, 0, 0, 0, 0, 0, 0);
}
