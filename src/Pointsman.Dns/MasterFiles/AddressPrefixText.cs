using System.Globalization;
using System.Net.Sockets;

namespace Pointsman.Dns.MasterFiles;

/// <summary>
/// APL (RFC 3123 §5): <c>1:192.0.2.0/24 !2:2001:db8::/32 …</c>, each on the wire as family, prefix length, a negation bit beside the number
/// of octets, and the address without its trailing zero octets (§4).
/// </summary>
internal static class AddressPrefixText
{
    private const byte Negated = 0x80;

    public static void Append(List<byte> target, Token token)
    {
        var text = token.ToString();
        var negated = text.StartsWith('!');
        var (colon, slash) = (text.IndexOf(':', StringComparison.Ordinal), text.LastIndexOf('/'));
        var family = colon < 0 ? "" : text[(negated ? 1 : 0)..colon];
        if (slash < colon || family is not ("1" or "2")
            || !AddressText.TryParse(text[(colon + 1)..slash], family == "1" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, out var address)
            || !byte.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > (family == "1" ? 32 : 128))
            throw RdataReader.Unexpected(token, "[!]1:IPV4/LENGTH or [!]2:IPV6/LENGTH");
        var octets = address.GetAddressBytes().AsSpan();
        octets = octets[..(octets.LastIndexOfAnyExcept((byte)0) + 1)];
        target.AddRange([0, (byte)(family[0] - '0'), length, (byte)(octets.Length | (negated ? Negated : 0)), .. octets]);
    }

    /// <summary>Items to the end, each as long as it says, without a trailing zero octet.</summary>
    public static bool Fits(ReadOnlySpan<byte> octets)
    {
        // Each turn takes at least four octets.
        while (!octets.IsEmpty)
        {
            if (octets.Length < 4) return false;
            var length = octets[3] & ~Negated;
            if (octets.Length < 4 + length || (length > 0 && octets[3 + length] == 0)) return false;
            octets = octets[(4 + length)..];
        }
        return true;
    }
}
