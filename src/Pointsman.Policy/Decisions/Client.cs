using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Pointsman.Policy.Decisions;

/// <summary>
/// Who asks: the user's prefix where the request carries it [P2.2], else the address that it came from [P2.1]. Bits past the prefix are
/// zero; an IPv4-mapped IPv6 address counts as IPv4.
/// </summary>
/// <param name="Bits">The address; IPv4 in the low 32 bits.</param>
/// <param name="PrefixLength">How many leading bits are known. 0 = nothing is: such a client has no place.</param>
public readonly record struct Client(bool IsIPv6, UInt128 Bits, byte PrefixLength)
{
    private const int MappedShift = 32;
    private const uint MappedMark = 0xFFFF;

    public static Client From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> octets = stackalloc byte[16];
        _ = address.TryWriteBytes(octets, out var written);
        return From(octets[..written]);
    }

    /// <summary>From 4 or 16 octets in network order.</summary>
    public static Client From(ReadOnlySpan<byte> octets)
    {
        if (octets.Length == 4) return new Client(false, BinaryPrimitives.ReadUInt32BigEndian(octets), 32);
        ArgumentOutOfRangeException.ThrowIfNotEqual(octets.Length, 16, nameof(octets));
        var bits = BinaryPrimitives.ReadUInt128BigEndian(octets);
        return bits >> MappedShift == MappedMark ? new Client(false, (uint)bits, 32) : new Client(true, bits, 128);
    }

    /// <summary>The address with at most that many leading bits kept.</summary>
    public Client Truncate(int prefixLength)
    {
        if (prefixLength >= PrefixLength) return this;
        var open = (IsIPv6 ? 128 : 32) - prefixLength;
        var bits = prefixLength == 0 ? UInt128.Zero : Bits >> open << open;
        return new Client(IsIPv6, bits, (byte)prefixLength);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        return new IPAddress(Write(octets));
    }

    /// <summary>Writes the 4 or 16 octets and returns them.</summary>
    internal ReadOnlySpan<byte> Write(Span<byte> octets)
    {
        if (IsIPv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(octets, Bits);
            return octets[..16];
        }
        BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)Bits);
        return octets[..4];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ToIPAddress()}/{PrefixLength}");
}
