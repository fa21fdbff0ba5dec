using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// A whole cluster in one thread and virtual time: N nodes' pure machines, the network between them, and the world that they try to see.
/// One seed gives one story, to the microsecond. Rejected: the real shell under a fake clock; what the thread pool does there is
/// not the same twice.
/// </summary>
public sealed class LabCluster
{
    private readonly ImmutableDictionary<SiteId, LabNode> nodes;

    public LabCluster(LabSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings;
        Cluster = settings.ToCluster();
        nodes = Cluster.Sites.ToImmutableDictionary(site => site.Id, site => new LabNode(this, site, (settings.Seed * 1_000) + site.Id.Value));
        Network = new Network(this, settings.Seed);
        foreach (var node in Nodes) node.Start(forgetful: false);
        Network.Start();
    }

    public LabSettings Settings { get; }
    public Cluster Cluster { get; }
    public World World { get; } = new();
    public Timeline Timeline { get; } = new();

    /// <summary>By site number.</summary>
    public IEnumerable<LabNode> Nodes => nodes.OrderBy(pair => pair.Key).Select(pair => pair.Value);

    public LabNode this[SiteId site] => nodes[site];

    public LabNode this[string site] => nodes[(Cluster.FindSite(site) ?? throw new ArgumentException($"no site '{site}'", nameof(site))).Id];

    public long FramesSent => Network.FramesSent;
    public long BytesSent => Network.BytesSent;
    internal Network Network { get; }

    public void Run(TimeSpan span) => Timeline.Run(span);

    public void SetCondition(SiteId site, VipCondition condition)
    {
        World.SetCondition(site, condition);
        nodes[site].ConditionChanged();
    }

    /// <summary>The whole site goes dark: node, VIPs and line.</summary>
    public void Kill(SiteId site)
    {
        World.SetDark(site, true);
        nodes[site].Crash();
    }

    public void Revive(SiteId site, bool forgetful)
    {
        World.SetDark(site, false);
        nodes[site].Start(forgetful);
    }

    /// <summary>The weather: of frames within streams.</summary>
    public void SetWeather(double loss, double duplication, TimeSpan jitter) => (Network.Loss, Network.Duplication, Network.Jitter) = (loss, duplication, jitter);

    /// <summary>Every cut healed, every site lit and empty, every condition good, the weather fine.</summary>
    public void HealAll()
    {
        World.HealAll();
        SetWeather(0, 0, TimeSpan.Zero);
        foreach (var node in Nodes)
        {
            Revive(node.Site.Id, forgetful: false);
            World.SetLoad(node.Site.Id, 0);
            SetCondition(node.Site.Id, VipCondition.Up);
        }
    }
}
