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
public sealed class DsspMachine
{
    private readonly SortedDictionary<SiteId, PeerSession> peers = [];
    private readonly Columns columns = new();
    private readonly Dictionary<VipKey, Instant> suspected = [];
    private readonly ulong incarnationFirst;
    private readonly Instant start;
    private Cluster cluster;
    private readonly SiteId self;
    private long generation;
    private ulong sequence;
    private ulong edition;
    private Published? published;
    private bool republish;
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
        if (cluster.FindSite(self) is null) throw new ArgumentException($"site {self} is not in the configuration", nameof(identity));
        Incarnation = incarnationFirst = identity.Incarnation;
        start = now;
        Configure(identity.Cluster, identity.Generation, now);
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
            if (peer.Connected && !peer.Established && now - peer.ConnectedAt >= DsspLimits.HelloWithin) Close(peer, CloseReason.NoHello, "no Hello came", effects);
        }

        silent = local is null;
        if (local is not null) Speak(now, local, effects);
        columns.Age(now, effects);
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
    public IReadOnlyList<IDsspEffect> ReceivedCorrupt(SiteId peerId, string text)
    {
        var effects = new List<IDsspEffect>();
        if (peers.TryGetValue(peerId, out var peer)) Refuse(peer, CloseReason.BadFrame, text, effects);
        return effects;
    }

    public IReadOnlyList<IDsspEffect> Receive(SiteId peerId, DsspFrame frame, Instant now)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var effects = new List<IDsspEffect>();
        // A frame that was still under way when its stream was closed is nobody's.
        if (!peers.TryGetValue(peerId, out var peer) || !peer.Connected) return effects;
        peer.FramesReceived++;
        if (!peer.TakeToken(now)) Refuse(peer, CloseReason.TooFast, $"more than {DsspLimits.FramesPerSecond} frames a second", effects);
        else if (frame.Hello is { } hello) ReceiveHello(peer, hello, now, effects);
        else if (frame.State is { } state) ReceiveState(peer, state, now, effects);
        return effects;
    }

    /// <summary>A new configuration [S24]: streams and columns of peers that stay are kept, those of peers that went are dropped.</summary>
    public IReadOnlyList<IDsspEffect> Reconfigure(Cluster next, long nextGeneration, Instant now)
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

        Configure(next, nextGeneration, now);
        foreach (var peer in peers.Values) CompareConfiguration(peer, effects);
        return effects;
    }

    private void Configure(Cluster next, long nextGeneration, Instant now)
    {
        (cluster, generation) = (next, nextGeneration);
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

    private Hello Greeting() => new()
    {
        Cluster = cluster.Name,
        SiteName = cluster.FindSite(self)!.Name,
        Site = self,
        Incarnation = Incarnation,
        ConfigurationDigest = cluster.Digest,
        ConfigurationGeneration = generation,
        Remembers = [.. columns.States.Values.Select(state => new Remembered(state.Site, state.Incarnation, state.Sequence)).OrderBy(one => one.Site)],
    };

    private void ReceiveHello(PeerSession peer, Hello hello, Instant now, List<IDsspEffect> effects)
    {
        var version = Math.Min(hello.VersionHighest, DsspLimits.VersionHighest);
        var supported = version >= Math.Max(hello.VersionLowest, DsspLimits.VersionLowest);
        if (supported == peer.VersionUnsupported)
        {
            peer.VersionUnsupported = !supported;
            effects.Add(new AlarmChanged(AlarmKind.VersionUnsupported, peer.Site.Id, !supported, $"it speaks versions {hello.VersionLowest} to {hello.VersionHighest}"));
        }

        if (peer.Established) Refuse(peer, CloseReason.SecondHello, "a second Hello", effects);
        else if (!supported) Refuse(peer, CloseReason.UnsupportedVersion, $"versions {hello.VersionLowest} to {hello.VersionHighest}", effects);
        else if (!string.Equals(hello.Cluster, cluster.Name, StringComparison.Ordinal)) Refuse(peer, CloseReason.WrongCluster, $"it is of another cluster than '{cluster.Name}'", effects);
        else if (hello.Site != peer.Site.Id || !string.Equals(hello.SiteName, peer.Site.Name, StringComparison.Ordinal)) Refuse(peer, CloseReason.WrongSite, $"it is not site '{peer.Site.Name}' with id {peer.Site.Id}", effects);
        else
        {
            (peer.Established, peer.Version) = (true, version);
            (peer.ConfigurationDigest, peer.ConfigurationGeneration) = (hello.ConfigurationDigest, hello.ConfigurationGeneration);
            CompareConfiguration(peer, effects);
            foreach (var remembered in hello.Remembers.Where(one => one.Site == self)) Outgrow(peer, remembered, effects);
            if (published is { } own && !republish) Send(peer, own.State, effects);
        }
    }

    /// <summary>[S21]: a node that lost its disk, or whose clock went back, is not refused for ever: it goes on above what is remembered of it.</summary>
    private void Outgrow(PeerSession peer, Remembered remembered, List<IDsspEffect> effects)
    {
        if (remembered.Incarnation < Incarnation || (remembered.Incarnation == Incarnation && remembered.Sequence <= sequence)) return;
        if (remembered.Incarnation - incarnationFirst > DsspLimits.IncarnationJump && remembered.Incarnation > incarnationFirst)
        {
            effects.Add(new AlarmChanged(AlarmKind.IncarnationImplausible, peer.Site.Id, true, $"it remembers incarnation {remembered.Incarnation} of this site, which is at {Incarnation}"));
            return;
        }

        Incarnation = remembered.Incarnation + 1;
        republish = published is not null;
    }

    private void ReceiveState(PeerSession peer, SiteState state, Instant now, List<IDsspEffect> effects)
    {
        if (!peer.Established) Refuse(peer, CloseReason.NoHello, "a state before the Hello", effects);
        else if (state.Site != peer.Site.Id) Refuse(peer, CloseReason.WrongOrigin, $"it speaks for site {state.Site}", effects);
        else if (StateCheck.Fault(state) is { } fault) Refuse(peer, CloseReason.BadContent, fault, effects);
        else if (!columns.TryMerge(state, now, out var previous)) peer.StatesOld++;
        else
        {
            peer.StatesAccepted++;
            effects.Add(new StateAccepted(state));
            peer.ConfigurationDigest = state.ConfigurationDigest;
            CompareConfiguration(peer, effects);
            Suspect(state, previous, now, effects);
        }
    }

    /// <summary>What another site found down since its last word is probed here now, out of turn: each site judges for itself [P4.4].</summary>
    private void Suspect(SiteState state, SiteState? previous, Instant now, List<IDsspEffect> effects)
    {
        var before = previous is null ? [] : DownIn(previous).ToHashSet();
        foreach (var vip in DownIn(state))
        {
            if (vip.Site == self || before.Contains(vip) || !configuredVips.Contains(vip)) continue;
            if (suspected.TryGetValue(vip, out var last) && now - last < DsspLimits.SuspectSpacing) continue;
            suspected[vip] = now;
            effects.Add(new VipSuspected(vip, state.Site));
        }
    }

    private static IEnumerable<VipKey> DownIn(SiteState state) => state.Observations.Where(seen => seen.State == HealthState.Down).Select(seen => seen.Vip)
        .Concat(state.Vips.Where(report => report.Condition == VipCondition.Down).Select(report => report.Vip));

    private void CompareConfiguration(PeerSession peer, List<IDsspEffect> effects)
    {
        // Divergence is the operator's to repair and no reason to call anyone down [S23].
        var differs = peer.ConfigurationDigest.Length > 0 && cluster.Digest.Length > 0 && !string.Equals(peer.ConfigurationDigest, cluster.Digest, StringComparison.Ordinal);
        if (differs == peer.ConfigurationDiffers) return;
        peer.ConfigurationDiffers = differs;
        var text = $"site {peer.Site.Name} has " + (differs ? $"configuration {Short(peer.ConfigurationDigest)}, this node {Short(cluster.Digest)}" : "the same configuration as this node");
        effects.Add(new AlarmChanged(AlarmKind.ConfigurationDiffers, peer.Site.Id, differs, text));
    }

    // As much of a digest as `status` shows.
    private static string Short(string digest) => digest[..Math.Min(12, digest.Length)];

    private void Speak(Instant now, LocalReport local, List<IDsspEffect> effects)
    {
        var news = News.Between(published, local, cluster.Digest);
        newsDue = null;
        if (published is null || republish)
        {
            Publish(now, local, news, toAll: true, effects);
            return;
        }

        if (news.Any)
        {
            var due = published.State.SentAt + (news.Bad ? DsspLimits.BadNewsSpacing : DsspLimits.GoodNewsSpacing);
            if (now >= due)
            {
                Publish(now, local, news, toAll: true, effects);
                return;
            }

            newsDue = due;
        }

        // A periodic word that carries news is news to everybody: the columns must stay equal.
        if (ownDue <= now || peers.Values.Any(peer => peer.NextDue <= now))
        {
            newsDue = null;
            Publish(now, local, news, toAll: news.Any, effects);
        }
    }

    private void Publish(Instant now, LocalReport local, News news, bool toAll, List<IDsspEffect> effects)
    {
        sequence++;
        var capacity = Published.CapacityOf(local.Vips, capacityServices);
        if (published is null || news.ForTheTable || republish || !published.Capacity.SequenceEqual(capacity)) edition = sequence;
        republish = false;
        var period = OwnPeriod();
        var state = new SiteState
        {
            Site = self,
            Incarnation = Incarnation,
            Sequence = sequence,
            Edition = edition,
            IsEvent = news.Reasons != EventReasons.None,
            Reasons = news.Reasons,
            SentAt = now,
            Validity = null,
            Period = period,
            ConfigurationDigest = cluster.Digest,
            SelfReport = local.SelfReport,
            VotesMuted = local.VotesMuted,
            MemoryFreeBytes = local.MemoryFreeBytes,
            Sessions = local.Sessions,
            Vips = local.Vips,
            // A reason in words is worth its bytes only where something is wrong.
            Observations = [.. local.Observations.Select(seen => seen.State is HealthState.Up or HealthState.Unknown ? seen with { Reason = "" } : seen)],
            Orders = [.. local.Orders.OrderBy(order => order.Service)],
            Overrides = local.Overrides,
        };
        published = new Published(state, capacityServices);
        ownDue = NextOnGrid(period, now);
        columns.TryMerge(state, now, out _);
        effects.Add(new StateAccepted(state));
        foreach (var peer in peers.Values)
        {
            var due = peer.NextDue <= now;
            if (due) peer.NextDue = cluster.Dssp.IntervalTo(peer.Site.Id) is { } theirs ? NextOnGrid(theirs, now) : null;
            if (peer.Established && (toAll || due)) Send(peer, state, effects);
        }
    }

    private void Send(PeerSession peer, SiteState state, List<IDsspEffect> effects)
    {
        var period = cluster.Dssp.IntervalTo(peer.Site.Id);
        if (state.IsEvent) peer.EventsSent++;
        else peer.UpdatesSent++;
        effects.Add(new SendFrame(peer.Site.Id, DsspFrame.Of(state with { Period = period, Validity = period is { } span ? DsspLimits.ValidityOf(span) : null })));
    }

    private static void Refuse(PeerSession peer, CloseReason reason, string text, List<IDsspEffect> effects)
    {
        peer.FramesRefused++;
        Close(peer, reason, text, effects);
    }

    private static void Close(PeerSession peer, CloseReason reason, string text, List<IDsspEffect> effects)
    {
        (peer.Connected, peer.Established) = (false, false);
        effects.Add(new ClosePeer(peer.Site.Id, reason, text));
    }

    /// <summary>The shortest period towards anyone; a minute when all are off, so that the own column's capacity stays fresh.</summary>
    private TimeSpan OwnPeriod()
    {
        var shortest = cluster.Dssp.Interval ?? TimeSpan.FromMinutes(1);
        foreach (var peer in peers.Values)
        {
            if (cluster.Dssp.IntervalTo(peer.Site.Id) is { } period && period < shortest) shortest = period;
        }

        return shortest;
    }

    private Instant NextOnGrid(TimeSpan period, Instant now)
    {
        var micros = Math.Max(1, period.Ticks / TimeSpan.TicksPerMicrosecond);
        return new Instant(start.Micros + ((((now.Micros - start.Micros) / micros) + 1) * micros));
    }

    private static Instant? Earlier(Instant? left, Instant? right) => left is null || (right is { } other && other < left) ? right : left;
}
