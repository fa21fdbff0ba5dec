using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Lab.Simulation.Promises;

/// <summary>
/// Nobody hands to what it sees down itself, as long as it knows of anything that is up [S9, S10]: and so no answer names what all call down. Judged by the
/// probes and the words that the node holds, not by what the plan made of them.
/// </summary>
internal sealed class OwnSight(LabCluster lab) : IPromise
{
    public string Words => "no node hands to a site that it sees down while another one is up";

    public string? Changed(LabNode node)
    {
        if (lab.Settings.Policy.DownBudget is not null) return null;
        for (var index = 0; index < lab.Cluster.Services.Length; index++)
        {
            var service = lab.Cluster.Services[index];
            if (node.Answers.Verdict(index) is not (Verdict.Answer or Verdict.Stale)) continue;
            var decided = node.Answers.Decide(index, (ulong)node.Answers.Number);
            if (decided.Count > 0 && !node.Answers.Names(index, node.Answers.Plan.Services[index].Sites[decided[0]].Site.Id)) return $"{node.Site}'s decision names a site that has no share";
            foreach (var site in lab.Cluster.Sites)
            {
                if (site.Id == node.Site.Id || node.Sees(service, site.Id) != HealthState.Down || !node.Answers.Names(index, site.Id)) continue;
                if (AnyUp(lab, node, service) is { } up) return $"{node.Site} answers {service.Name} with {site}, which it sees down, while {up} is up";
            }
        }
        return null;
    }

    /// <summary>A site that this node may well answer with: seen up, or its own and serving, and no word of it that says no.</summary>
    internal static Site? AnyUp(LabCluster lab, LabNode node, Service service)
    {
        foreach (var site in lab.Cluster.Sites)
        {
            var isUp = site.Id == node.Site.Id
                ? service.Vips.Any(vip => vip.Site == site.Id && lab.World.ConditionOf(vip.Key) == VipCondition.Up)
                : node.Sees(service, site.Id) is HealthState.Up or HealthState.Suspect;
            if (isUp && !SaysNo(node, service, site.Id) && lab.Settings.Policy.SiteWeights.GetValueOrDefault(site.Id, 1) > 0) return site;
        }
        return null;
    }

    private static bool SaysNo(LabNode node, Service service, SiteId site)
    {
        if (!node.States.TryGetValue(site, out var word)) return false;
        return word.SelfReport != SelfReport.None || word.Vips.Any(report => report.Vip.Service == service.Id && report.Condition != VipCondition.Up);
    }
}
