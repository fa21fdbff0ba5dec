using System.Globalization;

namespace Pointsman.Fuzz.Reference;

/// <summary>One site of a dynamic name: its addresses, each a string of 4 or 16 octets, and how HTTPS reaches it.</summary>
internal sealed record ReferenceSite(string[] IPv4, string[] IPv6, int? HttpsPort, string[] Protocols);

/// <summary>How a dynamic name answers one client.</summary>
internal sealed record ReferenceChoice(ReferenceVerdict Verdict, uint Ttl, int Scope, int? Reason, ReferenceSite[] Sites);

internal enum ReferenceVerdict { Answer, StaticOnly, NoData, ServFail }

/// <summary>
/// A dynamic name whose choice is a plain function of the client: the product's seam is bound to it, and the reference asks it for itself with
/// the client that it read. A product that read the client wrongly then answers wrongly.
/// </summary>
internal sealed record ReferenceDynamic(string Name, ReferenceVerdict Verdict, uint Ttl, int BaseScope, int? Reason, ReferenceSite[] Sites)
{
    public ReferenceChoice Choose(bool isIPv6, UInt128 bits, int prefixLength)
    {
        var mixed = Chance.Mix((ulong)bits ^ (ulong)(bits >> 64) ^ (isIPv6 ? 0xABCDUL : 0) ^ ((ulong)prefixLength << 48));
        var first = Sites.Length == 0 ? 0 : (int)(mixed % (ulong)Sites.Length);
        ReferenceSite[] sites = [.. Sites[first..], .. Sites[..first]];
        return new ReferenceChoice(Verdict, Ttl, BaseScope == 0 ? 0 : (BaseScope + (int)(mixed % 7)) & 255, Reason, sites);
    }

    /// <summary>RDATA of the HTTPS record of the site that stands at <paramref name="place"/>, written from RFC 9460 §2.2; null = it has none.</summary>
    public static string? Https(ReferenceSite site, int place)
    {
        if (site.HttpsPort is not { } port) return null;
        static string Parameter(int key, string value) => $"{(char)0}{(char)key}{(char)(value.Length >> 8)}{(char)(value.Length & 255)}{value}";
        var text = string.Create(CultureInfo.InvariantCulture, $"{(char)0}{(char)place}{ReferenceName.Root}");
        if (site.Protocols.Length > 0) text += Parameter(1, string.Concat(site.Protocols.Select(p => (char)p.Length + p)));
        if (port != 443) text += Parameter(3, $"{(char)(port >> 8)}{(char)(port & 255)}");
        if (site.IPv4.Length > 0) text += Parameter(4, string.Concat(site.IPv4));
        if (site.IPv6.Length > 0) text += Parameter(6, string.Concat(site.IPv6));
        return text;
    }
}
