using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.http</c> and <c>services.*.probe.https</c> [P4.2]: one set of keys, with those of TLS beside it.</summary>
internal static class HttpKeys
{
    private const int MostHeaders = 16;
    private static readonly HttpCheck defaults = new();

    private static readonly Key<string> path = Optional("path", Names.HttpPath, "What is asked for.", defaults.Path, "/");
    private static readonly Key<string> method = Optional("method", new Form<string>("a method in capitals such as GET, HEAD or POST",
        static text => (text.Length is > 0 and <= 20 && text.All(static c => char.IsAsciiLetterUpper(c) || c == '-') && text is not ("CONNECT" or "TRACE"), text), "^[A-Z-]{1,20}$"),
        "The method; a `body` makes sense with one that has one.", defaults.Method, defaults.Method);
    private static readonly Key<string?> host = Optional("host", Names.Host.OrNull(), "The Host header; without it the service's name.", null);
    private static readonly Key<ImmutableArray<Entry<string>>> headers = Optional("headers", new Named<string>(FieldName, FieldValue, 0, MostHeaders),
        "Further headers of the request; `User-Agent`, `Accept` and `Accept-Encoding` take the place of the usual ones.", [], "{}");
    private static readonly Key<string?> body = Optional("body", Names.ShortText.OrNull(), "Sent with the request; say what it is by a `Content-Type` among the headers.", null);
    private static readonly Key<ImmutableArray<(int First, int Last)>> expectStatus = Optional("expectStatus",
        new ListOf<(int First, int Last)>(new StatusRange(), 1, 16, orOne: true), "The status codes that mean up.", [.. defaults.ExpectStatus], "200");
    private static readonly Key<string?> expectBody = Optional("expectBody", Names.ShortText.OrNull(), "Text that the first 64 KiB of the body must contain.", null);
    private static readonly Key<string?> expectBodyMatches = Optional("expectBodyMatches", new Form<string>(
        "a regular expression of 1–1024 bytes, without backreferences and lookaround", static text => (IsPattern(text), text)).OrNull(),
        "A pattern (.NET's, without backtracking) that must match somewhere in the first 64 KiB of the body.", null);
    private static readonly Key<ImmutableArray<Entry<string>>> expectHeader = Optional("expectHeader", new Named<string>(FieldName, Names.ShortText, 0, MostHeaders),
        "Headers that the reply must have, each with text that its value must contain.", [], "{}");
    private static readonly Key<int> followRedirects = Optional("followRedirects", new Whole(0, 5),
        "How many redirects are followed, within the same host only; to anywhere else one fails.", 0, "0");
    private static readonly Key<HttpDialect> version = Optional("version", new Choice<HttpDialect>([("1.1", HttpDialect.Http1), ("2", HttpDialect.Http2)]),
        "The version of HTTP; `2` is agreed on within TLS (ALPN), and spoken outright without it.", HttpDialect.Http1, "1.1");

    private static readonly Key<ImmutableArray<(int First, int Last)>> overloadedStatus = Optional("overloadedStatus",
        new ListOf<(int First, int Last)>(new StatusRange(), 0, 16, orOne: true), "The status codes by which the server says that it can take no more users now. 503 with Retry-After says so in any case.", [], "[]");

    private static readonly ImmutableArray<Key> own = [path, method, host, headers, body, expectStatus, overloadedStatus, expectBody, expectBodyMatches, expectHeader, followRedirects, version];

    public static readonly CheckKey Http = new("http", new KeyTable("services.*.probe.http", own), static fields => { var check = Read(fields); return _ => check; }, "Ask for a page.");

    public static readonly CheckKey Https = new("https", new KeyTable("services.*.probe.https", [.. own, .. TlsKeys.All]), ReadHttps, "Ask for a page over TLS.");

    private static WrittenCheck ReadHttps(Fields fields)
    {
        var check = Read(fields);
        var tls = TlsKeys.Read(fields);
        Sequence<string> protocols = check.Dialect == HttpDialect.Http2 ? ["h2"] : [];
        return files => check with { Tls = tls(files) with { Protocols = protocols } };
    }

    private static HttpCheck Read(Fields fields)
    {
        var written = fields.Get(headers);
        foreach (var header in written.Where(static header => ours.Contains(header.Name, StringComparer.OrdinalIgnoreCase)))
        {
            fields.Findings.Error(header.Mark, header.Path, header.Name.Equals("Host", StringComparison.OrdinalIgnoreCase)
                ? "is a key of its own: host" : "is the probe's own: leave it out");
        }
        var check = new HttpCheck
        {
            Path = fields.Get(path),
            Method = fields.Get(method),
            Host = fields.Get(host),
            Headers = FieldsOf(written),
            Body = fields.Get(body),
            ExpectStatus = new(fields.Get(expectStatus)),
            ExpectBody = fields.Get(expectBody),
            ExpectBodyMatches = fields.Get(expectBodyMatches),
            ExpectHeaders = FieldsOf(fields.Get(expectHeader)),
            FollowRedirects = fields.Get(followRedirects),
            Dialect = fields.Get(version),
            OverloadedStatus = new(fields.Get(overloadedStatus)),
        };
        if (check is { Body: not null, Method: "GET" or "HEAD" })
            fields.Findings.Error(fields.MarkOf(body), fields.At("body"), $"a {check.Method} has no body: give a method such as POST");
        if (check.Method == "HEAD" && (check.ExpectBody ?? check.ExpectBodyMatches) is not null)
            fields.Findings.Error(fields.MarkOf(method), fields.At("method"), "the reply to HEAD has no body in which something could be expected");
        return check;
    }

    // What ends or frames a request is not the operator's to change.
    private static readonly string[] ours = ["Host", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "Expect", "TE"];

    private static Form<string> FieldName => new("the name of a header", static text =>
        (text.Length is > 0 and <= 100 && text.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)), text), "^[!#-'*+.^_`|~0-9A-Za-z-]{1,100}$");

    private static Form<string> FieldValue => new("a header's value of at most 1024 visible characters", static text =>
        (text.Length <= 1024 && text.All(static c => c is >= ' ' and <= '~' or '\t'), text), "^[\\t -~]{0,1024}$");

    private static Sequence<HttpField> FieldsOf(ImmutableArray<Entry<string>> written) => [.. written.Select(static entry => new HttpField(entry.Name, entry.Value))];

    private static bool IsPattern(string text)
    {
        if (text.Length is 0 or > 1024) return false;
        try
        {
            _ = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
