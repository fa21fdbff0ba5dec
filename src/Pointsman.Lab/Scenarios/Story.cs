using System.Collections.Immutable;
using Pointsman.Lab.Simulation;
using Pointsman.Lab.Simulation.Promises;
using Pointsman.Model;

namespace Pointsman.Lab.Scenarios;

/// <summary>A story while it is told: the cluster of now, and what went wrong so far.</summary>
internal sealed class Story(int? seed)
{
    private readonly List<Violation> before = [];
    private LabCluster? lab;

    /// <summary>In place of the one that the cluster names.</summary>
    public int? Seed => seed;

    public LabCluster Lab => lab ?? throw new InvalidOperationException("a story begins with a cluster");

    /// <summary>Of each site, as many EVENTs as have been told.</summary>
    public Dictionary<SiteId, int> EventsTold { get; } = [];

    public string Step
    {
        get;
        set
        {
            field = value;
            if (lab is not null) lab.Step = value;
        }
    } = "";

    public ImmutableArray<Violation> AllViolations => [.. before, .. lab?.Violations ?? []];

    /// <summary>Another cluster, from its first second.</summary>
    public void Begin(LabSettings settings)
    {
        if (lab is not null) before.AddRange(lab.Violations);
        lab = new LabCluster(seed is { } other ? settings with { Seed = other } : settings) { Step = Step };
        EventsTold.Clear();
    }
}
