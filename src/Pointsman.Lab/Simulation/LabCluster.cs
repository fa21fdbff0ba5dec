using System.Collections.Immutable;
using Pointsman.Dssp;
using Pointsman.Lab.Simulation.Promises;
using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// A whole cluster in one thread and virtual time: N nodes' pure machines, the network between them, and the world that they try to see.
/// One seed gives one story, to the microsecond; what is promised is looked at after every step. Rejected: the real shell under a fake clock; what the
/// thread pool does there is not the same twice.
/// </summary>
public sealed class LabCluster
{
    private readonly ImmutableDictionary<SiteId, LabNode> nodes;
    private readonly Dictionary<(SiteId Low, SiteId High), int> flapping = [];
    private (SiteState? Word, int Version, Envelope? Envelope) lastSent;
    private int flaps;

    public LabCluster(LabSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings;
        Cluster = settings.ToCluster();
        Bounds = new Bounds(settings);
        Network = new Network(this, settings.Seed);
        Calm = new Calm(this);
        Watch = new Watch(this);
        nodes = Cluster.Sites.ToImmutableDictionary(site => site.Id, site => new LabNode(this, site, (settings.Seed * 1_000) + site.Id.Value));
        Nodes = [.. nodes.OrderBy(pair => pair.Key).Select(pair => pair.Value)];
        foreach (var node in Nodes) node.Start();
        Network.Start();
        World.Changed = FaultsChanged;
        Timeline.Stepped = Watch.Step;
        FaultsChanged();
    }

    public LabSettings Settings { get; }
    public Cluster Cluster { get; }
    public World World { get; } = new();
    public Timeline Timeline { get; } = new();

    /// <summary>By site number.</summary>
    public ImmutableArray<LabNode> Nodes { get; } = [];

    /// <summary>What was seen to be against what is promised.</summary>
    public IReadOnlyList<Violation> Violations => Watch.Violations;

    /// <summary>What is being done to the cluster now, for whoever reads a violation.</summary>
    public string Step { get; set; } = "";

    public LabNode this[SiteId site] => nodes[site];

    public LabNode this[string site] => nodes[(Cluster.FindSite(site) ?? throw new ArgumentException($"no site '{site}'", nameof(site))).Id];

    public long FramesSent => Network.FramesSent;
    public long BytesSent => Network.BytesSent;
    internal Network Network { get; }
    internal Watch Watch { get; }
    internal Calm Calm { get; }
    internal Bounds Bounds { get; }
    internal bool IsAnythingFlapping => flapping.Count > 0;

    public void Run(TimeSpan span) => Timeline.Run(span);

    public void SetCondition(SiteId site, VipCondition condition)
    {
        World.SetCondition(site, condition);
        nodes[site].ConditionChanged();
    }

    public void SetCondition(VipKey vip, VipCondition condition)
    {
        World.SetCondition(vip, condition);
        nodes[vip.Site].ConditionChanged();
    }

    public void SetLoad(SiteId site, int connections)
    {
        World.SetLoad(site, connections);
        nodes[site].ConditionChanged();
    }

    /// <summary>The whole site goes dark: node, VIPs and line.</summary>
    public void Kill(SiteId site)
    {
        nodes[site].Crash();
        World.SetDark(site, true);
    }

    public void Revive(SiteId site, bool diskLost = false, bool clockLost = false)
    {
        World.SetDark(site, false);
        nodes[site].Start(diskLost, clockLost);
        FaultsChanged();
    }

    /// <summary>The node's process alone dies; its VIPs go on serving.</summary>
    public void Stop(SiteId site)
    {
        nodes[site].Crash();
        FaultsChanged();
    }

    /// <summary>The node's process dies and is back before anybody can have noticed.</summary>
    public void Restart(SiteId site, bool diskLost = false, bool clockLost = false)
    {
        Stop(site);
        Revive(site, diskLost, clockLost);
    }

    /// <summary>Another program at this node: it is restarted, and speaks these versions of DSSP.</summary>
    public void Exchange(SiteId site, DsspVersions versions)
    {
        nodes[site].Versions = versions;
        if (nodes[site].Runs) Restart(site);
    }

    /// <summary>Both ways between two sites are cut and healed in turn, for so long each, until they are healed by name or all are.</summary>
    public void Flap(SiteId one, SiteId other, TimeSpan half)
    {
        if (one == other) return;
        var link = Link(one, other);
        var number = flapping[link] = ++flaps;
        Swing(cut: true);

        void Swing(bool cut)
        {
            if (flapping.GetValueOrDefault(link) != number) return;
            EachWay(one, other, cut ? World.Cut : World.Heal);
            Timeline.After(half, () => Swing(!cut));
        }
    }

    public void Heal(SiteId one, SiteId other)
    {
        flapping.Remove(Link(one, other));
        EachWay(one, other, World.Heal);
        FaultsChanged();
    }

    /// <summary>Every way.</summary>
    public void HealWays()
    {
        flapping.Clear();
        World.HealAll();
    }

    /// <summary>Of frames within streams.</summary>
    public void SetWeather(double loss, double duplication, TimeSpan jitter)
    {
        (Network.Loss, Network.Duplication, Network.Jitter) = (loss, duplication, jitter);
        FaultsChanged();
    }

    /// <summary>An operator orders something of a site, at that site's own node.</summary>
    public void Order(SiteId site, OverrideKind kind)
    {
        if (kind == OverrideKind.Clear && !nodes[site].IsOrdered) return;
        nodes[site].Order(kind);
        FaultsChanged();
    }

    /// <summary>A node's monotonic clock shows so many seconds in one of true time.</summary>
    public void SetDrift(SiteId site, double rate) => nodes[site].Clock.Rate = rate;

    /// <summary>A node's wall clock is stepped; it shows when the node starts anew.</summary>
    public void StepClock(SiteId site, TimeSpan by) => nodes[site].Clock.WallStep += by;

    /// <summary>Every cut healed, every site lit, heard, quick and empty, every condition good, every order lifted, the weather fine.</summary>
    public void HealAll()
    {
        HealWays();
        SetWeather(0, 0, TimeSpan.Zero);
        foreach (var node in Nodes)
        {
            Revive(node.Site.Id);
            Order(node.Site.Id, OverrideKind.Clear);
            World.SetSilent(node.Site.Id, false);
            World.SetSlow(node.Site.Id, TimeSpan.Zero);
            World.SetLoad(node.Site.Id, 0);
            SetCondition(node.Site.Id, VipCondition.Up);
        }
    }

    /// <summary>One word goes to many peers, and is the same bytes for all whose period and version are the same.</summary>
    internal Envelope EnvelopeOf(DsspFrame frame, Instant now)
    {
        if (frame.State is not { } word) return new Envelope(frame, now);
        if (lastSent.Envelope is { } last && lastSent.Version == frame.Version && lastSent.Word == word) return last;
        var envelope = new Envelope(frame, now);
        lastSent = (word, frame.Version, envelope);
        return envelope;
    }

    private static (SiteId, SiteId) Link(SiteId one, SiteId other) => one.CompareTo(other) < 0 ? (one, other) : (other, one);

    private static void EachWay(SiteId one, SiteId other, Action<SiteId, SiteId> change)
    {
        change(one, other);
        change(other, one);
    }

    private void FaultsChanged()
    {
        Calm.Look();
        Network.Wake();
        Watch.FaultsChanged();
    }
}
