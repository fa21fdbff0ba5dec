using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Node.Configuration.Keys;
using Pointsman.Node.Configuration.Shapes;

namespace Pointsman.Node.Configuration;

/// <summary>A policy whose keys are right one by one and contradict each other, or the sites that the service has.</summary>
internal static class PolicyChecks
{
    public static void Run(Entry<WrittenService> service, WrittenConfiguration written, Findings findings)
    {
        var policy = service.Value.Policy;
        var metrics = policy.Metrics.Select(metric => metric.Value).ToList();
        // [S5] Zero wins over geography: a place in the order that earns 0 takes the nearest site out, whoever asks.
        if (metrics.Contains(Metric.Geography) && policy.Weights.Contains(0))
            findings.Warning(policy.WeightsMark, $"{policy.Path}.weights", "a weight of 0 takes a site out even for the users nearest to it (the policy has geography too)");
        if (policy.Weights.All(weight => weight == 0) && !policy.Weights.IsEmpty)
            findings.Warning(policy.WeightsMark, $"{policy.Path}.weights", "every weight is 0: no measured site is ever handed to");
        if (metrics.Contains(Metric.Cost) && written.Sites.Select(site => site.Value.Cost).Distinct().Count() < 2)
            findings.Warning(policy.Mark, $"{policy.Path}.metric", "cost decides nothing: every site costs the same");

        var offering = service.Value.Vips.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        var known = written.Sites.Select(site => site.Name).ToHashSet(StringComparer.Ordinal);
        var zero = policy.SiteWeights.Where(weight => weight.Value == 0).Select(weight => weight.Name).ToHashSet(StringComparer.Ordinal);
        if (offering.Count > 0 && offering.All(zero.Contains))
            findings.Warning(policy.Mark, $"{policy.Path}.siteWeights", "every site of the service has 0: none is ever handed to");
        foreach (var weight in policy.SiteWeights) WarnIfElsewhere(weight.Name, weight.Mark, weight.Path);
        foreach (var place in policy.Order.Concat(policy.Orders.SelectMany(rule => rule.Order))) WarnIfElsewhere(place.Value, place.Mark, place.Path);
        if (policy.LastResort is { } resort && known.Contains(resort.Value) && !offering.Contains(resort.Value))
            findings.Error(resort.Mark, resort.Path, $"'{resort.Value}' has no VIP of this service");

        foreach (var rule in policy.Restrictions)
        {
            foreach (var site in rule.Sites) WarnIfElsewhere(site.Value, site.Mark, site.Path);
            var usable = rule.Sites.Where(site => offering.Contains(site.Value)).ToList();
            if (usable.Count > 0 && usable.All(site => zero.Contains(site.Value)))
                findings.Warning(rule.Mark, $"{rule.Path}.sites", "siteWeights has 0 for each of them: none is ever handed to");
        }
        if (policy.DownBudget is { } budget) CheckBudget(budget, service, policy, findings);

        void WarnIfElsewhere(string site, Mark mark, string path)
        {
            if (known.Contains(site) && !offering.Contains(site)) findings.Warning(mark, path, $"'{site}' has no VIP of this service");
        }
    }

    private static void CheckBudget(DownBudget budget, Entry<WrittenService> service, WrittenPolicy policy, Findings findings)
    {
        var path = $"{policy.Path}.downBudget";
        var sites = service.Value.Vips.Length;
        if (sites == 0) return;
        if ((budget.Sites ?? int.MaxValue) >= sites && (budget.CapacityMillionths ?? Whole) == Whole)
            findings.Warning(policy.DownBudgetMark, path, FormattableString.Invariant($"forbids nothing: the service has {sites} sites, and all of them may be taken out"));
        else if (budget.Sites == 0 || Parts(service.Value.Vips, policy).Min() > (budget.CapacityMillionths ?? Whole))
            findings.Warning(policy.DownBudgetMark, path, "is smaller than any site: no probe and no vote ever takes one out");
    }

    private const int Whole = 1_000_000;

    /// <summary>Each site's part of the service's connections, as the decision counts it: a VIP without a maximum as the largest, without any each VIP alike.</summary>
    private static List<decimal> Parts(ImmutableArray<Entry<ImmutableArray<WrittenVip>>> vips, WrittenPolicy policy)
    {
        var largest = vips.SelectMany(entry => entry.Value).Max(vip => vip.MaxConnections) ?? 1;
        var wanted = vips.Where(entry => !policy.SiteWeights.Any(weight => weight.Name == entry.Name && weight.Value == 0));
        var bySite = wanted.Select(entry => entry.Value.Sum(vip => (decimal)(vip.MaxConnections ?? largest))).DefaultIfEmpty().ToList();
        var sum = Math.Max(1, bySite.Sum());
        return [.. bySite.Select(site => site * Whole / sum)];
    }
}
