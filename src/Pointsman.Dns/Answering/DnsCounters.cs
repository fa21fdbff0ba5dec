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

    /// <summary>No answer: too short, a response, or not worth one.</summary>
    Dropped,
}

/// <summary>All workers' counters added up, at one moment.</summary>
/// <param name="Outcomes">Indexed by <see cref="QueryOutcome"/>.</param>
/// <param name="Truncated">Answers sent with TC, over UDP.</param>
/// <param name="ClientSubnet">Queries with a client subnet option.</param>
/// <param name="SendErrors">Answers that the system did not take.</param>
public sealed record DnsCounters(
    IReadOnlyList<long> Outcomes, long UdpQueries, long TcpQueries, long Truncated, long ClientSubnet, long SendErrors,
    long TcpConnectionsOpen, long TcpConnectionsAccepted, long TcpConnectionsRefused, long TcpConnectionsTimedOut)
{
    public long this[QueryOutcome outcome] => Outcomes[(int)outcome];
}
