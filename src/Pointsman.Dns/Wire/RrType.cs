using System.Globalization;

namespace Pointsman.Dns.Wire;

/// <summary>The TYPE of a resource record, by the names of the IANA registry. A type without a name here is written <c>TYPE65280</c> (RFC 3597 §5).</summary>
public enum RrType : ushort
{
    None = 0,
    A = 1, NS = 2, MD = 3, MF = 4, CNAME = 5, SOA = 6, MB = 7, MG = 8, MR = 9, NULL = 10, WKS = 11, PTR = 12, HINFO = 13, MINFO = 14, MX = 15, TXT = 16,
    RP = 17, AFSDB = 18, X25 = 19, ISDN = 20, RT = 21, NSAP = 22, SIG = 24, KEY = 25, PX = 26, AAAA = 28, LOC = 29, SRV = 33, NAPTR = 35, KX = 36, CERT = 37,
    DNAME = 39, OPT = 41, APL = 42, DS = 43, SSHFP = 44, IPSECKEY = 45, RRSIG = 46, NSEC = 47, DNSKEY = 48, DHCID = 49, NSEC3 = 50, NSEC3PARAM = 51,
    TLSA = 52, SMIMEA = 53, HIP = 55, CDS = 59, CDNSKEY = 60, OPENPGPKEY = 61, CSYNC = 62, ZONEMD = 63, SVCB = 64, HTTPS = 65, SPF = 99,
    NID = 104, L32 = 105, L64 = 106, LP = 107, EUI48 = 108, EUI64 = 109, TKEY = 249, TSIG = 250, IXFR = 251, AXFR = 252, MAILB = 253, MAILA = 254, ANY = 255,
    URI = 256, CAA = 257, AVC = 258,
}

/// <summary>Types as text, both ways.</summary>
public static class RrTypeText
{
    /// <summary><c>MX</c>, or <c>TYPE123</c> for a type without a name.</summary>
    public static string Format(RrType type) => Enum.IsDefined(type) && type != RrType.None
        ? type.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"TYPE{(ushort)type}");

    /// <summary>Reads a name in any case, or <c>TYPEn</c>.</summary>
    public static bool TryParse(string text, out RrType type)
    {
        type = RrType.None;
        if (string.IsNullOrEmpty(text) || !char.IsAsciiLetter(text[0])) return false;
        // RFC 3597 §5: the word TYPE followed at once by the decimal number.
        if (text.Length > 4 && text.StartsWith("TYPE", StringComparison.OrdinalIgnoreCase)
            && ushort.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            type = (RrType)number;
            return true;
        }
        return Enum.TryParse(text, ignoreCase: true, out type) && type != RrType.None;
    }

    /// <summary>Types that ask or carry a transaction and never stand in a zone (RFC 6895 §3.1: 128 to 255, and OPT).</summary>
    public static bool IsMeta(RrType type) => type is RrType.None or RrType.OPT or (>= (RrType)128 and <= (RrType)255);
}
