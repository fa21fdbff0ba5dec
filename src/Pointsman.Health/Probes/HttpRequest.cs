using System.Globalization;
using System.Text;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>What is asked for in one exchange: the check's own request, or what a redirect makes of it. Immutable.</summary>
internal sealed record HttpRequest(string Method, string Path, string Host, string? Body)
{
    /// <summary>RFC 9110 §7.2: Host carries the port of the target, if it is not the scheme's own.</summary>
    public static HttpRequest Of(HttpCheck check, ProbeTarget target)
    {
        var port = target.Key.Address.Port;
        var host = check.Host ?? (port == (check.Tls is null ? 80 : 443) ? target.HostName : string.Create(CultureInfo.InvariantCulture, $"{target.HostName}:{port}"));
        return new HttpRequest(check.Method, check.Path.StartsWith('/') ? check.Path : $"/{check.Path}", host, check.Body);
    }

    /// <summary>The same host asked for what a redirect leads to; null with the reason when it leads anywhere else.</summary>
    public HttpRequest? Follow(HttpCheck check, in HttpReply reply, int vipPort, out string why)
    {
        why = "";
        var scheme = check.Tls is null ? "http" : "https";
        if (!Uri.TryCreate($"{scheme}://{Host}{Path}", UriKind.Absolute, out var here) || !Uri.TryCreate(here, reply.Location, out var there))
        {
            why = $"{reply.Words} leads nowhere";
            return null;
        }

        var isSame = there.Scheme == here.Scheme && there.Host.Equals(here.Host, StringComparison.OrdinalIgnoreCase) && (there.Port == here.Port || there.Port == vipPort);
        if (!isSame || there.PathAndQuery.Length > MostPathChars)
        {
            why = $"{reply.Words} leads to another place: {there}";
            return null;
        }

        // RFC 9110 §15.4: 303 asks for a GET; 301 and 302 turn a POST into one, as everybody does; 307 and 308 keep all.
        var asGet = reply.Status == 303 ? Method != "HEAD" : reply.Status is 301 or 302 && Method == "POST";
        return this with { Path = there.PathAndQuery, Method = asGet ? "GET" : Method, Body = asGet ? null : Body };
    }

    // As long as what an operator may write.
    private const int MostPathChars = 2048;

    /// <summary>On the wire of HTTP/1.1.</summary>
    public byte[] ToBytes(HttpCheck check)
    {
        var body = Body is null ? [] : Encoding.UTF8.GetBytes(Body);
        var head = new StringBuilder(512);
        head.Append(CultureInfo.InvariantCulture, $"{Method} {Safe(Path)} HTTP/1.1\r\nHost: {Safe(Host)}\r\n");
        foreach (var field in Fields(check)) head.Append(CultureInfo.InvariantCulture, $"{field.Name}: {field.Value}\r\n");
        // RFC 9110 §8.6: a request with a body says how long it is, and so does a method that expects one.
        if (Body is not null || Method is "POST" or "PUT") head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        // RFC 9112 §9.6: close = one reply only.
        head.Append("Connection: close\r\n\r\n");
        return [.. Encoding.UTF8.GetBytes(head.ToString()), .. body];
    }

    /// <summary>The operator's fields, and those that every request has where the operator wrote none of that name. Identity, so that text can be found in the body as it comes.</summary>
    public static IEnumerable<HttpField> Fields(HttpCheck check)
    {
        foreach (var field in standard)
        {
            if (!check.Headers.Any(own => own.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase))) yield return field;
        }

        foreach (var field in check.Headers) yield return field with { Value = OneLine(field.Value) };
    }

    private static readonly HttpField[] standard = [new("User-Agent", "Pointsman-probe"), new("Accept", "*/*"), new("Accept-Encoding", "identity")];

    private static string OneLine(string value) => value.Replace('\r', ' ').Replace('\n', ' ');

    /// <summary>What an operator wrote can not end the line or add another: anything but visible ASCII is percent-encoded.</summary>
    public static string Safe(string text)
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
}
