using System.Buffers.Binary;
using System.Net;

namespace Pointsman.Switching.HuntGroups;

/// <summary>A client's address without its port, as one number: IPv4 as mapped IPv6. A value, so that accepting a connection allocates nothing.</summary>
internal readonly record struct ClientKey(UInt128 Value)
{
    private static readonly UInt128 MappedPrefix = (UInt128)0xffff << 32;

    public static ClientKey FromV4(uint address) => new(MappedPrefix | address);

    public static ClientKey From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new ClientKey(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return Value >> 32 == 0xffff ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    /// <summary>Spread over 64 bits; <paramref name="seed"/> keeps a client from choosing whom it collides with.</summary>
    public ulong Hash(ulong seed)
    {
        var hash = ((ulong)(Value >> 64) ^ seed) * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 32) ^ (ulong)Value) * 0xD6E8FEB86659FD93;
        return (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15;
    }
}
