using System.Collections.Immutable;
using System.Net;
using Pointsman.Lab.PolicyTests;
using Pointsman.Model;
using Pointsman.Node.Configuration;
using Pointsman.Node.Configuration.Shapes;
using Pointsman.Node.Configuration.Yaml;
using Pointsman.Node.Output;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.PolicyTests;

/// <summary>A test and where it stands.</summary>
internal readonly record struct WrittenTest(Mark Mark, string Path, PolicyTest Test);

/// <summary>The keys of one policy test, in files beside the configuration.</summary>
internal static class PolicyTestKeys
{
    /// <summary>More tests than this in one file are made by a program, which can make two files.</summary>
    private const int MaxTests = 10_000;

    // As many as a cluster may have sites.
    private const int MaxSites = 100;

    /// <summary>The word that stands in `expect` for no site at all.</summary>
    private const string NoData = "nodata";

    private static readonly Shape<ImmutableArray<Written<string>>> sites = new ListOf<Written<string>>(Names.Label.Placed(), 1, MaxSites, orOne: true);

    private static readonly Key<string?> name = Optional("name", Names.ShortText.OrNull(), "What the test is about, for the report.", null);
    private static readonly Key<IPAddress?> client = Required("client", Names.Address.OrNull(), "The user's address.");
    private static readonly Key<Written<string>?> service = Optional("service", Names.Service.Placed().OrNone(),
        "The service that is asked for. Without it the test must hold for every service.", null);
    private static readonly Key<ImmutableArray<Written<string>>> down = Optional("down", sites, "Sites that are down.", [], "[]");
    private static readonly Key<ImmutableArray<Written<string>>> full = Optional("full", sites, "Sites that can take no connection more.", [], "[]");
    private static readonly Key<Written<string>?> arrivedAt = Optional("arrivedAt", Names.Label.Placed().OrNone(),
        "The user stands at this site, which hands on by an HTTP redirect. Without it, it is a DNS answer.", null);
    private static readonly Key<ImmutableArray<Written<string>>> expect = Optional("expect", sites,
        "The sites in the order in which the client is handed to them, each when those before it are down, or the first few of them; sites that share the turns in any order. `nodata`: no site at all.", []);
    private static readonly Key<ImmutableArray<Written<string>>> never = Optional("never", sites, "Sites that the client must not get, whatever else fails.", [], "[]");
    private static readonly Key<int?> scope = Optional("scope", new Whole(0, 128).OrNone(), "The scope of the answer to a client subnet, in bits.", null);

    public static readonly KeyTable Table = new("policy test", [name, client, service, down, full, arrivedAt, expect, never, scope]);

    /// <summary>A whole file: its tests, as many as can be read.</summary>
    public static ImmutableArray<WrittenTest> Read(YamlNode root, Cluster cluster, Findings findings)
    {
        var shape = new ListOf<WrittenTest>(new Section<WrittenTest>(Table, fields => Read(fields, cluster)), 1, MaxTests);
        shape.TryRead(root, "", findings, out var tests);
        return tests;
    }

    private static WrittenTest Read(Fields fields, Cluster cluster)
    {
        var findings = fields.Findings;
        var (expected, excluded, bits) = (fields.Get(expect), fields.Get(never), fields.Get(scope));
        var expectsNothing = expected is [{ Value: NoData }] && cluster.FindSite(NoData) is null;
        if (!fields.Has(expect) && !fields.Has(never) && !fields.Has(scope))
            findings.Error(fields.Mark, fields.Path, "says nothing that could fail: 'expect', 'never' or 'scope' is missing");
        var at = fields.Get(arrivedAt);
        return new WrittenTest(fields.Mark, fields.Path, new PolicyTest
        {
            Name = fields.Get(name) ?? "",
            Client = fields.Get(client) ?? IPAddress.None,
            Service = fields.Get(service) is { } asked ? FindService(asked) : null,
            Down = SitesOf(fields.Get(down)),
            Full = SitesOf(fields.Get(full)),
            ArrivedAt = at is { } site && Find(site) is { } found ? found : null,
            Expect = !fields.Has(expect) ? null : expectsNothing ? [] : SitesOf(expected),
            ExpectNothing = expectsNothing,
            Never = SitesOf(excluded),
            Scope = bits,
        });

        ImmutableArray<SiteId> SitesOf(ImmutableArray<Written<string>> names) => [.. names.Select(Find).OfType<SiteId>()];

        SiteId? Find(Written<string> named)
        {
            if (cluster.FindSite(named.Value) is { } known) return known.Id;
            findings.Error(named.Mark, named.Path, $"no site is named '{named.Value}'{Nearest(named.Value, cluster.Sites.Select(one => one.Name))}");
            return null;
        }

        ServiceId? FindService(Written<string> named)
        {
            if (cluster.FindService(named.Value) is { } known) return known.Id;
            findings.Error(named.Mark, named.Path, $"no service is named '{named.Value}'{Nearest(named.Value, cluster.Services.Select(one => one.Name))}");
            return null;
        }
    }

    private static string Nearest(string word, IEnumerable<string> known) => NearestName.Of(word, known) is { } near ? $"; did you mean '{near}'?" : "";
}
