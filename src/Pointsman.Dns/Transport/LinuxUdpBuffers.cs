using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>
/// A batch's memory, taken once and outside the collector's heap: what recvmmsg fills, and the room for the replies. The buffers of
/// neighbours are a cache line further apart than a power of two, else the lines that matter of all 64 would fall into the same few sets.
/// </summary>
internal readonly unsafe struct LinuxUdpBuffers
{
    public const int Batch = 64;

    /// <summary>
    /// Where no two replies go to one client there is nothing to gain by a large batch, and what the kernel and we touch of 16 queries stays in
    /// the first-level cache.
    /// </summary>
    public const int SmallBatch = 16;

    /// <summary>A query over UDP is never that long; a longer one arrives cut and is answered FORMERR.</summary>
    public const int QueryBytes = 2048;
    public const int ReplyBytes = 4096;
    public const int AddressBytes = 32;

    /// <summary>The packet information of IPv6 (40 octets with its header), and the segment size that <see cref="LinuxReplies"/> appends (24).</summary>
    public const int ControlBytes = 64;

    private const int CacheLine = 64;
    private const int Each = sizeof(ulong) * 2 + (QueryBytes + CacheLine) + (ReplyBytes + CacheLine) + AddressBytes + ControlBytes;

    public readonly LinuxSockets.Datagram* Received;
    private readonly byte* _queries;
    private readonly byte* _replies;
    private readonly byte* _addresses;
    private readonly byte* _controls;
    private readonly bool _wildcard;

    public static nuint Bytes => (nuint)(Batch * (Each + sizeof(LinuxSockets.Datagram)));

    /// <param name="memory"><see cref="Bytes"/> octets, all zero, on a cache line.</param>
    /// <param name="wildcard">Take the packet information too: it says which address was asked.</param>
    public LinuxUdpBuffers(byte* memory, bool wildcard)
    {
        _wildcard = wildcard;
        _queries = memory;
        _replies = _queries + (Batch * (QueryBytes + CacheLine));
        _controls = _replies + (Batch * (ReplyBytes + CacheLine));
        _addresses = _controls + (Batch * ControlBytes);
        Received = (LinuxSockets.Datagram*)(_addresses + (Batch * AddressBytes));
        var vectors = (LinuxSockets.IoVector*)(Received + Batch);
        for (var i = 0; i < Batch; i++)
        {
            vectors[i] = new() { Start = Query(i), Length = QueryBytes };
            Received[i].Header.Vectors = vectors + i;
            Received[i].Header.VectorCount = 1;
            Received[i].Header.Name = Address(i);
            Received[i].Header.Control = wildcard ? Control(i) : null;
        }
        Prepare(Batch);
    }

    public byte* Query(int index) => _queries + (index * (QueryBytes + CacheLine));
    public byte* Reply(int index) => _replies + (index * (ReplyBytes + CacheLine));
    public byte* Address(int index) => _addresses + (index * AddressBytes);
    public byte* Control(int index) => _controls + (index * ControlBytes);

    /// <summary>Makes the first <paramref name="count"/> headers, which the kernel has written its lengths into, ready again.</summary>
    public void Prepare(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Received[i].Header.NameLength = AddressBytes;
            Received[i].Header.ControlLength = _wildcard ? ControlBytes : 0u;
        }
    }

    /// <summary>sockaddr_in: family, port, address at 4; sockaddr_in6: family, port, flow, address at 8.</summary>
    public ClientAddress Source(int index)
    {
        var address = Address(index);
        return *(ushort*)address == LinuxSockets.IPv4Family
            ? ClientAddress.From(new ReadOnlySpan<byte>(address + 4, 4))
            : ClientAddress.From(new ReadOnlySpan<byte>(address + 8, 16));
    }

    public SocketPlace SourcePlace(int index) =>
        SocketPlace.OfSocketAddress(new ReadOnlySpan<byte>(Address(index), AddressBytes), ipv6: *(ushort*)Address(index) != LinuxSockets.IPv4Family);

    /// <summary>Which address a query was sent to. The packet information begins with a head of 16; in_pktinfo has the address at 8, in6_pktinfo at 0.</summary>
    public SocketPlace PlaceAsked(int index, in SocketPlace bound)
    {
        if (!_wildcard || Received[index].Header.ControlLength == 0) return bound;
        return bound.AddressLength == 4
            ? SocketPlace.Of(new ReadOnlySpan<byte>(Control(index) + 24, 4), bound.Port)
            : SocketPlace.Of(new ReadOnlySpan<byte>(Control(index) + 16, 16), bound.Port);
    }

    /// <summary>
    /// The packet information that came in says which address was asked; sent back, it says which one to answer from. The interface
    /// is left to routing (index 0), except for link-local addresses, which mean nothing without it.
    /// </summary>
    public void TurnPacketInformation(int index)
    {
        if (!_wildcard || Received[index].Header.ControlLength == 0) return;
        var control = Control(index);
        if (*(ushort*)Address(index) == LinuxSockets.IPv4Family) *(int*)(control + 16) = 0;
        else if (control[16] != 0xFE || (control[17] & 0xC0) != 0x80) *(int*)(control + 32) = 0;
    }
}
