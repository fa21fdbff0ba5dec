using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Pointsman.Model;
using Pointsman.Switching.HuntGroups;

namespace Pointsman.Switching.Layer4;

/// <summary>The kernel's <c>sockaddr_in</c> and <c>sockaddr_in6</c>: family in the machine's order, port and address in the network's.</summary>
internal static class SocketAddress
{
    /// <summary>Bytes of the larger of the two.</summary>
    public const int MostBytes = 28;

    private const int V4Bytes = 16;

    public static int Family(Endpoint endpoint) => endpoint.Address.AddressFamily == AddressFamily.InterNetworkV6 ? LibC.AfInet6 : LibC.AfInet;

    /// <returns>The length written.</returns>
    public static uint Write(Span<byte> into, Endpoint endpoint)
    {
        into[..MostBytes].Clear();
        var family = Family(endpoint);
        BitConverter.TryWriteBytes(into, (ushort)family);
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], (ushort)endpoint.Port);
        if (family == LibC.AfInet)
        {
            endpoint.Address.TryWriteBytes(into[4..], out _);
            return V4Bytes;
        }

        endpoint.Address.TryWriteBytes(into[8..], out _);
        BitConverter.TryWriteBytes(into[24..], (uint)endpoint.Address.ScopeId);
        return MostBytes;
    }

    public static ClientKey ReadClient(ReadOnlySpan<byte> from) => BitConverter.ToUInt16(from) == LibC.AfInet6
        ? new ClientKey(BinaryPrimitives.ReadUInt128BigEndian(from[8..]))
        : ClientKey.FromV4(BinaryPrimitives.ReadUInt32BigEndian(from[4..]));

    public static Endpoint Read(ReadOnlySpan<byte> from) => new(
        BitConverter.ToUInt16(from) == LibC.AfInet6 ? new IPAddress(from[8..24]) : new IPAddress(from[4..8]),
        BinaryPrimitives.ReadUInt16BigEndian(from[2..]));
}
