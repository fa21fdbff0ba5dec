using System.Collections.Immutable;
using System.Reflection;
using Pointsman.Dssp;
using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Node.Wiring;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Tables;

namespace Pointsman.Node.Admin;

/// <summary>Makes the views out of one plan: whatever one answer says was true at one instant.</summary>
internal static class NodeViews
{
    public static string Version { get; } = typeof(NodeViews).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public static TableView Table(Plan plan, Service service)
    {
        var table = plan.TableOf(service.Id)!;
        return new TableView(
            service.Name,
            table.Digest,
            service.Policy.FewSites == FewSites.Capacity && table.Sites.Length < service.Policy.FewSitesBelow ? "capacity" : "weights",
            Ordered(table.Sites, row => row.Site.Name, row => new TableRowView(row.Weight, Math.Round(row.Share, 4), StateOf(row.Standing), row.Reason.Length == 0 ? null : row.Reason)));
    }

    public static MatrixView Matrix(Plan plan, Service service)
    {
        var matrix = plan.MatrixOf(service.Id)!;
        return new MatrixView(service.Name, Ordered(matrix.Tested, tested => tested.Name, tested =>
        {
            var cells = new Dictionary<string, MatrixCellView>();
            foreach (var tester in matrix.Testers)
            {
                if (matrix[tested.Id, tester.Id] is { } cell) cells[tester.Name] = new MatrixCellView(Millis(cell.ResponseMicros), Word(cell.State), Seconds(cell.Age));
            }

            return (IReadOnlyDictionary<string, MatrixCellView>)cells;
        }));
    }

    public static StatusView Status(NodeHost host, Plan plan, ImmutableArray<PeerStatus> peers, DateTimeOffset now) => new()
    {
        Site = host.Identity.Site.Name,
        Node = host.Identity.Node.Name,
        Version = Version,
        Ready = host.Writer.IsReady,
        Isolated = host.Writer.IsMuted,
        UptimeSeconds = Math.Round((now - host.StartedAt).TotalSeconds, 1),
        Snapshot = new SnapshotView(plan.Snapshot.Id, plan.Snapshot.Time),
        Configuration = new ConfigurationView(host.Configuration.Path, plan.Snapshot.Cluster.Digest, plan.Snapshot.Cluster.Generation, host.Reloads),
        CertificateEnds = host.Dssp?.OwnCertificate?.NotAfter,
        Services = Ordered(plan.Snapshot.Cluster.Services, service => service.Name, service =>
        {
            var table = plan.TableOf(service.Id)!;
            return new ServiceStatusView(table.Digest, table.Sites.Count(row => row.Weight > 0), table.Sites.Length);
        }),
        Peers = Ordered(plan.Snapshot.Cluster.Sites.Where(site => site.Id != plan.Snapshot.Self), site => site.Name, site => Peer(plan.Snapshot, site, peers)),
        Probes = ProbesView.Of(host.Probes, plan.Snapshot),
        Queries = host.Dns?.Counters() is { } counters ? counters.UdpQueries + counters.TcpQueries : 0,
        Latency = host.Dns?.Counters().UdpLatency is { Count: > 0 } latency ? new DnsLatencyView(Micros(latency.Quantile(0.5)), Micros(latency.Quantile(0.99))) : null,
        Sessions = host.Vips.Sessions,
        Overrides = OverrideViewing.All(host, plan, endedToo: false, now).Overrides,
        Held = [.. host.Writer.Admission.Held.Select(id => plan.Snapshot.Cluster.FindService(id)?.Name ?? id.ToString())],
    };

    /// <param name="tracked">Every target, by the VIP that it belongs to.</param>
    public static SitesView Sites(Plan plan, ImmutableArray<PeerStatus> peers, ILookup<VipKey, (TargetKey Key, TrackedHealth Health)> tracked)
    {
        var snapshot = plan.Snapshot;
        return new SitesView(snapshot.Cluster.FindSite(snapshot.Self)?.Name ?? "", Ordered(snapshot.Cluster.Sites, site => site.Name, site => new SiteView(
            site.Id.Value,
            site.Location?.Country,
            site.Location?.Region,
            site.Location?.Latitude,
            site.Location?.Longitude,
            site.Cost,
            Word(snapshot.StateOf(site.Id)?.SelfReport ?? SelfReport.None),
            site.Id == snapshot.Self ? null : Peer(snapshot, site, peers),
            [.. snapshot.Cluster.Services.SelectMany(service => service.Vips.Where(vip => vip.Site == site.Id).Select(vip => Vip(snapshot, service, vip, tracked)))])));
    }

    private static VipView Vip(Snapshot snapshot, Service service, Vip vip, ILookup<VipKey, (TargetKey Key, TrackedHealth Health)> tracked)
    {
        var seen = snapshot.Mine.GetValueOrDefault(vip.Key);
        var published = snapshot.StateOf(vip.Site)?.ReportOf(vip.Key);
        var report = snapshot.Local.GetValueOrDefault(vip.Key) ?? published;
        var isHeld = published?.Condition == VipCondition.Held && report is { Condition: VipCondition.Up or VipCondition.Full };
        return new VipView
        {
            Service = service.Name,
            Address = vip.Address.ToString(),
            Seen = seen is null ? null : Word(seen.State),
            Milliseconds = seen is { Samples: > 0 } ? Millis(seen.ResponseMicros) : null,
            Reason = seen is { Reason.Length: > 0 } ? seen.LastReply : null,
            Probe = seen is null ? null : ProbeView.Of(seen, snapshot),
            RealServers = vip.Site != snapshot.Self ? null
                : [.. tracked[vip.Key].Where(one => one.Key.Server is not null).OrderBy(one => one.Key.Server.ToString(), StringComparer.Ordinal).Select(one => ServerView.Of(one.Key.Server!.Value, one.Health.Observation, snapshot))],
            Ordered = OverrideViewing.WordFor(snapshot, vip),
            Condition = report is null ? null : Word(isHeld ? VipCondition.Held : report.Condition),
            Connections = report?.ConnectionsActive,
            MaxConnections = report?.ConnectionsMax,
            TargetConnections = published?.ConnectionsTarget,
            Admits = published?.AdmitMillionths / 1e6,
            ServersUp = report?.ServersUp,
            Servers = report?.ServersTotal,
        };
    }

    private static PeerView Peer(Snapshot snapshot, Site site, ImmutableArray<PeerStatus> peers)
    {
        var state = snapshot.StateOf(site.Id);
        var peer = peers.FirstOrDefault(known => known.Site == site.Id);
        bool? same = peer is { ConfigurationDigest.Length: > 0 } ? peer.ConfigurationDigest == snapshot.Cluster.Digest : null;
        return new PeerView(
            peer?.Established ?? false,
            Seconds(state is null ? null : snapshot.Now - state.SentAt),
            snapshot.FreshStateOf(site.Id) is not null,
            state?.Incarnation,
            state?.Sequence,
            same,
            peer?.ConfigurationGeneration ?? 0,
            peer?.ConfigurationIsOlder is { } older ? older ? "theirs" : "ours" : null,
            peer is { TellsTables: true } ? peer.ColumnsDiffer is null && peer.OtherTable is null : null,
            peer?.CertificateEnds);
    }

    // Down is down for whoever asks, by vote or by its own word; the reason tells them apart.
    private static string StateOf(Standing standing) => standing switch
    {
        Standing.DownByOwnWord => Word(Standing.Down),
        Standing.SeenOverloaded => Word(Standing.Overloaded),
        Standing.ForcedDown => "forced-down",
        Standing.ForcedUp => "forced-up",
        _ => Word(standing),
    };

    public static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    public static double? Millis(long? micros) => micros is { } known ? Math.Round(known / 1000.0, 3) : null;

    // Past the last bound of the histogram all that is known is that it is more.
    private static double Micros(double? seconds) => Math.Round(Math.Min(seconds!.Value, 10) * 1e6, 1);

    private static double? Seconds(TimeSpan? span) => span is { } known ? Math.Round(Math.Max(0, known.TotalSeconds), 1) : null;

    // A dictionary keeps its order as long as nothing is taken out: what is printed comes in the order of the table.
    private static Dictionary<string, TView> Ordered<T, TView>(IEnumerable<T> items, Func<T, string> key, Func<T, TView> view)
    {
        var ordered = new Dictionary<string, TView>();
        foreach (var item in items) ordered[key(item)] = view(item);
        return ordered;
    }
}
