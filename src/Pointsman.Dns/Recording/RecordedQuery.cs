using System.Net;
using System.Runtime.InteropServices;

namespace Pointsman.Dns.Recording;

/// <summary>What stands before the octets of a record. The places are fixed, so that a reader can lend out the addresses without a copy.</summary>
[StructLayout(LayoutKind.Explicit, Size = Length)]
internal struct RecordHead
{
    public const int Length = 72, ClientAt = 8, ServerAt = 32;

    [FieldOffset(0)] public long UnixTicks;
    [FieldOffset(ClientAt)] public SocketPlace Client;
    [FieldOffset(ServerAt)] public SocketPlace Server;

    /// <summary>-1 = this message is not part of the record, which is not the same as one of no octets.</summary>
    [FieldOffset(56)] public int QueryLength;
    [FieldOffset(60)] public int ResponseLength;
    [FieldOffset(64)] public bool IsTcp;
}

/// <summary>A query and what became of it, as the worker saw them. Its octets lie in the worker's queue: good until the record is released.</summary>
public readonly struct RecordedQuery
{
    private readonly RecordHead _head;
    private readonly ReadOnlyMemory<byte> _record;

    internal RecordedQuery(ReadOnlyMemory<byte> record)
    {
        _record = record;
        _head = MemoryMarshal.Read<RecordHead>(record.Span);
    }

    /// <summary>When the worker took the query in hand; the answer left within the same batch.</summary>
    public DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddTicks(_head.UnixTicks);

    /// <summary>Who asked. The resolver, mostly: the user's prefix is an option of the query.</summary>
    public IPEndPoint Client => _head.Client.ToEndPoint();

    /// <summary>Which address was asked.</summary>
    public IPEndPoint Server => _head.Server.ToEndPoint();

    public bool IsTcp => _head.IsTcp;
    public bool IsIPv6 => _head.Client.AddressLength == 16;
    public int ClientPort => _head.Client.Port;
    public int ServerPort => _head.Server.Port;

    /// <summary>4 or 16 octets, in network order.</summary>
    public ReadOnlyMemory<byte> ClientAddress => _record.Slice(RecordHead.ClientAt, _head.Client.AddressLength);
    public ReadOnlyMemory<byte> ServerAddress => _record.Slice(RecordHead.ServerAt, _head.Server.AddressLength);

    /// <summary>False when queries are not recorded.</summary>
    public bool HasQuery => _head.QueryLength >= 0;

    /// <summary>False when answers are not recorded, or this query got none.</summary>
    public bool HasResponse => _head.ResponseLength >= 0;

    /// <summary>The message as it came, whatever it was.</summary>
    public ReadOnlyMemory<byte> Query => _record.Slice(RecordHead.Length, Math.Max(0, _head.QueryLength));

    /// <summary>The answer as it was handed to the socket.</summary>
    public ReadOnlyMemory<byte> Response => _record.Slice(RecordHead.Length + Math.Max(0, _head.QueryLength), Math.Max(0, _head.ResponseLength));
}
