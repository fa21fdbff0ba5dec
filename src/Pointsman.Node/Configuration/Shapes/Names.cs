using System.Net;
using System.Net.Sockets;
using System.Globalization;
using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>The forms of names and addresses, each written once.</summary>
internal static class Names
{
    private const int MaxLabel = 63;
    private const int MaxName = 253;

    /// <summary>
    /// A site's or node's name: one DNS label, because <c>SITE.SERVICE</c> is a name that every node answers and the certificate carries it.
    /// </summary>
    public static readonly Form<string> Label = new(
        "a name of 1–63 letters, digits and hyphens",
        text => (IsLabel(text, underscore: false), text),
        "^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$");

    /// <summary>A service's name: lower case, no final dot.</summary>
    public static readonly Form<string> Service = new(
        "a domain name such as www.example.com",
        text => ReadName(text, underscore: true, slash: false),
        hint: NameHint);

    /// <summary>A zone's origin: as a service's name, or <c>.</c> (read as empty), or a classless reverse zone with a slash (RFC 2317 §4).</summary>
    public static readonly Form<string> Zone = new(
        "a domain name such as example.com",
        text => text == "." ? (true, "") : ReadName(text, underscore: true, slash: true),
        hint: NameHint);

    /// <summary>SHA-256 of a certificate, as <c>pki show</c> prints it; colons between the octets, as other tools have them, are left out.</summary>
    public static readonly Form<string> Fingerprint = new(
        "a SHA-256 of 64 hexadecimal digits",
        text => text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant() is var hex && hex.Length == 64 && hex.All(char.IsAsciiHexDigit) ? (true, hex) : (false, text));

    /// <summary>The value of a Host header: a name or an address, with or without a port.</summary>
    public static readonly Form<string> Host = new(
        "a host name, with or without a port",
        text => (text.Length is > 0 and <= MaxName + 6 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':' or '[' or ']'), text));

    public static readonly Form<string> HttpPath = new(
        "a path that begins with '/', without blanks",
        text => (text.StartsWith('/') && text.Length <= 2048 && text.All(c => c is > ' ' and < '\x7f'), text),
        "^/[!-~]*$");

    public static readonly Form<string> FilePath = new(
        "the path of a file",
        text => (text.Length is > 0 and <= 4096 && !text.Contains('\0', StringComparison.Ordinal), text));

    public static readonly Form<string> Country = new(
        "a country's two letters (ISO 3166)",
        text => (text.Length == 2 && Places.IsCountry(text.ToUpperInvariant()), text.ToUpperInvariant()),
        "^[A-Za-z]{2}$",
        hint: text => text.Equals("UK", StringComparison.OrdinalIgnoreCase) ? "the United Kingdom's are GB" : null);

    /// <summary>Text of 1 to 1,024 bytes in UTF-8.</summary>
    public static readonly Form<string> ShortText = new(
        "text of 1–1024 bytes",
        text => (text.Length > 0 && System.Text.Encoding.UTF8.GetByteCount(text) <= 1024, text));

    /// <summary>An ALPN identifier as the registry has them; what the text form of an HTTPS record would have to escape is none.</summary>
    public static readonly Form<string> Protocol = new(
        "a protocol such as h2, h3 or http/1.1",
        text => (text.Length is > 0 and <= 32 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/'), text),
        "^[A-Za-z0-9._/-]{1,32}$");

    public static readonly Form<IPAddress> Address = new(
        "an IP address",
        text => IsAddress(text, out var address) ? (true, address) : (false, IPAddress.None),
        hint: text => text.Any(char.IsAsciiLetter) && !text.Contains(':', StringComparison.Ordinal) ? "names are not looked up" : null);

    /// <summary>ADDRESS:PORT with a port from 1 on: port 0, "any", can be neither probed nor told to a peer.</summary>
    public static readonly Form<Endpoint> Endpoint = new(
        "ADDRESS:PORT such as 192.0.2.1:80 or [2001:db8::1]:80, the port 1–65535",
        text => (Model.Endpoint.TryParse(text, out var endpoint) && endpoint.Port > 0, endpoint),
        better: EndpointProblem);

    public static bool IsLabel(string text, bool underscore) =>
        text.Length is > 0 and <= MaxLabel
        && text[0] != '-' && text[^1] != '-'
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-' || (underscore && c == '_'));

    private static (bool Ok, string Name) ReadName(string text, bool underscore, bool slash)
    {
        var name = (text.EndsWith('.') ? text[..^1] : text).ToLowerInvariant();
        var ok = name.Length is > 0 and <= MaxName
            && name.Split('.').All(label => IsLabel(slash ? label.Replace('/', '-') : label, underscore));
        return (ok, name);
    }

    private static string? NameHint(string text) =>
        text.Any(c => c > '\x7f') ? "write an international name in its ASCII form (xn--…)"
        : text.Contains('*', StringComparison.Ordinal) ? "wildcards stand in a zone's file, not here"
        : null;

    private static string? EndpointProblem(string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var bare = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        if (IPAddress.TryParse(text, out var whole) && whole.AddressFamily == AddressFamily.InterNetworkV6 && !text.StartsWith('['))
            return $"an IPv6 address stands in brackets, with its port behind: '[{text}]:80'?";
        if (IsAddress(text.Trim('[', ']'), out _)) return $"the port is missing: must be ADDRESS:PORT, was '{text}'";
        if (colon < 0 || !IsAddress(bare, out _))
        {
            return host.Any(char.IsAsciiLetter) && !host.Contains(':', StringComparison.Ordinal)
                ? $"must be ADDRESS:PORT, was '{text}'; names are not looked up"
                : null;
        }
        return long.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var port) && port is < 1 or > ushort.MaxValue
            ? FormattableString.Invariant($"the port must be 1–65535, was {port}")
            : null;
    }

    private static bool IsAddress(string text, out IPAddress address)
    {
        // The framework reads "10.1" as 10.0.0.1; an operator who wrote that made a mistake.
        var ok = IPAddress.TryParse(text, out var parsed)
            && (parsed.AddressFamily == AddressFamily.InterNetworkV6 ? parsed.ScopeId == 0 && !text.StartsWith('[') : text.Count(c => c == '.') == 3);
        address = parsed ?? IPAddress.None;
        return ok;
    }
}
