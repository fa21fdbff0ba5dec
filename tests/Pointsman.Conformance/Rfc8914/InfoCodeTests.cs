using Pointsman.Dns.Wire;

namespace Pointsman.Conformance.Rfc8914;

public sealed class InfoCodeTests
{
    /// <summary>The codes in order, as §4.1 to §4.25 name them.</summary>
    private static readonly string[] s_registry =
    [
        "Other", "UnsupportedDnskeyAlgorithm", "UnsupportedDsDigestType", "StaleAnswer", "ForgedAnswer", "DnssecIndeterminate", "DnssecBogus", "SignatureExpired",
        "SignatureNotYetValid", "DnskeyMissing", "RrsigsMissing", "NoZoneKeyBitSet", "NsecMissing", "CachedError", "NotReady", "Blocked", "Censored", "Filtered",
        "Prohibited", "StaleNxdomainAnswer", "NotAuthoritative", "NotSupported", "NoReachableAuthority", "NetworkError", "InvalidData",
    ];

    [Fact, Trait("rfc", "8914 §4")]
    public void Every_reason_that_we_give_has_its_registered_code()
        => Assert.All(Enum.GetValues<ExtendedError>(), reason => Assert.Equal(s_registry[(int)reason], $"{reason}", ignoreCase: true));
}
