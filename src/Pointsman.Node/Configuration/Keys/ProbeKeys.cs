using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Model;
using Pointsman.Node.Configuration.Shapes;
using Pointsman.Node.Configuration.Yaml;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary><c>services.*.probe</c> and <c>services.*.serverProbe</c> [S8, P4.1, P4.3]: one set of keys, two sets of defaults.</summary>
internal static class ProbeKeys
{
    private static readonly ProbeSettings siteDefaults = new();
    private static readonly ProbeSettings serverDefaults = new Service { Id = default, Name = "" }.ServerProbe;
    private static readonly HttpProbe httpDefaults = new();

    private static readonly Key<string> path = Optional("path", Names.HttpPath, "What is asked for, by GET.", httpDefaults.Path, "/");
    private static readonly Key<string?> host = Optional("host", Names.Host.OrNull(), "The Host header; without it the service's name.", null);
    private static readonly Key<ImmutableArray<(int First, int Last)>> expectStatus = Optional("expectStatus",
        new ListOf<(int First, int Last)>(new StatusRange(), 1, 16, orOne: true), "The status codes that mean up.", httpDefaults.ExpectStatus, "200");
    private static readonly Key<string?> expectBody = Optional("expectBody", Names.ShortText.OrNull(), "Text that the body must contain.", null);

    public static readonly KeyTable HttpTable = new("services.*.probe.http", [path, host, expectStatus, expectBody],
        ("headers", "headers of one's own"), ("method", "methods other than GET"), ("tls", "HTTPS probes"));

    private static readonly (string Key, string What)[] notYet =
    [
        ("https", "HTTPS probes"), ("tls", "TLS handshake probes"), ("dns", "DNS probes"), ("ftp", "FTP probes"), ("nntp", "NNTP probes"),
        ("smtp", "SMTP probes"), ("pop3", "POP3 probes"), ("imap", "IMAP probes"), ("grpc", "gRPC probes"), ("exec", "probes by a program"),
    ];

    public static readonly ProbeKeySet Sites = new("services.*.probe", siteDefaults);
    public static readonly ProbeKeySet Servers = new("services.*.serverProbe", serverDefaults);

    /// <summary>The keys of one kind of probe.</summary>
    public sealed class ProbeKeySet
    {
        private static readonly TimeSpan shortest = TimeSpan.FromMilliseconds(10);
        private readonly ProbeSettings defaults;
        private readonly Key<HttpProbe?> http;
        private readonly Key<TimeSpan?> interval;
        private readonly Key<TimeSpan?> timeout;
        private readonly Key<int> iterations;
        private readonly Key<int> fall;
        private readonly Key<int> rise;

        public ProbeKeySet(string name, ProbeSettings defaults)
        {
            this.defaults = defaults;
            http = Optional("http", new Section<HttpProbe?>(HttpTable, ReadHttp), "Ask for a page; without it, open and close a TCP connection.", null);
            interval = Optional("interval", new DurationShape(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
                "From the start of one probe to the start of the next, ± 5 %.", defaults.Interval, Duration.Format(defaults.Interval));
            timeout = Optional("timeout", new DurationShape(shortest, TimeSpan.FromMinutes(1)),
                "For all iterations of one probe together; at most `interval`.", (TimeSpan?)null, $"{Duration.Format(defaults.Timeout)}, or `interval` when that is shorter");
            iterations = Optional("iterations", new Whole(1, 100), "Requests in one probe; their time is measured from the first's start to the last's end.",
                defaults.Iterations, defaults.Iterations.ToString(CultureInfo.InvariantCulture));
            fall = Optional("fall", new Whole(1, 100), "Failures in a row that take it down.", defaults.Fall, defaults.Fall.ToString(CultureInfo.InvariantCulture));
            rise = Optional("rise", new Whole(1, 100), "Successes in a row that bring it back.", defaults.Rise, defaults.Rise.ToString(CultureInfo.InvariantCulture));
            Table = new KeyTable(name, [http, interval, timeout, iterations, fall, rise], notYet);
        }

        public KeyTable Table { get; }

        public Shape<ProbeSettings> Shape => new Section<ProbeSettings>(Table, Read);

        private ProbeSettings Read(Fields fields)
        {
            var between = fields.Get(interval) ?? defaults.Interval;
            var within = fields.Get(timeout) ?? (between < defaults.Timeout ? between : defaults.Timeout);
            if (fields.Has(timeout) && within > between)
            {
                fields.Findings.Error(fields.MarkOf(timeout), fields.At("timeout"),
                    $"must be at most the interval ({Duration.Format(between)}), was {Duration.Format(within)}");
            }
            return new ProbeSettings
            {
                Http = fields.Get(http),
                Interval = between,
                Timeout = within,
                Iterations = fields.Get(iterations),
                Fall = fields.Get(fall),
                Rise = fields.Get(rise),
            };
        }
    }

    private static HttpProbe ReadHttp(Fields fields) => new()
    {
        Path = fields.Get(path),
        Host = fields.Get(host),
        ExpectStatus = fields.Get(expectStatus),
        ExpectBody = fields.Get(expectBody),
    };

    /// <summary><c>200</c> or <c>200-299</c>.</summary>
    private sealed class StatusRange : Shape<(int First, int Last)>
    {
        public override string Words => "a status code (100–599) or a range such as 200-299";

        public override JsonObject Schema() => new()
        {
            ["type"] = new JsonArray("integer", "string"),
            ["minimum"] = 100,
            ["maximum"] = 599,
            ["pattern"] = "^[1-5][0-9][0-9](-[1-5][0-9][0-9])?$",
        };

        public override bool TryRead(YamlNode node, string path, Findings findings, out (int First, int Last) value)
        {
            value = default;
            if (node is not YamlScalar scalar) return Refuse(node, path, findings, out value);
            var dash = scalar.Text.IndexOf('-', StringComparison.Ordinal);
            var ok = TryCode(dash < 0 ? scalar.Text : scalar.Text.AsSpan(0, dash), out var first);
            var last = first;
            if (dash >= 0) ok &= TryCode(scalar.Text.AsSpan(dash + 1), out last);
            value = (first, last);
            return ok && first <= last || Refuse(node, path, findings, out value);
        }

        private static bool TryCode(ReadOnlySpan<char> text, out int code) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out code) && code is >= 100 and <= 599;
    }
}
