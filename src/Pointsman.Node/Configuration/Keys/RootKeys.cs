using System.Collections.Immutable;
using Pointsman.Dssp;
using Pointsman.Model;
using Pointsman.Node.Configuration.Shapes;
using Pointsman.Node.History;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary>The whole file as written: every value in range by itself, no name looked up yet, no file read.</summary>
internal sealed record WrittenConfiguration(
    WrittenCluster Cluster,
    ImmutableArray<Entry<WrittenSite>> Sites,
    ImmutableArray<Entry<WrittenService>> Services,
    ImmutableArray<Entry<Written<string>?>> Zones,
    WrittenTopology Topology,
    WrittenDssp Dssp,
    HealthSettings Health,
    HistorySettings History,
    DnsSettings Dns);

/// <param name="Mark">Line 0 when the section is missing.</param>
internal sealed record WrittenCluster(string Name, ImmutableArray<Written<string>> Secrets, int Generation, Mark Mark);

internal sealed record WrittenDssp(
    TimeSpan? Interval,
    ImmutableArray<Entry<TimeSpan?>> PeerIntervals,
    DsspVersions Versions,
    Written<string>? Certificate,
    Written<string>? Key,
    Written<string>? Authority,
    ImmutableArray<string> Revoked);

/// <summary>The top of the file, and the sections that are small.</summary>
internal static class RootKeys
{
    private static readonly Key<string> name = Required("name", Names.Label, "The cluster's name: a peer of another cluster is refused.");
    private static readonly Key<ImmutableArray<Written<string>>> secret = Optional("secret", new ListOf<Written<string>>(Names.FilePath.Placed(), 1, 2, orOne: true),
        "A file of 16 to 4,096 random bytes, the same at every node: the key of hop tokens. Two during a rotation: the first signs, both verify.", [], null);

    private static readonly Key<int> generation = Optional("generation", new Whole(1, int.MaxValue),
        "A number that rises with every change of this file, by hand or by whatever writes it: of two nodes whose configurations differ, the alarm then says whose is the older.", 0, "none");

    public static readonly KeyTable ClusterTable = new("cluster", [name, secret, generation]);

    private static readonly Key<Written<string>?> zoneFile = Required("file", Names.FilePath.Placed().OrNone(), "The zone's static records, an RFC 1035 master file.");

    public static readonly KeyTable ZoneTable = new("zones.*", [zoneFile],
        ("dnssec", "signing"), ("notify", "zone transfer"), ("allowTransfer", "zone transfer"), ("primaries", "zone transfer"));

    // [P5.4, S22] 1 s to 120 min, default one minute, or off.
    private static readonly DurationShape period = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(120), allowOff: true);
    private static readonly Key<TimeSpan?> peerInterval = Required("interval", period, "As `dssp.interval`, for UPDATEs to this site.");

    public static readonly KeyTable PeerTable = new("dssp.peers.*", [peerInterval]);

    private static readonly Key<TimeSpan?> interval = Optional("interval", period, "From one periodic UPDATE to the next; off = only EVENTs.", TimeSpan.FromMinutes(1), "1m");
    private static readonly Key<ImmutableArray<Entry<TimeSpan?>>> peers = Optional("peers",
        new Named<TimeSpan?>(Names.Label, new Section<TimeSpan?>(PeerTable, fields => fields.Get(peerInterval)), 0, 1000), "What differs towards one site.", [], "{}");
    private static readonly Key<Written<string>?> certificate = Optional("certificate", Names.FilePath.Placed().OrNone(),
        "This node's certificate, PEM. `{site}` in the path stands for the site's name, so that one configuration serves every node. `run` needs it, the key and the authority, even of a node without peers.", null);
    private static readonly Key<Written<string>?> key = Optional("key", Names.FilePath.Placed().OrNone(), "Its private key, PEM; `{site}` as above.", null);
    private static readonly Key<Written<string>?> authority = Optional("authority", Names.FilePath.Placed().OrNone(),
        "The private authority's certificate, PEM, that every peer's must chain to. Several in one file are believed alike: so an authority is replaced without an outage.", null);

    private static readonly Key<ImmutableArray<int>> versions = Optional("versions", new ListOf<int>(new Whole(DsspVersions.First, DsspVersions.Newest), 1, 2, orOne: true),
        "The protocol versions to speak: one, or the lowest and the highest. Of two nodes the highest common one is used; `1` keeps a node at what the first programs spoke, should a rolling upgrade call for it.", [DsspVersions.First, DsspVersions.Newest], "[1, 2]");

    private static readonly Key<ImmutableArray<string>> revoked = Optional("revoked", new ListOf<string>(Names.Fingerprint, 0, 1000),
        "Certificates that are not believed any more, whoever signed them, by the SHA-256 that `pointsman pki show` prints. Streams that stand on one end with the reload.", [], "[]");

    public static readonly KeyTable DsspTable = new("dssp", [interval, peers, versions, certificate, key, authority, revoked]);

    private static readonly Key<WrittenCluster?> cluster = Required("cluster", new Section<WrittenCluster>(ClusterTable, ReadCluster).OrNull(), "What all nodes have in common.");

    // [P5.8] Peers come from this one configuration; the patent's limit of eight is gone. No more than peers take a word of.
    private static readonly Key<ImmutableArray<Entry<WrittenSite>>> sites = Required("sites",
        new Named<WrittenSite>(Names.Label, new Section<WrittenSite>(SiteKeys.Table, SiteKeys.Read), 1, DsspLimits.Sites), "The sites by name.", []);
    private static readonly Key<ImmutableArray<Entry<WrittenService>>> services = Optional("services",
        new Named<WrittenService>(Names.Service, new Section<WrittenService>(ServiceKeys.Table, ServiceKeys.Read), 0, 10_000), "The services by domain name.", [], "{}");
    private static readonly Key<ImmutableArray<Entry<Written<string>?>>> zones = Optional("zones",
        new Named<Written<string>?>(Names.Zone, new Section<Written<string>?>(ZoneTable, fields => fields.Get(zoneFile)), 0, 10_000),
        "The zones by origin; services inside or below one are dynamic names in it.", [], "{}");
    private static readonly Key<WrittenTopology?> topology = Optional("topology", new Section<WrittenTopology>(TopologyKeys.Table, TopologyKeys.Read).OrNull(), "The geography tables.", null);
    private static readonly Key<WrittenDssp?> dssp = Optional("dssp", new Section<WrittenDssp>(DsspTable, ReadDssp).OrNull(), "How the nodes talk to each other.", null);

    private static readonly Key<DnsSettings> dns = Optional("dns", new Section<DnsSettings>(DnsKeys.Table, DnsKeys.Read), "How the nodes' name servers serve.", DnsSettings.Default);

    private static readonly Key<HealthSettings> health = Optional("health", new Section<HealthSettings>(HealthKeys.Table, HealthKeys.Read),
        "How much the nodes probe, and who probes whom.", new HealthSettings(), "see there");

    private static readonly Key<HistorySettings> history = Optional("history", new Section<HistorySettings>(HistoryKeys.Table, HistoryKeys.Read),
        "How much of the past a node keeps for `explain --at`.", HistorySettings.Default);

    public static readonly KeyTable Table = new("", [cluster, sites, services, zones, dns, topology, dssp, health, history],
        ("api", "tokens of the admin API"), ("logging", "log settings"), ("metrics", "metrics settings"));

    public static WrittenConfiguration Read(Fields fields) => new(
        fields.Get(cluster) ?? new WrittenCluster("", [], 0, default),
        fields.Get(sites),
        fields.Get(services),
        fields.Get(zones),
        fields.Get(topology) ?? WrittenTopology.None,
        fields.Get(dssp) ?? new WrittenDssp(interval.Fallback, [], DsspVersions.All, null, null, null, []),
        fields.Get(health) ?? new HealthSettings(),
        fields.Get(history) ?? HistorySettings.Default,
        fields.Get(dns) ?? DnsSettings.Default);

    private static WrittenCluster ReadCluster(Fields fields) => new(fields.Get(name) ?? "", fields.Get(secret), fields.Get(generation), fields.Mark);

    private static WrittenDssp ReadDssp(Fields fields) =>
        new(fields.Get(interval), fields.Get(peers), VersionsOf(fields.Get(versions)), fields.Get(certificate), fields.Get(key), fields.Get(authority), fields.Get(revoked));

    // Empty where what is written is wrong, which is an error already.
    private static DsspVersions VersionsOf(ImmutableArray<int> written) => written.IsDefaultOrEmpty ? DsspVersions.All : new DsspVersions(written.Min(), written.Max());
}
