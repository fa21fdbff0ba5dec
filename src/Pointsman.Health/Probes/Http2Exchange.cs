using System.Net;
using System.Text;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// One request over HTTP/2 on a connection that stands already. Frames, header compression and flow control are the framework's
/// (docs/decisions/0135-http2-by-the-framework.md); the connection, its TLS and its deadline are the probe's own, and a meter under it bounds what a
/// flood of pings, settings or continuations can make it hold.
/// </summary>
internal sealed class Http2Exchange : IDisposable
{
    /// <summary>A whole body's worth, head and frames, and what flow control lets a server have on its way.</summary>
    public const long MostBytes = 4 * 1024 * 1024;

    private const int MostHeadKibibytes = HttpReplyReader.MostHeadBytes / 1024;

    private readonly ProbeConnection connection;
    private readonly string scheme;
    private readonly MeteredStream meter;
    private readonly HttpMessageInvoker invoker;

    public Http2Exchange(ProbeConnection connection, string scheme)
    {
        this.connection = connection;
        this.scheme = scheme;
        var stream = connection.TakeStream(MostBytes, out meter);
        invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            // A stream that is TLS already is taken as it is.
            ConnectCallback = (_, _) => ValueTask.FromResult(stream),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = MostHeadKibibytes,
            ActivityHeadersPropagator = null,
        });
    }

    public HttpRequestMessage Message(HttpRequest request, HttpCheck check)
    {
        var message = Message(new HttpMethod(request.Method), request.Host, request.Path);
        if (request.Body is not null) message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body));
        foreach (var field in HttpRequest.Fields(check))
        {
            if (!message.Headers.TryAddWithoutValidation(field.Name, field.Value)) message.Content?.Headers.TryAddWithoutValidation(field.Name, field.Value);
        }

        return message;
    }

    public HttpRequestMessage Message(HttpMethod method, string host, string path) =>
        new(method, new Uri($"{scheme}://{HttpRequest.Safe(host)}{HttpRequest.Safe(path)}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

    /// <summary>The reply as far as a probe reads one; or why there is none. Broken sockets and the deadline are thrown as everywhere.</summary>
    public async ValueTask<(HttpReply Reply, string? Failure)> SendAsync(HttpRequestMessage message, HttpCheck check, byte[]? keep)
    {
        var (head, failure) = await AskAsync(message);
        if (head is null) return (default, failure);
        using (head)
        {
            var (bodyBytes, broken) = await ReadAsync(head, keep, HttpReplyReader.MostBodyBytes);
            if (broken is not null) return (default, broken);
            var status = (int)head.StatusCode;
            // RFC 9113 §8.3.2: there is no reason phrase in this version; people still read the usual one.
            var phrase = head.ReasonPhrase ?? "";
            return (new HttpReply(status, phrase, Field(head, "X-Pointsman") == "full", Missing(head, check), Field(head, "Location"), bodyBytes, bodyBytes >= HttpReplyReader.MostBodyBytes) { HasRetryAfter = Field(head, "Retry-After") is not null }, null);
        }
    }

    /// <summary>The head of the reply; the first byte has come with it.</summary>
    public async ValueTask<(HttpResponseMessage? Head, string? Failure)> AskAsync(HttpRequestMessage message)
    {
        try
        {
            var head = await invoker.SendAsync(message, connection.Clock.Deadline);
            connection.Clock.Heard();
            return (head, null);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return (null, InWords(broken));
        }
    }

    /// <summary>Reads the body up to a bound, and keeps its beginning.</summary>
    public async ValueTask<(long Bytes, string? Failure)> ReadAsync(HttpResponseMessage head, byte[]? keep, int mostBytes)
    {
        var block = new byte[16 * 1024];
        long bytes = 0;
        try
        {
            await using var body = await head.Content.ReadAsStreamAsync(connection.Clock.Deadline);
            while (bytes < mostBytes)
            {
                connection.Clock.Deadline.ThrowIfCancellationRequested();
                var received = await body.ReadAsync(block.AsMemory(0, (int)Math.Min(block.Length, mostBytes - bytes)), connection.Clock.Deadline);
                if (received == 0) break;
                if (keep is not null && bytes < keep.Length) block.AsSpan(0, (int)Math.Min(received, keep.Length - bytes)).CopyTo(keep.AsSpan((int)bytes));
                bytes += received;
            }

            return (bytes, null);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return (bytes, InWords(broken));
        }
    }

    public static string? Field(HttpResponseMessage head, string name) =>
        head.Headers.TryGetValues(name, out var values) || head.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    public void Dispose() => invoker.Dispose();

    private static HttpField? Missing(HttpResponseMessage head, HttpCheck check)
    {
        foreach (var field in check.ExpectHeaders)
        {
            if (Field(head, field.Name)?.Contains(field.Value, StringComparison.Ordinal) != true) return field;
        }

        return null;
    }

    private string InWords(Exception broken)
    {
        if (meter.IsExceeded) return $"more than {MostBytes / 1024 / 1024} MiB came before the end of the reply";
        if (SocketFailure.Behind(broken) is { } socket) throw socket;
        if (connection.Clock.Deadline.IsCancellationRequested) throw new OperationCanceledException(broken.Message, broken, connection.Clock.Deadline);
        return (broken as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.ResponseEnded => "closed in the middle of the HTTP/2 reply",
            HttpRequestError.ConfigurationLimitExceeded => $"more than {MostHeadKibibytes} KiB of head",
            _ => $"not a good HTTP/2 reply: {Innermost(broken).Message}",
        };
    }

    private static Exception Innermost(Exception broken)
    {
        while (broken.InnerException is { } inner) broken = inner;
        return broken;
    }
}
