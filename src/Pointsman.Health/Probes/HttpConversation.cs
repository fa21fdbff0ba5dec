using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Pointsman.Model;

namespace Pointsman.Health.Probes;

/// <summary>
/// GET of a path over HTTP/1.1; well when the status is expected and the text is in the body, if one is [P4.2]. Also times the body for
/// the throughput [P4.1]: from sending the request to the last byte, because of a small body nothing else can be timed: it arrives with the head.
/// </summary>
internal sealed class HttpConversation(TimeProvider time) : IConversation
{
    /// <summary>How far into a body the expected text is looked for.</summary>
    public const int KeptBodyBytes = 64 * 1024;

    private const int ReceiveBytes = 16 * 1024;

    // Kept of one header line: more than any length or coding needs.
    private const int LineBytes = 1024;
    private const int QuotedChars = 40;

    public string Awaits => "the reply";

    public async ValueTask<Spoken> SpeakAsync(Socket socket, ProbeTarget target, CancellationToken cancellation)
    {
        var probe = target.Settings.Http!;
        var pool = ArrayPool<byte>.Shared;
        var buffer = pool.Rent(ReceiveBytes);
        var line = pool.Rent(LineBytes);
        var keep = probe.ExpectBody is null ? null : pool.Rent(KeptBodyBytes);
        try
        {
            var started = time.GetTimestamp();
            var request = Request(probe, target);
            for (var sent = 0; sent < request.Length;)
            {
                sent += await socket.SendAsync(request.AsMemory(sent), SocketFlags.None, cancellation);
            }

            var reader = new HttpReplyReader(line, keep);
            var progress = ReplyProgress.More;
            while (progress == ReplyProgress.More)
            {
                // A server that always has bytes ready never lets the receive wait, and so never lets it see the deadline.
                cancellation.ThrowIfCancellationRequested();
                var received = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellation);
                progress = received == 0 ? reader.Ended() : reader.Feed(buffer.AsSpan(0, received));
            }

            var transferMicros = time.GetElapsedTime(started).Ticks / TimeSpan.TicksPerMicrosecond;
            return progress == ReplyProgress.Nonsense ? Spoken.Failed(reader.Failure) : Judge(probe, reader, progress, transferMicros);
        }
        finally
        {
            pool.Return(buffer);
            pool.Return(line);
            if (keep is not null) pool.Return(keep);
        }
    }

    internal static Spoken Judge(HttpProbe probe, HttpReplyReader reader, ReplyProgress progress, long transferMicros)
    {
        var reply = string.Create(CultureInfo.InvariantCulture, $"{reader.Status} {reader.ReasonPhrase}").TrimEnd();
        if (!IsExpected(probe, reader.Status) && reader.IsVipFull) return Spoken.Failed($"{reply}: the VIP is full") with { SaysNothing = true };
        if (!IsExpected(probe, reader.Status)) return Spoken.Failed($"status {reply}, expected {Expected(probe)}");
        if (probe.ExpectBody is { } text && reader.Kept.IndexOf(Encoding.UTF8.GetBytes(text)) < 0)
        {
            var quoted = text.Length <= QuotedChars ? text : text[..QuotedChars] + "…";
            var where = reader.BodyBytes > KeptBodyBytes ? $"in the first {KeptBodyBytes / 1024} KiB" : $"in {reader.BodyBytes} bytes";
            return Spoken.Failed($"{reply}, but '{quoted}' is not {where} of its body");
        }

        if (progress == ReplyProgress.Cut) reply += ", first 1 MiB";
        return new Spoken(null, reply, reader.BodyBytes, transferMicros);
    }

    internal static byte[] Request(HttpProbe probe, ProbeTarget target)
    {
        // RFC 9110 §7.2: Host carries the port of the target, if it is not the scheme's own.
        var port = target.Key.Address.Port;
        var host = probe.Host ?? (port == 80 ? target.HostName : string.Create(CultureInfo.InvariantCulture, $"{target.HostName}:{port}"));
        // RFC 9112 §9.6: close = one reply only; identity, so that the text can be found in the body as it comes.
        return Encoding.ASCII.GetBytes(
            $"GET {(probe.Path.StartsWith('/') ? "" : "/")}{Safe(probe.Path)} HTTP/1.1\r\nHost: {Safe(host)}\r\nUser-Agent: Pointsman-probe\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n");
    }

    /// <summary>What an operator wrote can not end the line or add another: anything but visible ASCII is percent-encoded.</summary>
    private static string Safe(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0) return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is >= (byte)'!' and <= (byte)'~') safe.Append((char)value);
            else safe.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return safe.ToString();
    }

    private static bool IsExpected(HttpProbe probe, int status)
    {
        foreach (var (first, last) in probe.ExpectStatus)
        {
            if (status >= first && status <= last) return true;
        }

        return false;
    }

    private static string Expected(HttpProbe probe) =>
        string.Join(", ", probe.ExpectStatus.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
}
