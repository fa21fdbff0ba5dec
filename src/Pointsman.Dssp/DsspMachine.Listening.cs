using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>What the machine makes of a peer's Hello and words.</summary>
public sealed partial class DsspMachine
{
    private Hello Greeting() => new()
    {
        VersionLowest = versions.Lowest,
        VersionHighest = versions.Highest,
        Cluster = cluster.Name,
        SiteName = cluster.FindSite(self)!.Name,
        Site = self,
        Incarnation = Incarnation,
        ConfigurationDigest = cluster.Digest,
        ConfigurationGeneration = cluster.Generation,
        Remembers = [.. columns.States.Values.Select(state => new Remembered(state.Site, state.Incarnation, state.Sequence)).OrderBy(one => one.Site)],
    };

    private void ReceiveHello(PeerSession peer, Hello hello, Instant now, List<IDsspEffect> effects)
    {
        var version = Math.Min(hello.VersionHighest, versions.Highest);
        var supported = version >= Math.Max(hello.VersionLowest, versions.Lowest);
        if (supported == peer.VersionUnsupported)
        {
            peer.VersionUnsupported = !supported;
            effects.Add(new AlarmChanged(AlarmKind.VersionUnsupported, peer.Site.Id, !supported, $"it speaks versions {hello.VersionLowest} to {hello.VersionHighest}, this node {versions.Lowest} to {versions.Highest}"));
        }

        if (peer.Established) Refuse(peer, CloseReason.SecondHello, "a second Hello", now, effects);
        else if (!supported) Refuse(peer, CloseReason.UnsupportedVersion, $"versions {hello.VersionLowest} to {hello.VersionHighest}", now, effects);
        else if (!string.Equals(hello.Cluster, cluster.Name, StringComparison.Ordinal)) Refuse(peer, CloseReason.WrongCluster, $"it is of another cluster than '{cluster.Name}'", now, effects);
        else if (hello.Site != peer.Site.Id || !string.Equals(hello.SiteName, peer.Site.Name, StringComparison.Ordinal)) Refuse(peer, CloseReason.WrongSite, $"it is not site '{peer.Site.Name}' with id {peer.Site.Id}", now, effects);
        else
        {
            (peer.Established, peer.Version) = (true, version);
            // Of sites that are configured alone: what it makes up is not kept.
            peer.Remembers = [.. hello.Remembers.Where(one => cluster.FindSite(one.Site) is not null)];
            (peer.ConfigurationDigest, peer.ConfigurationGeneration) = (hello.ConfigurationDigest, hello.ConfigurationGeneration);
            JudgeSoon(peer, now, effects);
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
        if (!peer.Established) Refuse(peer, CloseReason.NoHello, "a state before the Hello", now, effects);
        else if (state.Site != peer.Site.Id) Refuse(peer, CloseReason.WrongOrigin, $"it speaks for site {state.Site}", now, effects);
        else if (StateCheck.Fault(state) is { } fault) Refuse(peer, CloseReason.BadContent, fault, now, effects);
        else if (columns.States.TryGetValue(state.Site, out var previous) && !Columns.IsNewer(state, previous)) peer.StatesOld++;
        else
        {
            // Before it takes its place: its tables were made without it.
            peer.Tables.Heard(state, columns, tables, now);
            columns.TryMerge(state, now, out _);
            peer.StatesAccepted++;
            effects.Add(new StateAccepted(state));
            // Version 1 tells the generation in its Hello alone: of a digest that came later nobody knows it.
            var told = peer.Version >= 2 || peer.ConfigurationDigest != state.ConfigurationDigest ? state.ConfigurationGeneration : peer.ConfigurationGeneration;
            (peer.ConfigurationDigest, peer.ConfigurationGeneration) = (state.ConfigurationDigest, told);
            JudgeSoon(peer, now, effects);
            Suspect(state, previous, now, effects);
        }
    }

    /// <summary>What another site found down since its last word is probed here now, out of turn: each site judges for itself [P4.4].</summary>
    private void Suspect(SiteState state, SiteState? previous, Instant now, List<IDsspEffect> effects)
    {
        HashSet<VipKey>? before = null;
        foreach (var vip in DownIn(state))
        {
            before ??= previous is null ? [] : DownIn(previous).ToHashSet();
            if (vip.Site == self || before.Contains(vip) || !configuredVips.Contains(vip)) continue;
            if (suspected.TryGetValue(vip, out var last) && now - last < DsspLimits.SuspectSpacing) continue;
            suspected[vip] = now;
            effects.Add(new VipSuspected(vip, state.Site));
        }
    }

    private static IEnumerable<VipKey> DownIn(SiteState state) => state.Observations.Where(seen => seen.State == HealthState.Down).Select(seen => seen.Vip)
        .Concat(state.Vips.Where(report => report.Condition == VipCondition.Down).Select(report => report.Vip));
}
