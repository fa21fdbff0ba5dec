using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Model;
using Pointsman.Node.Wiring;

namespace Pointsman.Node.Admin;

/// <summary>Makes the view of everything said and heard.</summary>
internal sealed class DsspDump(Cluster cluster, DsspEndpoint dssp, ImmutableArray<PeerStatus> peers, Instant now)
{
    public static async Task<DsspView?> OfAsync(NodeHost host, SiteId? only)
    {
        if (host.Dssp is not { } dssp) return null;
        var cluster = host.Configuration.Cluster;
        return new DsspDump(cluster, dssp, await dssp.PeersAsync(), Instant.Read(TimeProvider.System)).View(host.Identity.Site, only);
    }

    private DsspView View(Site self, SiteId? only)
    {
        var counters = dssp.Counters;
        var states = dssp.States;
        return new DsspView
        {
            Site = self.Name,
            Versions = FormattableString.Invariant($"{cluster.Dssp.Versions.Lowest}–{cluster.Dssp.Versions.Highest}"),
            Certificate = dssp.OwnCertificate is { } own ? ViewOf(own) : null,
            Authorities = [.. dssp.Authorities.Select(ViewOf)],
            Counters = new DsspCountersView(counters.StreamsOpened, counters.StreamsClosed, counters.StreamsRefused, counters.ConnectionsRefused, counters.CertificatesRefused, counters.FramesCorrupt),
            Word = states.GetValueOrDefault(self.Id) is { } word ? Word(word) : null,
            Peers = cluster.Sites.Where(site => site.Id != self.Id && (only is null || site.Id == only)).ToDictionary(site => site.Name, site => Peer(site, self, states.GetValueOrDefault(site.Id))),
        };
    }

    private DsspPeerView Peer(Site site, Site self, SiteState? state)
    {
        var peer = peers.FirstOrDefault(one => one.Site == site.Id) ?? new PeerStatus { Site = site.Id };
        return new DsspPeerView
        {
            Connected = peer.Established,
            Version = peer.Version,
            Stream = dssp.StreamOf(site.Id) is { } stream
                ? new StreamView(stream.Origin.Remote, stream.Origin.IsOwn ? self.Name : site.Name, stream.Origin.Since, stream.BytesIn, stream.BytesOut, stream.Overtaken, stream.Origin.Certificate is { } shown ? ViewOf(shown) : null)
                : null,
            ConfigurationDigest = peer.ConfigurationDigest,
            ConfigurationGeneration = peer.ConfigurationGeneration,
            ConfigurationDiffers = peer.ConfigurationDiffers,
            ColumnsDiffer = peer.ColumnsDiffer,
            OtherTable = peer.OtherTable is { } service ? NameOf(service) : null,
            FramesReceived = peer.FramesReceived,
            StatesAccepted = peer.StatesAccepted,
            StatesOld = peer.StatesOld,
            UpdatesSent = peer.UpdatesSent,
            EventsSent = peer.EventsSent,
            Refused = peer.Refusals.ToDictionary(one => NodeViews.Word(one.Reason), one => one.Count),
            LastRefusal = peer.LastRefusal is { } last ? new RefusalView(NodeViews.Word(last.Reason), last.Text, Seconds(now - last.At)) : null,
            Remembers = Distinct(peer.Remembers, one => NameOf(one.Site), one => FormattableString.Invariant($"{one.Incarnation}.{one.Sequence}")),
            Word = state is null ? null : Word(state),
        };
    }

    private WordView Word(SiteState state) => new()
    {
        Incarnation = state.Incarnation,
        Sequence = state.Sequence,
        Edition = state.Edition,
        Event = state.IsEvent,
        Reasons = [.. Enum.GetValues<EventReasons>().Where(reason => reason != EventReasons.None && state.Reasons.HasFlag(reason)).Select(NodeViews.Word)],
        AgeSeconds = Seconds(now - state.SentAt),
        ValiditySeconds = state.Validity is { } validity ? Seconds(validity) : null,
        PeriodSeconds = state.Period is { } period ? Seconds(period) : null,
        Fresh = state.IsFresh(now),
        CapacityFresh = state.IsCapacityFresh(now),
        ConfigurationDigest = state.ConfigurationDigest,
        ConfigurationGeneration = state.ConfigurationGeneration,
        SelfReport = NodeViews.Word(state.SelfReport),
        VotesMuted = state.VotesMuted,
        MemoryFreeBytes = state.MemoryFreeBytes,
        Sessions = state.Sessions,
        Vips = [.. state.Vips.Select(vip => new WordVipView(NameOf(vip.Vip.Service), vip.Vip.Address.ToString(), NodeViews.Word(vip.Condition), vip.ConnectionsActive, vip.ConnectionsMax, vip.ConnectionsTarget, vip.ServersUp, vip.ServersTotal, vip.AdmitMillionths / 1e6))],
        Observations = [.. state.Observations.Select(Seen)],
        Orders = Distinct(state.Orders, order => NameOf(order.Service), order => (IReadOnlyList<string>)[.. order.Sites.Select(NameOf)]),
        Overrides = [.. state.Overrides.Select(one => new WordOverrideView(NameOf(one.Key.Site), one.Key.Service is { } service ? NameOf(service) : null, NodeViews.Word(one.Kind), one.Who, one.Why, one.Since, one.Until, one.IsSigned))],
        Columns = state.Tables is { } made ? Distinct(made.Columns, column => NameOf(column.Site), column => FormattableString.Invariant($"{column.Incarnation}.{column.Edition}")) : null,
        Tables = state.Tables is { } told ? Distinct(told.Tables, table => NameOf(table.Service), table => table.Digest.ToString("x16", CultureInfo.InvariantCulture)) : null,
    };

    private WordObservationView Seen(Observation seen) => new(
        NameOf(seen.Vip.Service),
        NameOf(seen.Vip.Site),
        seen.Vip.Address.ToString(),
        NodeViews.Word(seen.State),
        seen.Samples > 0 ? NodeViews.Millis(seen.ResponseMicros) : null,
        seen.Samples > 0 ? NodeViews.Millis(seen.DeviationMicros) : null,
        seen.ThroughputBytesPerSecond,
        seen.Samples,
        Seconds(now - seen.MeasuredAt),
        seen.Reason.Length == 0 ? null : seen.LastReply);

    // A peer may name a site or a service twice, or one that is not configured here.
    private static Dictionary<string, TView> Distinct<T, TView>(IEnumerable<T> items, Func<T, string> key, Func<T, TView> view)
    {
        var made = new Dictionary<string, TView>();
        foreach (var item in items) made[key(item)] = view(item);
        return made;
    }

    private static CertificateView ViewOf(CertificateFacts facts) => new(facts.Subject, facts.Issuer, facts.NotAfter, facts.Fingerprint);

    private string NameOf(SiteId site) => cluster.FindSite(site)?.Name ?? site.ToString();
    private string NameOf(ServiceId service) => cluster.FindService(service)?.Name ?? service.ToString();

    private static double Seconds(TimeSpan span) => Math.Round(Math.Max(0, span.TotalSeconds), 1);
}
