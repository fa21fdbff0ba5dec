using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary>As written: sites are still names.</summary>
internal sealed record WrittenService(
    Written<int> Id,
    TimeSpan Ttl,
    int Answers,
    bool UseDnsRespond,
    bool HttpRedirect,
    WrittenPolicy Policy,
    WrittenProbe Probe,
    WrittenProbe ServerProbe,
    RedirectSettings Redirect,
    HttpsSettings? Https,
    ImmutableArray<Entry<ImmutableArray<WrittenVip>>> Vips);

/// <summary><c>services.*</c>.</summary>
internal static class ServiceKeys
{
    private static readonly Service defaults = new() { Id = default, Name = "" };

    private static readonly Key<RedirectTo> to = Optional("to", new Choice<RedirectTo>([("address", RedirectTo.Address), ("site-name", RedirectTo.SiteName)]),
        "Where a redirect points: the other site's VIP address, or the name `SITE.SERVICE`.", defaults.Redirect.To, "address");
    private static readonly Key<DropWhen> drop = Optional("drop",
        new Choice<DropWhen>([("never", DropWhen.Never), ("when-nothing-has-room", DropWhen.WhenNothingHasRoom), ("always", DropWhen.Always)]),
        "When a user that a full VIP cannot take is dropped instead of sent on.", defaults.Redirect.Drop, "when-nothing-has-room");

    public static readonly KeyTable RedirectTable = new("services.*.redirect", [to, drop]);

    private static readonly HttpsSettings https443 = new();
    private static readonly Key<int> port = Optional("port", new Whole(1, 65535), "Where the VIPs speak TLS.", https443.Port, "443");
    private static readonly Key<ImmutableArray<string>> protocols = Optional("protocols", new ListOf<string>(Names.Protocol, 1, 16),
        "The protocols offered there (ALPN), the best first.", https443.Protocols, "[h2, http/1.1]");

    public static readonly KeyTable HttpsTable = new("services.*.https", [port, protocols]);

    private static readonly Key<Written<int>> id = Required("id", new Whole(1, 65535).Placed(),
        "The service's stable number on the wire. Never give a used one to another service.");

    // [P1.3] 0 to 255 minutes, default one.
    private static readonly Key<TimeSpan?> ttl = Optional("ttl", new DurationShape(TimeSpan.Zero, TimeSpan.FromMinutes(255)),
        "How long resolvers may keep an answer.", defaults.Ttl, Duration.Format(defaults.Ttl));
    private static readonly Key<int> answers = Optional("answers", new Whole(1, 100), "The most sites in one answer.", defaults.Answers, "1");
    private static readonly Key<bool> useDnsRespond = Optional("useDnsRespond", new Flag(), "false: the name is answered from the static zone alone.", defaults.UseDnsRespond, "true");
    private static readonly Key<bool> httpRedirect = Optional("httpRedirect", new Flag(), "false: a full VIP never redirects.", defaults.HttpRedirect, "true");
    private static readonly Key<WrittenPolicy?> policy = Optional("policy", new Section<WrittenPolicy>(PolicyKeys.Table, PolicyKeys.Read).OrNull(), "How the site is chosen.", null, "see there");
    private static readonly Key<WrittenProbe> probe = Optional("probe", ProbeKeys.Sites.Shape, "How every site probes every other site's VIPs.", ProbeKeys.Sites.Default, "TCP, see there");
    private static readonly Key<WrittenProbe> serverProbe = Optional("serverProbe", ProbeKeys.Servers.Shape, "How each site probes its own real servers. Takes nothing from `probe`.",
        ProbeKeys.Servers.Default, "TCP, see there");
    private static readonly Key<RedirectSettings> redirect = Optional("redirect", new Section<RedirectSettings>(RedirectTable, ReadRedirect), "What a full VIP does.", defaults.Redirect, "see there");
    private static readonly Key<HttpsSettings?> https = Optional("https", new Section<HttpsSettings?>(HttpsTable, ReadHttps),
        "HTTPS records with the chosen sites' addresses as hints (RFC 9460). Browsers that see one use HTTPS alone.", null, "none");
    private static readonly Key<ImmutableArray<Entry<ImmutableArray<WrittenVip>>>> vips = Required("vips",
        new Named<ImmutableArray<WrittenVip>>(Names.Label, new ListOf<WrittenVip>(new Section<WrittenVip>(VipKeys.Table, VipKeys.Read), 1, 64, orOne: true), 1, 1000),
        "The service's VIPs, by site.", []);

    public static readonly KeyTable Table = new("services.*", [id, ttl, answers, useDnsRespond, httpRedirect, policy, probe, serverProbe, redirect, https, vips],
        ("content", "content versions"), ("svcb", "SVCB records"), ("aliases", "further names for a service"));

    public static WrittenService Read(Fields fields) => new(
        fields.Get(id),
        fields.Get(ttl) ?? defaults.Ttl,
        fields.Get(answers),
        fields.Get(useDnsRespond),
        fields.Get(httpRedirect),
        fields.Get(policy) ?? PolicyKeys.Default(fields.Mark, fields.At("policy")),
        fields.Get(probe),
        fields.Get(serverProbe),
        fields.Get(redirect),
        fields.Get(https),
        fields.Get(vips));

    private static HttpsSettings ReadHttps(Fields fields) => new() { Port = fields.Get(port), Protocols = [.. fields.Get(protocols).Distinct(StringComparer.Ordinal)] };

    private static RedirectSettings ReadRedirect(Fields fields) => new() { To = fields.Get(to), Drop = fields.Get(drop) };
}
