using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// <c>grpc.health.v1.Health/Check</c>: one unary call, written out: a frame of five bytes and a message of one field each way. A client library
/// would bring channels, retries and a schema for these twenty bytes.
/// </summary>
internal sealed class GrpcConversation : IConversation<GrpcCheck>
{
    private const string Path = "/grpc.health.v1.Health/Check";
    private const int FrameBytes = 5;
    private const int MostMessageBytes = 1024;
    private static readonly MediaTypeHeaderValue grpc = new("application/grpc");

    private static readonly string[] statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

    private static readonly string[] codes =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    public async ValueTask<Spoken> SpeakAsync(GrpcCheck check, ProbeConnection connection, ProbeTarget target)
    {
        var started = connection.Clock.Timestamp;
        using var exchange = new Http2Exchange(connection, check.Tls is null ? "http" : "https");
        using var message = exchange.Message(HttpMethod.Post, check.Tls?.ServerName ?? target.HostName, Path);
        message.Headers.TryAddWithoutValidation("TE", "trailers");
        message.Headers.TryAddWithoutValidation("User-Agent", "Pointsman-probe");
        message.Content = new ByteArrayContent(Frame(check.Service)) { Headers = { ContentType = grpc } };

        var (head, failure) = await exchange.AskAsync(message);
        if (head is null) return Spoken.Failed(failure!);
        using (head)
        {
            if ((int)head.StatusCode != 200) return Spoken.Failed(string.Create(CultureInfo.InvariantCulture, $"no gRPC: HTTP status {(int)head.StatusCode}"));
            var kept = new byte[FrameBytes + MostMessageBytes];
            var (bytes, broken) = await exchange.ReadAsync(head, kept, kept.Length);
            if (broken is not null) return Spoken.Failed(broken);
            // Its end, and with it the status, was not waited for.
            if (bytes == kept.Length) return Spoken.Failed("not a good gRPC reply");
            var status = Trailer(head, "grpc-status");
            if (status != "0") return Spoken.Failed(Refused(check, status, Trailer(head, "grpc-message")));
            return Judge(check, kept.AsSpan(0, (int)bytes)) is { } why ? Spoken.Failed(why) : new Spoken(null, "SERVING", bytes, connection.Clock.MicrosSince(started));
        }
    }

    /// <summary>The request: not compressed, its length, and field 1 = the service's name where one is given.</summary>
    internal static byte[] Frame(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        // A configured name is at most 127 bytes long, so that its length takes one.
        var message = name.Length == 0 ? [] : (byte[])[0x0a, (byte)name.Length, .. name];
        var frame = new byte[FrameBytes + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, FrameBytes);
        return frame;
    }

    /// <summary>Null = SERVING.</summary>
    internal static string? Judge(GrpcCheck check, ReadOnlySpan<byte> body)
    {
        if (body.Length < FrameBytes || body[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(body[1..]) != body.Length - FrameBytes) return "not a good gRPC reply";
        if (!TryStatus(body[FrameBytes..], out var status)) return "not a good reply of a health service";
        if (status == 1) return null;
        var word = status < (ulong)statuses.Length ? statuses[status] : status.ToString(CultureInfo.InvariantCulture);
        return $"{(check.Service.Length == 0 ? "the server" : $"'{check.Service}'")} says {word}, expected SERVING";
    }

    // Field 1, a varint; absent = 0. Other fields of some later schema are passed over. Each step takes a byte at least, so that it ends.
    private static bool TryStatus(ReadOnlySpan<byte> message, out ulong status)
    {
        status = 0;
        while (!message.IsEmpty)
        {
            if (!TryVarint(ref message, out var tag)) return false;
            switch (tag & 7)
            {
                case 0:
                    if (!TryVarint(ref message, out var value)) return false;
                    if (tag >> 3 == 1) status = value;
                    break;
                case 2:
                    if (!TryVarint(ref message, out var length) || length > (ulong)message.Length) return false;
                    message = message[(int)length..];
                    break;
                case 1 when message.Length >= 8:
                    message = message[8..];
                    break;
                case 5 when message.Length >= 4:
                    message = message[4..];
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        // Ten bytes hold 64 bits.
        for (var index = 0; index < Math.Min(bytes.Length, 10); index++)
        {
            value |= (ulong)(bytes[index] & 0x7f) << (7 * index);
            if ((bytes[index] & 0x80) != 0) continue;
            bytes = bytes[(index + 1)..];
            return true;
        }

        return false;
    }

    // A call that failed at once has its status in the head, any other after the body.
    private static string? Trailer(HttpResponseMessage head, string name) =>
        head.TrailingHeaders.TryGetValues(name, out var values) || head.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;

    private static string Refused(GrpcCheck check, string? status, string? message)
    {
        if (status is null) return "closed without a gRPC status";
        if (status == "5") return $"the server knows no service '{check.Service}'";
        if (status == "12") return "the server has no health service (UNIMPLEMENTED)";
        var word = int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code < codes.Length ? codes[code] : status;
        return $"gRPC status {word}{(string.IsNullOrEmpty(message) ? "" : $": {Uri.UnescapeDataString(message)}")}";
    }
}
