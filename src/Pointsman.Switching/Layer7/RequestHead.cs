using System.Buffers;

namespace Pointsman.Switching.Layer7;

internal enum HeadVerdict
{
    /// <summary>So far it is the beginning of an HTTP/1 request.</summary>
    More,

    /// <summary>No continuation can make it one.</summary>
    NotHttp,

    /// <summary>A whole head, or its first 8 KiB with a whole request line.</summary>
    Whole,
}

/// <summary>
/// Reads as much of an HTTP/1 request as a redirect needs: method, path and query. Strict, because what it lets through is written
/// into a response: a method is a token, a target has no control, blank or '#', the version is HTTP/1.DIGIT. Header fields are only
/// searched for their end. A TLS hello, a binary protocol or HTTP/2 is known by its first bytes and costs no waiting.
/// </summary>
internal readonly ref struct RequestHead
{
    /// <summary>Most bytes of a refused connection that are looked at [S20].</summary>
    public const int MostBytes = 8192;

    // Longer than any registered method (UPDATEREDIRECTREF has 17), so that garbage without a blank is not waited for.
    private const int MostMethodBytes = 32;

    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private RequestHead(ReadOnlySpan<byte> method, ReadOnlySpan<byte> path, ReadOnlySpan<byte> query, bool hasQuery)
    {
        Method = method;
        Path = path;
        Query = query;
        HasQuery = hasQuery;
    }

    public ReadOnlySpan<byte> Method { get; }

    /// <summary>Begins with '/'; empty for a target that names no resource (<c>*</c>, or an authority).</summary>
    public ReadOnlySpan<byte> Path { get; }

    /// <summary>Without its '?'.</summary>
    public ReadOnlySpan<byte> Query { get; }

    /// <summary>Tells <c>/a?</c> from <c>/a</c>.</summary>
    public bool HasQuery { get; }

    public bool CanRedirect => !Path.IsEmpty;

    // RFC 9110 §15.4.3: after a 302 a client may go on by GET, whatever it came by; that is right for these two alone.
    public bool IsGetOrHead => Method.SequenceEqual("GET"u8) || Method.SequenceEqual("HEAD"u8);

    /// <param name="bytes">All that was received so far, at most <see cref="MostBytes"/>.</param>
    /// <param name="ended">No more will come (the client ended, or the buffer is full).</param>
    public static HeadVerdict Read(ReadOnlySpan<byte> bytes, bool ended, out RequestHead head)
    {
        head = default;
        var more = ended ? HeadVerdict.NotHttp : HeadVerdict.More;

        // RFC 9112 §2.2: an empty line before the request line is ignored.
        if (bytes.StartsWith("\r\n"u8)) bytes = bytes[2..];
        else if (bytes is [(byte)'\r']) return more;

        var blank = bytes.IndexOfAnyExcept(TokenBytes);
        if (blank < 0) return bytes.Length > MostMethodBytes ? HeadVerdict.NotHttp : more;
        if (blank is 0 or > MostMethodBytes || bytes[blank] != ' ') return HeadVerdict.NotHttp;
        var method = bytes[..blank];

        var rest = bytes[(blank + 1)..];
        var end = IndexOfNotTarget(rest);
        if (end < 0) return more;
        if (end == 0 || rest[end] != ' ') return HeadVerdict.NotHttp;
        var target = rest[..end];

        rest = rest[(end + 1)..];
        ReadOnlySpan<byte> shape = "HTTP/1.0\r\n"u8;
        for (var i = 0; i < shape.Length; i++)
        {
            if (i == rest.Length) return more;
            if (i == 7 ? rest[i] is < (byte)'0' or > (byte)'9' : rest[i] != shape[i]) return HeadVerdict.NotHttp;
        }

        // A head cut off by the 8 KiB limit is enough: only the request line is needed.
        if (!ended && rest[(shape.Length - 2)..].IndexOf("\r\n\r\n"u8) < 0) return HeadVerdict.More;
        head = Split(method, target);
        return HeadVerdict.Whole;
    }

    // A byte above 0x7e is let through, to be percent-encoded: it is wrong, but some clients send it, and it can do no harm.
    private static int IndexOfNotTarget(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
            if (bytes[i] is <= 0x20 or 0x7f or (byte)'#') return i;
        return -1;
    }

    private static RequestHead Split(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target)
    {
        // RFC 9112 §3.2.2: the authority of an absolute-form target takes the place of Host; ours is replaced anyway.
        var path = target;
        if (target[0] != '/')
        {
            var scheme = StartsWithIgnoreCase(target, "http://"u8) ? 7 : StartsWithIgnoreCase(target, "https://"u8) ? 8 : 0;
            if (scheme == 0) return new RequestHead(method, default, default, false);
            path = target[scheme..];
            var slash = path.IndexOfAny((byte)'/', (byte)'?');
            path = slash < 0 ? default : path[slash..];
        }

        var mark = path.IndexOf((byte)'?');
        var query = mark < 0 ? default : path[(mark + 1)..];
        if (mark >= 0) path = path[..mark];
        return new RequestHead(method, path.IsEmpty ? "/"u8 : path, query, mark >= 0);
    }

    private static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) =>
        text.Length >= lower.Length && System.Text.Ascii.EqualsIgnoreCase(text[..lower.Length], lower);
}
