using System.Buffers.Binary;
using System.Net;

namespace Pointsman.Wan.Network;

/// <summary>
/// The address plan: place N has 198.18.N.0/24 (from the block for measurements, RFC 2544) and fd50:6f69:6e74:N::/64, so that a packet's destination
/// names its place without a table.
/// </summary>
public static class WanAddress
{
    /// <summary>All places together.</summary>
    public const string Block4 = "198.18.0.0/15", Block6 = "fd50:6f69:6e74::/48";

    private const uint Block4Value = (198u << 24) | (18u << 16);
    private const ulong Block6Value = 0xFD50_6F69_6E74_0000;
    private const int Version4Octets = 20, Version6Octets = 40;

    public static IPAddress Of4(int place, int host) => new([198, 18, (byte)place, (byte)host]);

    public static IPAddress Of6(int place, int host) => IPAddress.Parse($"fd50:6f69:6e74:{place:x}::{host:x}");

    /// <summary>The place of an address, or -1.</summary>
    public static int PlaceOf(ReadOnlySpan<byte> address4) => (BinaryPrimitives.ReadUInt32BigEndian(address4) & 0xFFFF_0000) == Block4Value ? address4[2] : -1;

    /// <summary>Where an IP packet wants to go: a place, or -1 when it is no whole IP header or goes elsewhere (multicast of IPv6, mostly).</summary>
    public static int DestinationOf(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < Version4Octets) return -1;
        switch (packet[0] >> 4)
        {
            case 4:
                return PlaceOf(packet[16..20]);
            case 6 when packet.Length >= Version6Octets:
                var prefix = BinaryPrimitives.ReadUInt64BigEndian(packet[24..32]);
                return (prefix & ~0xFFFFUL) == Block6Value ? (int)(prefix & 0xFFFF) : -1;
            default:
                return -1;
        }
    }

    /// <summary>Whether it is TCP or UDP from or to this port. Fragments but the first have no ports, and are none of ours.</summary>
    public static bool HasPort(ReadOnlySpan<byte> packet, int port)
    {
        const byte tcp = 6, udp = 17;
        var (protocol, header) = packet[0] >> 4 == 4 ? (packet[9], (packet[0] & 15) * 4) : (packet[6], Version6Octets);
        if (protocol is not (tcp or udp) || packet.Length < header + 4) return false;
        return BinaryPrimitives.ReadUInt16BigEndian(packet[header..]) == port || BinaryPrimitives.ReadUInt16BigEndian(packet[(header + 2)..]) == port;
    }
}
