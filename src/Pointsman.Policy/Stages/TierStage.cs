using System.Collections.Immutable;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Policy.Stages;

/// <summary>
/// Third stage: the eligible sites in tiers, the best for this class of clients first [P2.5, S12]. Empty tiers are gone. What a rule with
/// <c>orElse: anywhere</c> leaves out comes in only when no site that it names is eligible and has room, and another has.
/// </summary>
internal static class TierStage
{
    public const string Name = "tiers";

    /// <param name="client">Only for the trace; the class's order has all that the decision needs.</param>
    public static Tiers Run<TTrace>(
        ImmutableArray<Candidate> candidates, bool[] eligible, TierOrder order, TierRules rules, Place client, TTrace trace)
        where TTrace : struct, ITrace
    {
        var reached = Reached(candidates, eligible, order);
        var tiers = new Tiers(order, eligible, reached);
        if (trace.IsOn)
        {
            foreach (var candidate in candidates)
            {
                if (eligible[candidate.Row] && order.TierOf[candidate.Row] >= reached)
                    trace.Exclude(Name, candidate.Site, "a restriction prefers other sites, and these can take the client");
            }
            var number = 0;
            foreach (var tier in tiers)
                trace.Say(Name, $"tier {++number}: {string.Join("; ", tier.Select(row => Words(candidates[row], rules, client)))}");
        }
        return tiers;
    }

    /// <summary>How many tiers are looked at: the preferred ones, or all.</summary>
    private static int Reached(ImmutableArray<Candidate> candidates, bool[] eligible, TierOrder order)
    {
        if (order.PreferredTiers == order.TierCount) return order.TierCount;
        bool preferred = false, otherRoom = false;
        foreach (var candidate in candidates)
        {
            var tier = order.TierOf[candidate.Row];
            if (!eligible[candidate.Row] || tier == TierOrder.Never) continue;
            var isPreferred = tier < order.PreferredTiers;
            if (isPreferred && candidate.Admit > 0) return order.PreferredTiers;
            preferred |= isPreferred;
            otherRoom |= !isPreferred && candidate.Admit > 0;
        }
        // Where nobody has room, room is no reason to break a rule.
        return preferred && !otherRoom ? order.PreferredTiers : order.TierCount;
    }

    private static string Words(Candidate candidate, TierRules rules, Place client) =>
        rules.Describe(candidate.Row, client) is { Length: > 0 } why ? $"{candidate.Site.Name} ({why})" : candidate.Site.Name;
}
