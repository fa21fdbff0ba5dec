using System.Buffers.Binary;
using System.Net;

namespace Pointsman.Dns.Dynamic;

/// <summary>
/// Who asks, as far as the query tells: the EDNS Client Subnet where it carries one [P2.2], else the source address [P2.1].
/// Bits past <see cref="PrefixLength"/> are zero. An IPv4-mapped IPv6 source counts as IPv4.
/// </summary>
/// <param name="IsIPv6">Which of the two families <paramref name="Bits"/> holds.</param>
/// <param name="Bits">The address; IPv4 in the low 32 bits.</param>
/// <param name="PrefixLength">How many leading bits are known: 32 or 128 for a source address, the SOURCE PREFIX-LENGTH for a client subnet.</param>
public readonly record struct ClientAddress(bool IsIPv6, UInt128 Bits, byte PrefixLength)
{
    public uint IPv4Bits => (uint)Bits;

    public static ClientAddress From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var written);
        return From(octets[..written]);
    }

    /// <summary>From 4 or 16 octets in network order.</summary>
    public static ClientAddress From(ReadOnlySpan<byte> octets)
    {
        if (octets.Length == 4) return new(false, BinaryPrimitives.ReadUInt32BigEndian(octets), 32);
        var bits = BinaryPrimitives.ReadUInt128BigEndian(octets);
        return bits >> 32 == 0xFFFF ? new(false, (uint)bits, 32) : new(true, bits, 128);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, Bits);
        return new IPAddress(IsIPv6 ? octets : octets[12..]);
    }
}
