using System.Diagnostics.CodeAnalysis;
using System.Net;
using Google.Protobuf;
using Payload = Pointsman.Dnstap.Schema.Dnstap;

namespace Pointsman.Dnstap.Messages;

/// <summary>Octets of one frame → <see cref="TapMessage"/>. The library that reads protobuf throws; here that becomes a verdict.</summary>
internal static class TapDecoder
{
    private static readonly MessageParser<Payload> s_parser = Payload.Parser.WithDiscardUnknownFields(true);

    public static bool TryRead(ReadOnlySpan<byte> frame, [NotNullWhen(true)] out TapMessage? message, out string fault)
    {
        message = null;
        Payload payload;
        try
        {
            payload = s_parser.ParseFrom(frame);
        }
        catch (InvalidProtocolBufferException e)
        {
            fault = $"no protobuf: {e.Message}";
            return false;
        }
        fault = "no dnstap message in it";
        if (!payload.HasType || payload.Type != Payload.Types.Type.Message || payload.Message is not { HasType: true } read) return false;
        if (!Enum.IsDefined((TapMessageType)read.Type))
        {
            fault = $"a message of the unknown type {(int)read.Type}";
            return false;
        }
        message = new TapMessage
        {
            Type = (TapMessageType)read.Type,
            Protocol = read.HasSocketProtocol && Enum.IsDefined((TapProtocol)read.SocketProtocol) ? (TapProtocol)read.SocketProtocol : null,
            Client = EndPoint(read.QueryAddress, read.QueryPort),
            Server = EndPoint(read.ResponseAddress, read.ResponsePort),
            QueryTime = read.HasQueryTimeSec ? Time(read.QueryTimeSec, read.QueryTimeNsec) : null,
            ResponseTime = read.HasResponseTimeSec ? Time(read.ResponseTimeSec, read.ResponseTimeNsec) : null,
            Query = read.QueryMessage.Memory,
            Response = read.ResponseMessage.Memory,
            Zone = read.QueryZone.Memory,
            Identity = payload.Identity.Memory,
            Version = payload.Version.Memory,
            Extra = payload.Extra.Memory,
        };
        return true;
    }

    // The length says the family; what a SocketFamily beside it says cannot be more right.
    private static IPEndPoint? EndPoint(ByteString address, uint port) =>
        address.Length is 4 or 16 && port <= ushort.MaxValue ? new IPEndPoint(new IPAddress(address.Span), (int)port) : null;

    private static DateTimeOffset? Time(ulong seconds, uint nanoseconds) =>
        seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() && nanoseconds < 1_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds).AddTicks(nanoseconds / 100)
            : null;
}
