namespace Pointsman.Dns.Limiting;

/// <summary>What a rate is kept for, per client prefix. The order is that of the counters.</summary>
public enum LimitKind
{
    /// <summary>Records of one name and type.</summary>
    Answer,

    /// <summary>NXDOMAIN of one zone (made-up names are all different, their zone is not), NODATA of one name.</summary>
    Negative,

    /// <summary>Referrals to one delegation.</summary>
    Referral,

    /// <summary>Error codes, whatever the question.</summary>
    Error,

    /// <summary>All of the above together.</summary>
    All,
}

/// <summary>What is to become of one response.</summary>
internal enum LimitVerdict
{
    Pass,

    /// <summary>Say nothing.</summary>
    Drop,

    /// <summary>Send the header with TC: a real client comes back over TCP, where its address is proven; a victim gets nothing larger than was sent.</summary>
    Slip,
}
