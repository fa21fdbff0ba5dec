using Pointsman.Dns.Wire;

namespace Pointsman.Dns.MasterFiles;

/// <summary>The parts that RDATA is made of. One table of them serves the reader of text and the checker of generic form (RFC 3597 §5).</summary>
internal enum RdataField
{
    /// <summary>May be compressed: only in the oldest types (RFC 3597 §4).</summary>
    Name,
    PlainName, Octet, Number16, Number32, Period, IPv4, IPv6,

    /// <summary>A character-string: a length octet and up to 255 octets.</summary>
    Text,
    OptionalText, Texts,

    /// <summary>Octets to the end of the RDATA, from one word.</summary>
    LongText,
    Tag, Hex, Base64, Salt, Hash, Types, Type, Algorithm, CertificateType, Time, SvcParameters, Location, Locator, Eui48, Eui64,
    Number64, OptionalBase64, AddressPrefixes, Gateway, Relay, HostIdentity, Nsap, Scheme,
}

/// <summary>What each type is made of.</summary>
internal static class RdataLayout
{
    private static readonly RdataField[] s_signature =
    [
        RdataField.Type, RdataField.Algorithm, RdataField.Octet, RdataField.Period, RdataField.Time, RdataField.Time, RdataField.Number16,
        RdataField.PlainName, RdataField.Base64,
    ];

    private static readonly Dictionary<RrType, RdataField[]> s_layouts = new()
    {
        [RrType.A] = [RdataField.IPv4],
        [RrType.NS] = [RdataField.Name],
        [RrType.MD] = [RdataField.Name],
        [RrType.MF] = [RdataField.Name],
        [RrType.CNAME] = [RdataField.Name],
        [RrType.SOA] = [RdataField.Name, RdataField.Name, RdataField.Number32, RdataField.Period, RdataField.Period, RdataField.Period, RdataField.Period],
        [RrType.MB] = [RdataField.Name],
        [RrType.MG] = [RdataField.Name],
        [RrType.MR] = [RdataField.Name],
        [RrType.PTR] = [RdataField.Name],
        [RrType.HINFO] = [RdataField.Text, RdataField.Text],
        [RrType.MINFO] = [RdataField.Name, RdataField.Name],
        [RrType.MX] = [RdataField.Number16, RdataField.Name],
        [RrType.TXT] = [RdataField.Texts],
        [RrType.SPF] = [RdataField.Texts],
        [RrType.AVC] = [RdataField.Texts],
        [RrType.RP] = [RdataField.PlainName, RdataField.PlainName],
        [RrType.AFSDB] = [RdataField.Number16, RdataField.PlainName],
        [RrType.RT] = [RdataField.Number16, RdataField.PlainName],
        [RrType.KX] = [RdataField.Number16, RdataField.PlainName],
        [RrType.X25] = [RdataField.Text],
        [RrType.ISDN] = [RdataField.Text, RdataField.OptionalText],
        [RrType.PX] = [RdataField.Number16, RdataField.PlainName, RdataField.PlainName],
        [RrType.AAAA] = [RdataField.IPv6],
        [RrType.LOC] = [RdataField.Location],
        [RrType.SRV] = [RdataField.Number16, RdataField.Number16, RdataField.Number16, RdataField.PlainName],
        [RrType.NAPTR] = [RdataField.Number16, RdataField.Number16, RdataField.Text, RdataField.Text, RdataField.Text, RdataField.PlainName],
        [RrType.CERT] = [RdataField.CertificateType, RdataField.Number16, RdataField.Algorithm, RdataField.Base64],
        [RrType.DNAME] = [RdataField.PlainName],
        [RrType.DS] = [RdataField.Number16, RdataField.Algorithm, RdataField.Octet, RdataField.Hex],
        [RrType.CDS] = [RdataField.Number16, RdataField.Algorithm, RdataField.Octet, RdataField.Hex],
        [RrType.SSHFP] = [RdataField.Octet, RdataField.Octet, RdataField.Hex],
        [RrType.RRSIG] = s_signature,
        [RrType.NSEC] = [RdataField.PlainName, RdataField.Types],
        [RrType.KEY] = [RdataField.Number16, RdataField.Octet, RdataField.Algorithm, RdataField.Base64],
        [RrType.DNSKEY] = [RdataField.Number16, RdataField.Octet, RdataField.Algorithm, RdataField.Base64],
        [RrType.CDNSKEY] = [RdataField.Number16, RdataField.Octet, RdataField.Algorithm, RdataField.Base64],
        [RrType.DHCID] = [RdataField.Base64],
        [RrType.NSEC3] = [RdataField.Octet, RdataField.Octet, RdataField.Number16, RdataField.Salt, RdataField.Hash, RdataField.Types],
        [RrType.NSEC3PARAM] = [RdataField.Octet, RdataField.Octet, RdataField.Number16, RdataField.Salt],
        [RrType.TLSA] = [RdataField.Octet, RdataField.Octet, RdataField.Octet, RdataField.Hex],
        [RrType.SMIMEA] = [RdataField.Octet, RdataField.Octet, RdataField.Octet, RdataField.Hex],
        [RrType.OPENPGPKEY] = [RdataField.Base64],
        [RrType.CSYNC] = [RdataField.Number32, RdataField.Number16, RdataField.Types],
        [RrType.ZONEMD] = [RdataField.Number32, RdataField.Octet, RdataField.Octet, RdataField.Hex],
        [RrType.SVCB] = [RdataField.Number16, RdataField.PlainName, RdataField.SvcParameters],
        [RrType.HTTPS] = [RdataField.Number16, RdataField.PlainName, RdataField.SvcParameters],
        [RrType.NID] = [RdataField.Number16, RdataField.Locator],
        [RrType.L32] = [RdataField.Number16, RdataField.IPv4],
        [RrType.L64] = [RdataField.Number16, RdataField.Locator],
        [RrType.LP] = [RdataField.Number16, RdataField.PlainName],
        [RrType.EUI48] = [RdataField.Eui48],
        [RrType.EUI64] = [RdataField.Eui64],
        [RrType.URI] = [RdataField.Number16, RdataField.Number16, RdataField.LongText],
        [RrType.CAA] = [RdataField.Octet, RdataField.Tag, RdataField.LongText],
        [RrType.NSAP] = [RdataField.Nsap],
        [RrType.NSAPPTR] = [RdataField.PlainName],
        [RrType.SIG] = s_signature,
        [RrType.GPOS] = [RdataField.Text, RdataField.Text, RdataField.Text],
        [RrType.EID] = [RdataField.Hex],
        [RrType.NIMLOC] = [RdataField.Hex],
        [RrType.APL] = [RdataField.AddressPrefixes],
        [RrType.IPSECKEY] = [RdataField.Octet, RdataField.Gateway, RdataField.OptionalBase64],
        [RrType.HIP] = [RdataField.HostIdentity],
        [RrType.NINFO] = [RdataField.Texts],
        [RrType.RKEY] = [RdataField.Number16, RdataField.Octet, RdataField.Algorithm, RdataField.Base64],
        [RrType.TALINK] = [RdataField.PlainName, RdataField.PlainName],
        [RrType.DSYNC] = [RdataField.Type, RdataField.Scheme, RdataField.Number16, RdataField.PlainName],
        [RrType.AMTRELAY] = [RdataField.Octet, RdataField.Relay],
        [RrType.RESINFO] = [RdataField.Texts],
        [RrType.WALLET] = [RdataField.Texts],
        [RrType.CLA] = [RdataField.Texts],
        [RrType.IPN] = [RdataField.Number64],
        [RrType.TA] = [RdataField.Number16, RdataField.Algorithm, RdataField.Octet, RdataField.Hex],
        [RrType.DLV] = [RdataField.Number16, RdataField.Algorithm, RdataField.Octet, RdataField.Hex],
    };

    /// <summary>Null for a type that has no text form here: it is written in generic form.</summary>
    public static RdataField[]? Of(RrType type) => s_layouts.GetValueOrDefault(type);
}
