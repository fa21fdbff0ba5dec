using Pointsman.Dns.Limiting;

namespace Pointsman.Fuzz.Reference;

/// <summary>How the server of a world is set, as far as its answers depend on it.</summary>
/// <param name="Cookies">Null = cookies are off.</param>
/// <param name="PaddingBlock">0 = answers are not padded.</param>
/// <param name="TruncateUnproven">Large answers go over TCP only to who has not proven his address.</param>
/// <param name="Rates">Answers over UDP are left out or emptied past these, unless the client has proven his address; null = never.</param>
internal sealed record ReferenceSettings(int Payload, string? Identity, string? Version, ReferenceCookies? Cookies, bool CookieRequired, int PaddingBlock, bool TruncateUnproven, RateLimits? Rates);

/// <summary>Who asks, how and when.</summary>
/// <param name="Address">4 or 16 octets.</param>
internal sealed record ReferenceClient(byte[] Address, bool Tcp, uint WallSeconds)
{
    public (bool IsIPv6, UInt128 Bits, int Length) Prefix()
    {
        UInt128 bits = 0;
        foreach (var octet in Address) bits = (bits << 8) | octet;
        return (Address.Length == 16, bits, Address.Length * 8);
    }
}
