using System.Buffers;

namespace Pointsman.Switching.Layer7;

/// <summary>
/// The two responses of a VIP that can take no more: a redirect to another site [S18], and 503 [S19]. Both forbid storing, since
/// tomorrow the site has room again, and both end the connection, since its place is needed. When the VIP is merely full, a field says so:
/// another site's probe must not take a full VIP for a dead one.
/// </summary>
internal static class RefusalResponse
{
    // Seconds; about what a probe round and a DSSP EVENT take, so that a client that obeys finds another state than before.
    private const string RetryAfterSeconds = "5";

    private static readonly SearchValues<char> AuthorityCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._:[]");

    /// <returns>The length written, or 0 when it does not fit or the authority is none.</returns>
    public static int Redirect(Span<byte> buffer, scoped in RequestHead head, string authority, string token, DateTimeOffset now, bool full = false)
    {
        if (!head.CanRedirect || authority.AsSpan().ContainsAnyExcept(AuthorityCharacters)) return 0;
        var writer = new ByteWriter(buffer);
        // RFC 9110 §15.4.8: 307 forbids the client to change the method; 302 lets old clients in for GET and HEAD.
        writer.Raw(head.IsGetOrHead ? "HTTP/1.1 302 Found\r\nLocation: http://"u8 : "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://"u8);
        writer.Ascii(authority);
        writer.Uri(head.Path);
        writer.Raw("?"u8);
        HopParameter.Write(ref writer, head.Query, token);
        writer.Raw("\r\n"u8);
        End(ref writer, now, full);
        return writer.Overflowed ? 0 : writer.Length;
    }

    /// <summary>RFC 9110 §15.6.4 and §10.2.3: 503, and when to come again.</summary>
    public static int Unavailable(Span<byte> buffer, DateTimeOffset now, bool full = false)
    {
        var writer = new ByteWriter(buffer);
        writer.Raw("HTTP/1.1 503 Service Unavailable\r\nRetry-After: "u8);
        writer.Ascii(RetryAfterSeconds);
        writer.Raw("\r\n"u8);
        End(ref writer, now, full);
        return writer.Overflowed ? 0 : writer.Length;
    }

    private static void End(ref ByteWriter writer, DateTimeOffset now, bool full)
    {
        if (full) writer.Raw("X-Pointsman: full\r\n"u8);
        writer.Raw("Date: "u8);
        writer.Date(now);
        writer.Raw("\r\nCache-Control: no-store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8);
    }
}
