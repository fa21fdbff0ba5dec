using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>
/// The Distributed Site State Protocol as a pure machine: what happens goes in with its instant, what is to be done comes out as values.
/// One caller at a time; no clock, no socket, no randomness. The gRPC shell drives one of these, the Lab a hundred.
/// </summary>
/// <remarks>
/// One published state at a time: every word has the same content and sequence for all peers, and the node's own column is that word too,
/// so that all nodes compute from equal columns [S7, P5.7]. Every word is full state, so a lost one costs nothing once the next arrives.
/// Three kinds of word [P5.1, S22]: the periodic UPDATE [P5.4], on a grid of the peer's period counted from the start (so that peers with equal periods
/// get the same words); bad news, at once; good news and changed orders, once the last word is a second old. Periodic words go to those
/// whose period is due, news to all. Rejected: a word of its own for every peer (their columns would differ), deltas (need acknowledgement).
/// Losing a stream changes nothing but where words can be sent [P5.6].
/// </remarks>
public sealed partial class DsspMachine
{
    private readonly SortedDictionary<SiteId, PeerSession> peers = [];
    private readonly Columns columns = new();
    private readonly Dictionary<VipKey, Instant> suspected = [];
    private readonly ulong incarnationFirst;
    private readonly Instant start;
    private Cluster cluster;
    private readonly SiteId self;
    private readonly DsspVersions? versionsGiven;
    private DsspVersions versions;
    private ulong sequence;
    private ulong edition;
    private Published? published;
    private bool republish;
    private Func<TableWord?>? tables;
    private bool silent;
    private Instant? ownDue;
    private Instant? newsDue;
    private FrozenSet<VipKey> configuredVips = FrozenSet<VipKey>.Empty;
    private FrozenSet<ServiceId> capacityServices = FrozenSet<ServiceId>.Empty;

    public DsspMachine(DsspIdentity identity, Instant now)
    {
        ArgumentNullException.ThrowIfNull(identity);
        cluster = identity.Cluster;
        self = identity.Self;
        versions = (versionsGiven = identity.Versions) ?? cluster.Dssp.Versions;
        if (cluster.FindSite(self) is null) throw new ArgumentException($"site {self} is not in the configuration", nameof(identity));
        Incarnation = incarnationFirst = identity.Incarnation;
        start = now;
        Configure(identity.Cluster, now);
    }

    /// <summary>Rises above whatever a peer remembers of this site [S21]; store it when an own state is accepted.</summary>
    public ulong Incarnation { get; private set; }

    /// <summary>Every site's newest word, this one's own as published; stale ones stay. Immutable: may be kept and read anywhere.</summary>
    public ImmutableDictionary<SiteId, SiteState> States => columns.States;

    public SiteState? LastPublished => published?.State;

    public IEnumerable<PeerStatus> Peers => peers.Values.Select(peer => peer.Status());

    /// <summary>
    /// To be called at <see cref="NextWake"/> and whenever the local view changed. With a null report (not ready to speak yet) nothing
    /// is published, and peers are only listened to [S11].
    /// </summary>
    public IReadOnlyList<IDsspEffect> Tick(Instant now, LocalReport? local)
    {
        var effects = new List<IDsspEffect>();
        foreach (var peer in peers.Values)
        {
            if (peer.Connected && !peer.Established && now - peer.ConnectedAt >= DsspLimits.HelloWithin) Refuse(peer, CloseReason.NoHello, "no Hello came", now, effects);
        }

        silent = local is null;
        tables = local?.Tables;
        if (local is not null) Speak(now, local, effects);
        columns.Age(now, effects);
        JudgeDue(now, effects);
        return effects;
    }

    /// <summary>When <see cref="Tick"/> wants to be called next; null = only when something happens.</summary>
    public Instant? NextWake(Instant now)
    {
        var wake = columns.NextAgeing();
        var speaks = published is not null && !silent;
        if (speaks && republish) return now;
        if (speaks) wake = Earlier(wake, Earlier(newsDue, ownDue));
        foreach (var peer in peers.Values)
        {
            if (speaks) wake = Earlier(wake, peer.NextDue);
            wake = Earlier(wake, peer.JudgeAt);
            if (peer.Connected && !peer.Established) wake = Earlier(wake, peer.ConnectedAt + DsspLimits.HelloWithin);
        }

        return wake;
    }

    /// <summary>A stream to this peer is up (again): greets it. What it may be sent besides waits for its own Hello.</summary>
    public IReadOnlyList<IDsspEffect> Connected(SiteId peerId, Instant now)
    {
        var effects = new List<IDsspEffect>();
        if (!peers.TryGetValue(peerId, out var peer))
        {
            effects.Add(new ClosePeer(peerId, CloseReason.NotConfigured, "not a configured peer"));
            return effects;
        }

        (peer.Connected, peer.Established, peer.ConnectedAt) = (true, false, now);
        effects.Add(new SendFrame(peerId, DsspFrame.Of(Greeting())));
        return effects;
    }

    /// <summary>The stream is gone. The column stays, and nothing is concluded: probes judge [P5.6].</summary>
    public void Disconnected(SiteId peerId)
    {
        if (peers.TryGetValue(peerId, out var peer)) (peer.Connected, peer.Established) = (false, false);
    }

    /// <summary>The peer's bytes were no frame: costs it the stream; its last good state stays.</summary>
    public IReadOnlyList<IDsspEffect> ReceivedCorrupt(SiteId peerId, string text, Instant now) => Refused(peerId, CloseReason.BadFrame, text, now);

    /// <summary>The transport found the peer to be too much, before it read what it said.</summary>
    public IReadOnlyList<IDsspEffect> Refused(SiteId peerId, CloseReason reason, string text, Instant now)
    {
        var effects = new List<IDsspEffect>();
        if (peers.TryGetValue(peerId, out var peer)) Refuse(peer, reason, text, now, effects);
        return effects;
    }

    public IReadOnlyList<IDsspEffect> Receive(SiteId peerId, DsspFrame frame, Instant now)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var effects = new List<IDsspEffect>();
        // A frame that was still under way when its stream was closed is nobody's.
        if (!peers.TryGetValue(peerId, out var peer) || !peer.Connected) return effects;
        peer.FramesReceived++;
        if (!peer.TakeToken(now)) Refuse(peer, CloseReason.TooFast, $"more than {DsspLimits.FramesPerSecond} frames a second", now, effects);
        else if (frame.Hello is { } hello) ReceiveHello(peer, hello, now, effects);
        else if (frame.State is { } state) ReceiveState(peer, state, now, effects);
        return effects;
    }

    /// <summary>A new configuration [S24]: streams and columns of peers that stay are kept, those of peers that went are dropped.</summary>
    public IReadOnlyList<IDsspEffect> Reconfigure(Cluster next, Instant now)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (next.FindSite(self) is null) throw new ArgumentException($"site {self} is not in the configuration", nameof(next));
        var effects = new List<IDsspEffect>();
        foreach (var gone in peers.Values.Where(peer => next.FindSite(peer.Site.Id) is null).ToArray())
        {
            if (gone.Connected) effects.Add(new ClosePeer(gone.Site.Id, CloseReason.NotConfigured, "no longer configured"));
            peers.Remove(gone.Site.Id);
            if (columns.Remove(gone.Site.Id)) effects.Add(new StateAged(gone.Site.Id));
        }

        Configure(next, now);
        if ((versionsGiven ?? next.Dssp.Versions) is var spoken && spoken != versions)
        {
            versions = spoken;
            foreach (var peer in peers.Values.Where(peer => peer.Connected)) Close(peer, CloseReason.VersionsChanged, "other versions are configured now", effects);
        }

        foreach (var peer in peers.Values) Judge(peer, now, effects);
        return effects;
    }

    private void Configure(Cluster next, Instant now)
    {
        cluster = next;
        configuredVips = next.Services.SelectMany(service => service.Vips).Select(vip => vip.Key).ToFrozenSet();
        capacityServices = next.Services.Where(FollowsCapacity).Select(service => service.Id).ToFrozenSet();
        foreach (var vip in suspected.Keys.Where(vip => !configuredVips.Contains(vip)).ToArray()) suspected.Remove(vip);
        foreach (var site in next.Sites.Where(site => site.Id != self))
        {
            if (peers.TryGetValue(site.Id, out var peer)) peer.Site = site;
            else peers.Add(site.Id, peer = new PeerSession(site));
            peer.NextDue = next.Dssp.IntervalTo(site.Id) is { } period ? NextOnGrid(period, now) : null;
        }

        ownDue = published is null ? null : NextOnGrid(OwnPeriod(), now);
    }

    /// <summary>A service configured at few sites [S6], or with the metric capacity [S12], weighs them by published capacity: it is part of what they are shared out by.</summary>
    private static bool FollowsCapacity(Service service) => service.Policy.Metrics.Contains(Metric.Capacity)
        || (service.Policy.FewSites == FewSites.Capacity && service.Vips.Select(vip => vip.Site).Distinct().Count() < service.Policy.FewSitesBelow);

    private static void Refuse(PeerSession peer, CloseReason reason, string text, Instant now, List<IDsspEffect> effects)
    {
        peer.Refusals[reason] = peer.Refusals.GetValueOrDefault(reason) + 1;
        (peer.LastRefusal, peer.LastRefusalText, peer.LastRefusalAt) = (reason, text, now);
        Close(peer, reason, text, effects);
    }

    private static void Close(PeerSession peer, CloseReason reason, string text, List<IDsspEffect> effects)
    {
        (peer.Connected, peer.Established) = (false, false);
        effects.Add(new ClosePeer(peer.Site.Id, reason, text));
    }

    private static Instant? Earlier(Instant? left, Instant? right) => left is null || (right is { } other && other < left) ? right : left;
}
