using System.Collections.Frozen;
using System.Globalization;

namespace Pointsman.Dns.Wire;

/// <summary>The TYPE of a resource record, by the names of the IANA registry. A type without a name here is written <c>TYPE65280</c> (RFC 3597 §5).</summary>
public enum RrType : ushort
{
    None = 0,
    A = 1, NS = 2, MD = 3, MF = 4, CNAME = 5, SOA = 6, MB = 7, MG = 8, MR = 9, NULL = 10, WKS = 11, PTR = 12, HINFO = 13, MINFO = 14, MX = 15, TXT = 16,
    RP = 17, AFSDB = 18, X25 = 19, ISDN = 20, RT = 21, NSAP = 22, NSAPPTR = 23, SIG = 24, KEY = 25, PX = 26, GPOS = 27, AAAA = 28, LOC = 29, NXT = 30, EID = 31, NIMLOC = 32,
    SRV = 33, ATMA = 34, NAPTR = 35, KX = 36, CERT = 37, A6 = 38, DNAME = 39, SINK = 40, OPT = 41, APL = 42, DS = 43, SSHFP = 44, IPSECKEY = 45, RRSIG = 46, NSEC = 47, DNSKEY = 48, DHCID = 49, NSEC3 = 50, NSEC3PARAM = 51,
    TLSA = 52, SMIMEA = 53, HIP = 55, NINFO = 56, RKEY = 57, TALINK = 58, CDS = 59, CDNSKEY = 60, OPENPGPKEY = 61, CSYNC = 62, ZONEMD = 63, SVCB = 64, HTTPS = 65, DSYNC = 66, HHIT = 67, BRID = 68, SPF = 99,
    UINFO = 100, UID = 101, GID = 102, UNSPEC = 103,
    NID = 104, L32 = 105, L64 = 106, LP = 107, EUI48 = 108, EUI64 = 109, NXNAME = 128, TKEY = 249, TSIG = 250, IXFR = 251, AXFR = 252, MAILB = 253, MAILA = 254, ANY = 255,
    URI = 256, CAA = 257, AVC = 258, DOA = 259, AMTRELAY = 260, RESINFO = 261, WALLET = 262, CLA = 263, IPN = 264, TA = 32768, DLV = 32769,
}

/// <summary>Types as text, both ways.</summary>
public static class RrTypeText
{
    /// <summary>The one name of the registry that is no identifier.</summary>
    private const string NsapPointer = "NSAP-PTR";

    private static readonly FrozenDictionary<RrType, string> s_names = Enum.GetValues<RrType>()
        .Where(type => type != RrType.None)
        .ToFrozenDictionary(type => type, type => type == RrType.NSAPPTR ? NsapPointer : type.ToString());

    // Not Enum.TryParse: it also reads "A,NS", as a set of flags.
    private static readonly FrozenDictionary<string, RrType> s_types =
        s_names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary><c>MX</c>, or <c>TYPE123</c> for a type without a name.</summary>
    public static string Format(RrType type) =>
        s_names.TryGetValue(type, out var name) ? name : string.Create(CultureInfo.InvariantCulture, $"TYPE{(ushort)type}");

    /// <summary>Reads a name in any case, or <c>TYPEn</c>.</summary>
    public static bool TryParse(string text, out RrType type)
    {
        type = RrType.None;
        if (string.IsNullOrEmpty(text)) return false;
        if (s_types.TryGetValue(text, out type)) return true;
        // RFC 3597 §5: the word TYPE followed at once by the decimal number.
        if (!text.StartsWith("TYPE", StringComparison.OrdinalIgnoreCase)
            || !ushort.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        type = (RrType)number;
        return true;
    }

    /// <summary>Types that ask or carry a transaction and never stand in a zone (RFC 6895 §3.1: 128 to 255, and OPT).</summary>
    public static bool IsMeta(RrType type) => type is RrType.None or RrType.OPT or (>= (RrType)128 and <= (RrType)255);
}
