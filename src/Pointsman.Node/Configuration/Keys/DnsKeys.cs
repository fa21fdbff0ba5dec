using Pointsman.Dns.Limiting;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary>
/// The section <c>dns</c>: how the name server of every node serves. A section below it has a file of its own, such as <see cref="DnsTcpKeys"/>;
/// its table is one key here, what it reads one member of <see cref="DnsSettings"/>.
/// </summary>
internal static class DnsKeys
{
    private static readonly Form<string> identityText = new(
        "text of 1–64 bytes, or hide",
        text => (text.Length > 0 && System.Text.Encoding.UTF8.GetByteCount(text) <= 64 && !text.Any(char.IsControl), text));

    private static readonly Form<string> versionText = new(
        "text of 1–64 bytes",
        text => (text.Length > 0 && System.Text.Encoding.UTF8.GetByteCount(text) <= 64 && !text.Any(char.IsControl), text));

    private static readonly Key<int?> threads = Optional("threads", new Whole(1, 64).OrNone(),
        "UDP threads for each address. A change needs a restart of the node.", null, "one per core");
    private static readonly Key<int> udpPayload = Optional("udpPayload", new Whole(512, 4096),
        "The largest UDP answer in bytes; a longer one is truncated. No path fragments the default.", DnsSettings.Default.UdpPayloadBytes, "1232");
    private static readonly Key<string> identity = Optional("identity", identityText,
        "Which server this is, told to who asks by NSID (RFC 5001) or for `id.server` and `hostname.bind` in the class CHAOS. `{node}` and `{site}` stand for their names; `hide` = not told.", DnsSettings.Default.Identity, "{node}");
    private static readonly Key<string?> version = Optional("version", versionText.OrNull(),
        "What is told to who asks for `version.server` and `version.bind` in the class CHAOS; without it, they are refused.", null);
    private static readonly Key<DnsCookieSettings> cookies = Optional("cookies",
        new OffOr<DnsCookieSettings>(new Section<DnsCookieSettings>(CookieKeys.Table, CookieKeys.Read), DnsCookieSettings.Off), "DNS cookies (RFC 7873).", DnsCookieSettings.Default);
    private static readonly Key<int> padding = Optional("padding", new OffOr<int>(new Whole(16, 4096), 0),
        "Answers over TCP to who pads his queries are filled up to a multiple of so many bytes (RFC 8467): of use where a proxy in front takes TLS off.", DnsSettings.Default.PaddingBlock, "468");
    private static readonly Key<DnsTcpSettings> tcp = Optional("tcp", new Section<DnsTcpSettings>(DnsTcpKeys.Table, DnsTcpKeys.Read),
        "Limits of DNS over TCP. A change needs a restart of the node.", DnsTcpSettings.Default);

    private static readonly Key<DnstapSettings?> dnstap = Optional("dnstap", new Section<DnstapSettings>(DnstapKeys.Table, DnstapKeys.Read).OrNull(),
        "Records queries and answers; without it nothing is recorded. A reload turns it on, off or over.", null);

    private static readonly Key<RateLimits?> rateLimit = Optional("rateLimit", new Section<RateLimits>(RateLimitKeys.Table, RateLimitKeys.Read).OrNull(),
        "How much one client network may make the node send over UDP, so that nobody uses it against others; without the section, as much as it asks.", null);
    private static readonly Key<bool> unprovenClients = Optional("unprovenClients", new Choice<bool>([("answer", false), ("truncate", true)]),
        "A UDP client without a valid cookie may have forged its address. `truncate` sends it to TCP for answers of more than 512 bytes that are more than three times its query.", false, "answer");

    public static readonly KeyTable Table = new("dns", [threads, udpPayload, identity, version, cookies, padding, tcp, rateLimit, unprovenClients, dnstap]);

    public static DnsSettings Read(Fields fields) => new()
    {
        Threads = fields.Get(threads),
        UdpPayloadBytes = fields.Get(udpPayload),
        Identity = fields.Get(identity),
        Version = fields.Get(version),
        Cookies = fields.Get(cookies),
        PaddingBlock = fields.Get(padding),
        Tcp = fields.Get(tcp),
        Dnstap = fields.Get(dnstap),
        RateLimit = fields.Get(rateLimit),
        TruncateUnproven = fields.Get(unprovenClients),
    };
}
