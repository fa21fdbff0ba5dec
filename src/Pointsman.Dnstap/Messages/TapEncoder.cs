using System.Buffers.Binary;
using Google.Protobuf;
using Pointsman.Dns.Recording;
using Pointsman.Dnstap.Schema;
using Payload = Pointsman.Dnstap.Schema.Dnstap;

namespace Pointsman.Dnstap.Messages;

/// <summary>
/// Recorded query → data frames, one for the query and one for the answer. One payload object serves for all; the message's octets go from
/// the worker's queue straight into the frame. What is left of allocation is a wrapper of 32 octets for each field of octets.
/// </summary>
internal sealed class TapEncoder
{
    /// <summary>Beside the message, the identity and the version: heads, addresses, ports and times take some 80 octets.</summary>
    private const int Around = 256;

    private readonly Payload _payload;
    private readonly Message _message = new();
    private readonly int _constant;

    /// <param name="identity">Empty = left out, as is <paramref name="version"/>.</param>
    public TapEncoder(ReadOnlySpan<byte> identity, ReadOnlySpan<byte> version)
    {
        _payload = new Payload { Type = Payload.Types.Type.Message, Message = _message };
        if (!identity.IsEmpty) _payload.Identity = ByteString.CopyFrom(identity);
        if (!version.IsEmpty) _payload.Version = ByteString.CopyFrom(version);
        _constant = identity.Length + version.Length + Around;
    }

    /// <summary>More than the frames of <paramref name="query"/> can take.</summary>
    public int MostBytes(in RecordedQuery query) => (2 * _constant) + query.Query.Length + query.Response.Length;

    /// <summary>Writes one or two frames, each with its length; gives their octets.</summary>
    public int Write(in RecordedQuery query, Span<byte> target)
    {
        _message.SocketFamily = query.IsIPv6 ? SocketFamily.Inet6 : SocketFamily.Inet;
        _message.SocketProtocol = query.IsTcp ? SocketProtocol.Tcp : SocketProtocol.Udp;
        _message.QueryAddress = UnsafeByteOperations.UnsafeWrap(query.ClientAddress);
        _message.ResponseAddress = UnsafeByteOperations.UnsafeWrap(query.ServerAddress);
        _message.QueryPort = (uint)query.ClientPort;
        _message.ResponsePort = (uint)query.ServerPort;
        var ticks = (query.Time - DateTimeOffset.UnixEpoch).Ticks;
        var (seconds, nanoseconds) = ((ulong)(ticks / TimeSpan.TicksPerSecond), (uint)(ticks % TimeSpan.TicksPerSecond * 100));
        _message.QueryTimeSec = seconds;
        _message.QueryTimeNsec = nanoseconds;
        var written = 0;
        if (query.HasQuery)
        {
            _message.Type = Message.Types.Type.AuthQuery;
            _message.QueryMessage = UnsafeByteOperations.UnsafeWrap(query.Query);
            written = WriteFrame(target);
            _message.ClearQueryMessage();
        }
        if (query.HasResponse)
        {
            _message.Type = Message.Types.Type.AuthResponse;
            _message.ResponseTimeSec = seconds;
            _message.ResponseTimeNsec = nanoseconds;
            _message.ResponseMessage = UnsafeByteOperations.UnsafeWrap(query.Response);
            written += WriteFrame(target[written..]);
            _message.ClearResponseMessage();
            _message.ClearResponseTimeSec();
            _message.ClearResponseTimeNsec();
        }
        return written;
    }

    private int WriteFrame(Span<byte> target)
    {
        var length = _payload.CalculateSize();
        BinaryPrimitives.WriteInt32BigEndian(target, length);
        _payload.WriteTo(target.Slice(4, length));
        return 4 + length;
    }
}
