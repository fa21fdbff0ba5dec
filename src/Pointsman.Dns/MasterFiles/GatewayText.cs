using System.Net.Sockets;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.MasterFiles;

/// <summary>
/// A place that is nothing, an IPv4 address, an IPv6 address or a name, by a number before it: the gateway of IPSECKEY (RFC 4025 §2.3) and the
/// relay of AMTRELAY (RFC 8777 §4.2.3).
/// </summary>
internal static class GatewayText
{
    private const byte None = 0, IPv4 = 1, IPv6 = 2, Name = 3;

    public static void Append(List<byte> target, byte kind, Token token, DomainName origin)
    {
        switch (kind)
        {
            case None:
                // RFC 4025 §3.1, RFC 8777 §4.3.1: a dot stands where there is nothing.
                if (!token.Is(".")) throw RdataReader.Unexpected(token, "'.', because kind 0 is none");
                break;
            case IPv4 or IPv6:
                var family = kind == IPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
                if (!AddressText.TryParse(token.ToString(), family, out var address)) throw RdataReader.Unexpected(token, kind == IPv4 ? "an IPv4 address" : "an IPv6 address");
                target.AddRange(address.GetAddressBytes());
                break;
            case Name:
                target.AddRange(RdataReader.NameOf(token, origin).Wire);
                break;
            default:
                throw RdataReader.Unexpected(token, "a kind from 0 to 3 before this");
        }
    }

    /// <summary>Octets that a place of this kind takes at the start of <paramref name="octets"/>; -1 = it cannot stand there.</summary>
    public static int LengthOf(int kind, ReadOnlySpan<byte> octets) => kind switch
    {
        None => 0,
        IPv4 => 4,
        IPv6 => 16,
        Name => RdataCheck.NameLength(octets),
        _ => -1,
    };
}
