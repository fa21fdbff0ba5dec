using System.Collections.Immutable;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Policy.Stages;

/// <summary>Second stage: the eligible sites in tiers, the best for this class of clients first [P2.5, S12]. Empty tiers are gone.</summary>
internal static class TierStage
{
    public const string Name = "tiers";

    /// <param name="client">Only for the trace; the class's order has all that the decision needs.</param>
    /// <returns>Rows by tier.</returns>
    public static ImmutableArray<ImmutableArray<int>> Run<TTrace>(
        ImmutableArray<Candidate> candidates, bool[] eligible, TierOrder order, TierRules rules, Place client, TTrace trace)
        where TTrace : struct, ITrace
    {
        var tiers = new List<int>[order.TierCount];
        foreach (var candidate in candidates)
        {
            if (eligible[candidate.Row]) (tiers[order.TierOf[candidate.Row]] ??= []).Add(candidate.Row);
        }
        var filled = tiers.Where(tier => tier is not null).Select(tier => tier.ToImmutableArray()).ToImmutableArray();
        if (trace.IsOn)
        {
            for (var tier = 0; tier < filled.Length; tier++)
                trace.Say(Name, $"tier {tier + 1}: {string.Join("; ", filled[tier].Select(row => Words(candidates[row], rules, client)))}");
        }
        return filled;
    }

    private static string Words(Candidate candidate, TierRules rules, Place client) =>
        rules.Describe(candidate.Row, client) is { Length: > 0 } why ? $"{candidate.Site.Name} ({why})" : candidate.Site.Name;
}
