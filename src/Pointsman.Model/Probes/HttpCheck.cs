namespace Pointsman.Model.Probes;

/// <summary>
/// One HTTP request; up when the status is expected and all else that is expected is in the reply [P4.2]. With <see cref="Tls"/> it is HTTPS.
/// </summary>
public sealed record HttpCheck : ProbeCheck
{
    public string Path { get; init; } = "/";

    /// <summary>Upper case.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The Host header; null = the service's name.</summary>
    public string? Host { get; init; }

    /// <summary>Sent beside those that every request has; one of the same name takes the other's place.</summary>
    public Sequence<HttpField> Headers { get; init; }

    /// <summary>Sent with the request, as UTF-8; null = none.</summary>
    public string? Body { get; init; }

    /// <summary>Accepted status codes, inclusive ranges. Default 200.</summary>
    public Sequence<(int First, int Last)> ExpectStatus { get; init; } = [(200, 200)];

    /// <summary>Text that the body must contain.</summary>
    public string? ExpectBody { get; init; }

    /// <summary>A regular expression, without backtracking, that the beginning of the body must match somewhere.</summary>
    public string? ExpectBodyMatches { get; init; }

    /// <summary>Fields that the reply must have, each with a value that contains the text given.</summary>
    public Sequence<HttpField> ExpectHeaders { get; init; }

    /// <summary>Status codes by which the server says that it can take no more users now; 503 with Retry-After says so by itself.</summary>
    public Sequence<(int First, int Last)> OverloadedStatus { get; init; }

    /// <summary>How many redirects within the same host are followed, 0 to 5.</summary>
    public int FollowRedirects { get; init; }

    public HttpDialect Dialect { get; init; }

    public TlsSettings? Tls { get; init; }

    public override string Protocol => Tls is null ? "http" : "https";

    public override TlsSettings? ImplicitTls => Tls;

    public override int RoundTrips => Tls is null ? 2 : 3;

    public bool IsExpected(int status) => IsIn(status, ExpectStatus.AsSpan());

    public bool IsOverloaded(int status) => IsIn(status, OverloadedStatus.AsSpan());

    private static bool IsIn(int status, ReadOnlySpan<(int First, int Last)> ranges)
    {
        foreach (var (first, last) in ranges)
        {
            if (status >= first && status <= last) return true;
        }

        return false;
    }
}

/// <summary>Without TLS, HTTP/2 is spoken by prior knowledge.</summary>
public enum HttpDialect { Http1, Http2 }

/// <summary>One header field.</summary>
public readonly record struct HttpField(string Name, string Value);
