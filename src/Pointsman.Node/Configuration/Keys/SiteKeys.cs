using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary>As written: names of other sites are still text.</summary>
internal sealed record WrittenSite(
    Written<int> Id,
    Location? Location,
    double Cost,
    ImmutableArray<Entry<WrittenNode>> Nodes,
    ImmutableArray<Entry<IPAddress>> ProbeThrough,
    SourceAddresses ProbeSource);

internal sealed record WrittenNode(ImmutableArray<Written<Endpoint>> Dns, Written<Endpoint>? Dssp, Written<Endpoint>? Admin);

/// <summary><c>sites.*</c> and what stands below it.</summary>
internal static class SiteKeys
{
    public static readonly string[] Regions = ["afrinic", "apnic", "arin", "lacnic", "ripe"];

    private static readonly Key<string?> country = Optional("country", Names.Country.OrNull(), "ISO 3166 alpha-2 code.", null);
    private static readonly Key<string?> region = Optional("region", new Choice<string?>([.. Regions.Select(name => (name, (string?)name))]),
        "The registry region; without it the country's.", null);
    private static readonly Key<double?> latitude = Optional("latitude", new Number(-90, 90).OrNone(), "Degrees, north positive; together with `longitude`.", null);
    private static readonly Key<double?> longitude = Optional("longitude", new Number(-180, 180).OrNone(), "Degrees, east positive; together with `latitude`.", null);

    public static readonly KeyTable LocationTable = new("sites.*.location", [country, region, latitude, longitude]);

    private static readonly Key<ImmutableArray<Written<Endpoint>>> dns = Optional("dns", new ListOf<Written<Endpoint>>(Names.Endpoint.Placed(), 0, 64, orOne: true),
        "Where the node answers DNS, on UDP and TCP.", [], "[]");
    private static readonly Key<Written<Endpoint>?> dssp = Optional("dssp", Names.Endpoint.Placed().OrNone(),
        "Where the node listens for its peers and where they dial it.", null);
    private static readonly Key<Written<Endpoint>?> admin = Optional("admin", Names.Endpoint.Placed().OrNone(),
        "The admin HTTP address: dashboard, API and metrics. Keep it on loopback unless a proxy guards it.", null);

    public static readonly KeyTable NodeTable = new("sites.*.nodes.*", [dns, dssp, admin]);

    private static readonly Key<Written<int>> id = Required("id", new Whole(1, 65535).Placed(),
        "The site's stable number on the wire. Never give a used one to another site.");
    private static readonly Key<Location?> location = Optional("location", new Section<Location?>(LocationTable, ReadLocation),
        "Where the site stands; without it, where its VIP's address says.", null);
    private static readonly Key<double> cost = Optional("cost", new Number(0, double.PositiveInfinity), "For the metric `cost`: the cheaper tier goes first.", 1.0, "1.0");
    private static readonly Key<ImmutableArray<Entry<WrittenNode>>> nodes = Required("nodes",
        new Named<WrittenNode>(Names.Label, new Section<WrittenNode>(NodeTable, ReadNode), 1, 16), "The site's nodes by name.", []);
    private static readonly Key<ImmutableArray<Entry<IPAddress>>> probeThrough = Optional("probeThrough",
        new Named<IPAddress>(Names.Label, Names.Address, 0, 1000),
        "By site: probes of that site's VIPs connect to this address instead, at the VIP's port: the near end of a tunnel or relay.", [], "{}");

    private static readonly Key<SourceAddresses> probeSource = Optional("probeSource", new SourceShape(),
        "The local addresses that probes leave from: one, or one of each family. Without them the system chooses.", SourceAddresses.None);

    public static readonly KeyTable Table = new("sites.*", [id, location, cost, nodes, probeThrough, probeSource]);

    public static WrittenSite Read(Fields fields) =>
        new(fields.Get(id), fields.Get(location), fields.Get(cost), fields.Get(nodes), fields.Get(probeThrough), fields.Get(probeSource));

    private static WrittenNode ReadNode(Fields fields) => new(fields.Get(dns), fields.Get(dssp), fields.Get(admin));

    private static Location? ReadLocation(Fields fields)
    {
        var read = new Location(fields.Get(country), fields.Get(region), fields.Get(latitude), fields.Get(longitude));
        if (fields.Has(latitude) != fields.Has(longitude))
            fields.Findings.Error(fields.Mark, fields.Path, "latitude and longitude are given together or not at all");
        if (!fields.Has(country) && !fields.Has(region) && !fields.Has(latitude) && !fields.Has(longitude))
            fields.Findings.Error(fields.Mark, fields.Path, "says nothing: give a country, a region or coordinates, or leave it out");
        return read;
    }
}
