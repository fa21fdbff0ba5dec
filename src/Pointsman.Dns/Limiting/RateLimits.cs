using System.Collections.Immutable;
using System.Net;

namespace Pointsman.Dns.Limiting;

/// <summary>
/// Response rate limiting as the operator wrote it. Rates are responses a second to one client prefix, 0 = not limited; each answer is charged
/// to its own kind's rate and to <see cref="AllPerSecond"/>. A record's defaults leave all but the first unlimited.
/// </summary>
public sealed record RateLimits
{
    public const int MaxPerSecond = 1_000_000;
    public const int MaxSlip = 10;
    public const int MinTableSize = 1024, MaxTableSize = 1 << 24;

    /// <summary>Answers to the same name and type.</summary>
    public required int ResponsesPerSecond { get; init; }

    /// <summary>NXDOMAIN of one zone, and NODATA of one name.</summary>
    public int NegativesPerSecond { get; init; }

    /// <summary>Referrals to the same delegation.</summary>
    public int ReferralsPerSecond { get; init; }

    /// <summary>FORMERR, REFUSED, NOTIMP and the like, whatever was asked.</summary>
    public int ErrorsPerSecond { get; init; }

    /// <summary>Everything together.</summary>
    public int AllPerSecond { get; init; }

    /// <summary>How far a flood can run into debt: so long after its end it is still limited. Zero = it keeps getting its rate.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Of the limited responses every so many is sent as an empty truncated one: 0 = none, 1 = all, 2 = every second one.</summary>
    public int Slip { get; init; } = 2;

    /// <summary>Addresses with these leading bits in common share their rates.</summary>
    public int IPv4Prefix { get; init; } = 24;
    public int IPv6Prefix { get; init; } = 56;

    /// <summary>Never limited, beside the loopback addresses.</summary>
    public ImmutableArray<IPNetwork> Exempt { get; init; } = [];

    /// <summary>Loopback addresses are limited too: to see limits at work on one machine.</summary>
    public bool LimitLoopback { get; init; }

    /// <summary>Rates kept by one worker; the next power of two counts. 24 octets each.</summary>
    public int TableSize { get; init; } = 65_536;

    /// <summary>Count and log what would be limited, and answer it.</summary>
    public bool LogOnly { get; init; }

    /// <summary>The rate of one kind; 0 = not limited.</summary>
    public int Of(LimitKind kind) => kind switch
    {
        LimitKind.Answer => ResponsesPerSecond,
        LimitKind.Negative => NegativesPerSecond,
        LimitKind.Referral => ReferralsPerSecond,
        LimitKind.Error => ErrorsPerSecond,
        _ => AllPerSecond,
    };
}
