using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Lab.Simulation.Promises;

/// <summary>
/// Of a world that has been whole for the time of recovery every node answers with every site; and one cut link, whatever it carries or how often it
/// flaps, takes nobody out but its two ends for each other.
/// </summary>
internal sealed class NobodyLost : IPromise
{
    private readonly LabCluster lab;

    public NobodyLost(LabCluster lab) => this.lab = lab;

    public string Words => "a site that is up is in everybody's answers; one cut link takes out only its two ends, for each other";

    public string? Changed(LabNode node) => lab.Calm.IsSettled ? Missing(node) : null;

    public string? FaultsChanged()
    {
        if (lab.Calm.WholeSince is not { } since || since != lab.Timeline.Now) return null;
        lab.Watch.Later(lab.Bounds.Recovery, this, () => lab.Calm.WholeSince == since ? lab.Nodes.Select(Missing).FirstOrDefault(missing => missing is not null) : null);
        return null;
    }

    private string? Missing(LabNode node)
    {
        // A weight of zero is the operator's will.
        if (lab.Settings.Policy.Weights.Contains(0) || lab.Settings.Policy.SiteWeights.Values.Contains(0)) return null;
        // Of two sites the other one is the majority: what it calls down is down, until it is seen down itself.
        if (lab.Calm.Link is not null && lab.Cluster.Sites.Length == 2) return null;
        if (!node.IsReady) return $"{node.Site} is not ready";
        for (var index = 0; index < lab.Cluster.Services.Length; index++)
        {
            if (node.Answers.Verdict(index) != Verdict.Answer) return $"{node.Site} answers {lab.Cluster.Services[index].Name} with {node.Answers.Verdict(index)}";
            foreach (var site in lab.Cluster.Sites)
            {
                if (lab.Calm.Link is { } link && IsLink(link, node.Site.Id, site.Id)) continue;
                if (!node.Answers.Names(index, site.Id)) return $"{node.Site} does not answer {lab.Cluster.Services[index].Name} with {site}, which is {node.Answers.Table(index)[site.Id]?.Standing} ({node.Answers.Table(index)[site.Id]?.Reason})";
            }
        }
        return null;
    }

    private static bool IsLink((SiteId Low, SiteId High) link, SiteId one, SiteId other) => link == (one, other) || link == (other, one);
}
