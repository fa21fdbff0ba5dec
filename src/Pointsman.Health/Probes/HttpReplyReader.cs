using System.Buffers.Text;
using System.Text;

namespace Pointsman.Health.Probes;

/// <summary>Where a reply stands: <c>Cut</c> = a good reply, of whose body enough was read.</summary>
internal enum ReplyProgress { More, Complete, Cut, Nonsense }

/// <summary>
/// Reads one HTTP/1 reply as its bytes arrive, wherever they are split: interim replies, head, and the body by length, by chunks or to
/// the close (RFC 9112 §6.3). No sockets, so that a test can feed it anything. Everything is bounded: the head by
/// <see cref="MostHeadBytes"/>, the body by <see cref="MostBodyBytes"/>, memory by the two buffers it is given. A reply that breaks off
/// is nonsense: a server that closes early is not well.
/// </summary>
internal sealed class HttpReplyReader(byte[] lineBuffer, byte[]? keepBuffer, HttpHead head)
{
    /// <summary>All lines of all heads, of chunks and of trailers: a server that sends more is not talking to a probe.</summary>
    public const int MostHeadBytes = 64 * 1024;

    /// <summary>Enough to time a transfer by; a probe is not to cost a site more than that.</summary>
    public const int MostBodyBytes = 1024 * 1024;

    private const int MostInterimReplies = 8;
    private const int QuotedBytes = 40;

    private Phase phase;
    private int lineLength;
    private int lineBytes;
    private int interimReplies;
    private long left;
    private int kept;

    public HttpHead Head => head;
    public long BodyBytes { get; private set; }

    /// <summary>The beginning of the body, as much as the buffer given holds.</summary>
    public ReadOnlySpan<byte> Kept => keepBuffer.AsSpan(0, kept);

    /// <summary>What is wrong, once the progress is <see cref="ReplyProgress.Nonsense"/>.</summary>
    public string Failure { get; private set; } = "";

    public void Reset()
    {
        head.Reset();
        (phase, lineLength, lineBytes, interimReplies, left, kept, BodyBytes, Failure) = (Phase.StatusLine, 0, 0, 0, 0, 0, 0, "");
    }

    public ReplyProgress Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var progress = phase is Phase.BodyToLength or Phase.BodyToClose or Phase.Chunk ? TakeBody(ref bytes) : TakeLine(ref bytes);
            if (progress != ReplyProgress.More) return progress;
        }

        return phase == Phase.StatusLine && !HttpHead.CanBegin(Line) ? NotHttp() : ReplyProgress.More;
    }

    /// <summary>The server has closed its side.</summary>
    public ReplyProgress Ended() => phase switch
    {
        Phase.BodyToClose => ReplyProgress.Complete,
        Phase.StatusLine when lineLength == 0 && interimReplies == 0 => Nonsense("closed without a reply"),
        Phase.StatusLine or Phase.Fields => Nonsense("closed in the middle of the head"),
        _ => Nonsense($"closed after {BodyBytes} bytes of the body, before its end"),
    };

    private ReadOnlySpan<byte> Line => lineBuffer.AsSpan(0, lineLength);

    private ReplyProgress TakeBody(ref ReadOnlySpan<byte> bytes)
    {
        var wanted = phase == Phase.BodyToClose ? MostBodyBytes - BodyBytes : Math.Min(left, MostBodyBytes - BodyBytes);
        var part = bytes[..(int)Math.Min(bytes.Length, wanted)];
        bytes = bytes[part.Length..];
        BodyBytes += part.Length;
        left -= part.Length;
        if (keepBuffer is not null)
        {
            var keep = part[..Math.Min(part.Length, keepBuffer.Length - kept)];
            keep.CopyTo(keepBuffer.AsSpan(kept));
            kept += keep.Length;
        }

        if (phase == Phase.BodyToLength && left == 0) return ReplyProgress.Complete;
        if (BodyBytes >= MostBodyBytes) return ReplyProgress.Cut;
        if (phase == Phase.Chunk && left == 0) phase = Phase.ChunkEnd;
        return ReplyProgress.More;
    }

    private ReplyProgress TakeLine(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        var part = end < 0 ? bytes : bytes[..end];
        bytes = end < 0 ? default : bytes[(end + 1)..];
        lineBytes += part.Length + 1;
        if (lineBytes > MostHeadBytes) return Nonsense($"more than {MostHeadBytes / 1024} KiB of head");
        var keep = part[..Math.Min(part.Length, lineBuffer.Length - lineLength)];
        keep.CopyTo(lineBuffer.AsSpan(lineLength));
        lineLength += keep.Length;
        if (end < 0) return ReplyProgress.More;

        // RFC 9112 §2.2: a recipient may take a bare LF for a line's end.
        var isWhole = lineLength < lineBuffer.Length;
        var line = Line is [.. var text, (byte)'\r'] ? text : Line;
        var progress = phase switch
        {
            Phase.StatusLine => head.TryStatusLine(line) ? Next(Phase.Fields) : NotHttp(),
            Phase.Fields when line.IsEmpty => HeadEnded(),
            Phase.Fields => head.TryField(line, isWhole) ? ReplyProgress.More : Nonsense($"a bad header line: {Quote(line)}"),
            Phase.ChunkSize => TakeChunkSize(line),
            Phase.ChunkEnd => line.IsEmpty ? Next(Phase.ChunkSize) : Nonsense("a chunk longer than announced"),
            _ => line.IsEmpty ? ReplyProgress.Complete : ReplyProgress.More, // a trailer field, or the empty line after the last
        };
        lineLength = 0;
        return progress;
    }

    private ReplyProgress HeadEnded()
    {
        // RFC 9110 §15.2: any number of interim replies may come first; we bound it. We never asked to switch protocols.
        if (head.Status == 101) return Nonsense("101 although no other protocol was asked for");
        if (head.IsInterim)
        {
            if (++interimReplies > MostInterimReplies) return Nonsense($"more than {MostInterimReplies} interim replies");
            head.Reset();
            return Next(Phase.StatusLine);
        }

        if (head.HasNoBody) return ReplyProgress.Complete;
        // RFC 9112 §6.3: a transfer coding overrides a length.
        if (head.IsChunked) return Next(Phase.ChunkSize);
        if (head.HasTransferCoding || head.ContentLength is not { } length) return Next(Phase.BodyToClose);
        left = length;
        return length == 0 ? ReplyProgress.Complete : Next(Phase.BodyToLength);
    }

    // RFC 9112 §7.1: the size in hexadecimal, perhaps extensions after a semicolon, which mean nothing to us.
    private ReplyProgress TakeChunkSize(ReadOnlySpan<byte> line)
    {
        var semicolon = line.IndexOf((byte)';');
        var digits = (semicolon < 0 ? line : line[..semicolon]).TrimEnd(" \t"u8);
        if (digits.Length is 0 or > 15 || !Utf8Parser.TryParse(digits, out long size, out var used, 'x') || used != digits.Length || size < 0)
        {
            return Nonsense($"a bad chunk size: {Quote(line)}");
        }

        left = size;
        return Next(size == 0 ? Phase.Trailers : Phase.Chunk);
    }

    private ReplyProgress Next(Phase next)
    {
        phase = next;
        return ReplyProgress.More;
    }

    private ReplyProgress NotHttp() => Nonsense($"not an HTTP/1 reply: {Quote(Line)}");

    private ReplyProgress Nonsense(string why)
    {
        Failure = why;
        return ReplyProgress.Nonsense;
    }

    private static string Quote(ReadOnlySpan<byte> bytes) => $"'{Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, QuotedBytes)]).TrimEnd()}'";

    private enum Phase { StatusLine, Fields, BodyToLength, BodyToClose, ChunkSize, Chunk, ChunkEnd, Trailers }
}
