using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Rules;
using Pointsman.Topology;

namespace Pointsman.Policy.Stages;

/// <summary>
/// First stage: which sites these clients may get at all, whatever is up or full. Its outcome is a property of the client class and stands in the class's
/// <see cref="TierOrder"/>, so that no later stage, redirect or fallback can forget it; here it only gets its words.
/// </summary>
internal static class RestrictionStage
{
    public const string Name = "restriction";

    public static void Write<TTrace>(ImmutableArray<Candidate> candidates, ServicePolicy policy, TierOrder order, Place client, TTrace trace)
        where TTrace : struct, ITrace
    {
        if (!trace.IsOn || policy.Restrictions.IsEmpty) return;
        foreach (var candidate in candidates)
        {
            if (order.TierOf[candidate.Row] == TierOrder.Never) trace.Exclude(Name, candidate.Site, ReasonOf(candidate.Site.Id, candidates, policy, client));
        }
        var allowed = candidates.Where(candidate => order.TierOf[candidate.Row] != TierOrder.Never).ToList();
        var preferred = allowed.Where(candidate => order.TierOf[candidate.Row] < order.PreferredTiers).ToList();
        if (allowed.Count == 0) trace.Say(Name, "no site is left for this client");
        else if (preferred.Count < allowed.Count) trace.Say(Name, $"{Names(preferred)} before all others: the rest only when none of these can take the client");
        else if (allowed.Count < candidates.Length) trace.Say(Name, $"left for this client: {Names(allowed)}");
        else trace.Say(Name, "no rule is about this client");
    }

    private static string ReasonOf(SiteId site, ImmutableArray<Candidate> candidates, ServicePolicy policy, Place client)
    {
        for (var number = 0; number < policy.Restrictions.Length; number++)
        {
            var rule = policy.Restrictions[number];
            if (rule.OrElse != OrElse.Nothing || rule.Sites.Contains(site) || !ClientSelectors.AnyMatches(rule.Clients, client)) continue;
            var named = Names(candidates.Where(candidate => rule.Sites.Contains(candidate.Site.Id)));
            return string.Create(CultureInfo.InvariantCulture, $"policy.restrict[{number}]: {string.Join(", ", rule.Clients)} only to {named}");
        }
        return "a restriction";
    }

    private static string Names(IEnumerable<Candidate> candidates) => string.Join(", ", candidates.Select(candidate => candidate.Site.Name)) is { Length: > 0 } names ? names : "none";
}
