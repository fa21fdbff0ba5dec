using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;

namespace Pointsman.Dns.Recording;

/// <summary>One end of an exchange: address octets in network order, and the port. Fixed in size, so that a record's head can hold two.</summary>
internal struct SocketPlace
{
    [InlineArray(16)]
    private struct Octets
    {
        private byte _first;
    }

    private Octets _octets;
    public ushort Port;
    public byte AddressLength;

    /// <param name="address">4 or 16 octets.</param>
    public static SocketPlace Of(ReadOnlySpan<byte> address, ushort port)
    {
        var place = new SocketPlace { Port = port, AddressLength = (byte)address.Length };
        address.CopyTo(place._octets);
        return place;
    }

    /// <summary>From sockaddr_in (address at 4) or sockaddr_in6 (address at 8); the port is at 2 in both.</summary>
    public static SocketPlace OfSocketAddress(ReadOnlySpan<byte> address, bool ipv6) =>
        Of(ipv6 ? address.Slice(8, 16) : address.Slice(4, 4), BinaryPrimitives.ReadUInt16BigEndian(address[2..]));

    public static SocketPlace Of(IPEndPoint endPoint)
    {
        Span<byte> octets = stackalloc byte[16];
        endPoint.Address.TryWriteBytes(octets, out var written);
        return Of(octets[..written], (ushort)endPoint.Port);
    }

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Address => ((ReadOnlySpan<byte>)_octets)[..AddressLength];

    public readonly IPEndPoint ToEndPoint() => new(new IPAddress(Address), Port);
}
