using System.Buffers;
using System.Globalization;
using System.Text;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// GET of a path over HTTP/1.1; well when the status is expected and the text is in the body, if one is [P4.2]. Also times the body for
/// the throughput [P4.1]: from sending the request to the last byte, because of a small body nothing else can be timed: it arrives with the head.
/// </summary>
internal sealed class HttpConversation : IConversation<HttpCheck>
{
    /// <summary>How far into a body the expected text is looked for.</summary>
    public const int KeptBodyBytes = 64 * 1024;

    // Kept of one header line: more than any length or coding needs.
    private const int LineBytes = 1024;
    private const int QuotedChars = 40;

    public async ValueTask<Spoken> SpeakAsync(HttpCheck check, ProbeConnection connection, ProbeTarget target)
    {
        var pool = ArrayPool<byte>.Shared;
        var line = pool.Rent(LineBytes);
        var keep = check.ExpectBody is null ? null : pool.Rent(KeptBodyBytes);
        try
        {
            var started = connection.Clock.Timestamp;
            await connection.SendAsync(Request(check, target));
            var reader = new HttpReplyReader(line, keep);
            var progress = ReplyProgress.More;
            while (progress == ReplyProgress.More)
            {
                var some = await connection.ReadSomeAsync();
                progress = some.IsEmpty ? reader.Ended() : reader.Feed(some.Span);
            }

            return progress == ReplyProgress.Nonsense ? Spoken.Failed(reader.Failure) : Judge(check, reader, progress, connection.Clock.MicrosSince(started));
        }
        finally
        {
            pool.Return(line);
            if (keep is not null) pool.Return(keep);
        }
    }

    internal static Spoken Judge(HttpCheck check, HttpReplyReader reader, ReplyProgress progress, long transferMicros)
    {
        var reply = string.Create(CultureInfo.InvariantCulture, $"{reader.Status} {reader.ReasonPhrase}").TrimEnd();
        if (!IsExpected(check, reader.Status) && reader.IsVipFull) return Spoken.Failed($"{reply}: the VIP is full") with { SaysNothing = true };
        if (!IsExpected(check, reader.Status)) return Spoken.Failed($"status {reply}, expected {Expected(check)}");
        if (check.ExpectBody is { } text && reader.Kept.IndexOf(Encoding.UTF8.GetBytes(text)) < 0)
        {
            var quoted = text.Length <= QuotedChars ? text : text[..QuotedChars] + "…";
            var where = reader.BodyBytes > KeptBodyBytes ? $"in the first {KeptBodyBytes / 1024} KiB" : $"in {reader.BodyBytes} bytes";
            return Spoken.Failed($"{reply}, but '{quoted}' is not {where} of its body");
        }

        if (progress == ReplyProgress.Cut) reply += ", first 1 MiB";
        return new Spoken(null, reply, reader.BodyBytes, transferMicros);
    }

    internal static byte[] Request(HttpCheck check, ProbeTarget target)
    {
        // RFC 9110 §7.2: Host carries the port of the target, if it is not the scheme's own.
        var port = target.Key.Address.Port;
        var host = check.Host ?? (port == 80 ? target.HostName : string.Create(CultureInfo.InvariantCulture, $"{target.HostName}:{port}"));
        // RFC 9112 §9.6: close = one reply only; identity, so that the text can be found in the body as it comes.
        return Encoding.ASCII.GetBytes(
            $"GET {(check.Path.StartsWith('/') ? "" : "/")}{Safe(check.Path)} HTTP/1.1\r\nHost: {Safe(host)}\r\nUser-Agent: Pointsman-probe\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n");
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

    private static bool IsExpected(HttpCheck check, int status)
    {
        foreach (var (first, last) in check.ExpectStatus)
        {
            if (status >= first && status <= last) return true;
        }

        return false;
    }

    private static string Expected(HttpCheck check) =>
        string.Join(", ", check.ExpectStatus.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
}
