using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Stages;

/// <summary>
/// Nothing acceptable is up: what <c>policy.whenAllDown</c> says, of the sites that restrictions leave. A probe may be wrong where a user would be
/// served, so three of the four forms answer all the same. First an operator's drained site that is up all the same; then whatever looks down; a site that says no
/// for itself, or that the operator weighs 0, is named only when nothing else is left to name, and one that a rule with <c>orElse: anywhere</c> leaves out only when no willing one is left that it names.
/// </summary>
internal static class FallbackStage
{
    public const string Name = "when-all-down";

    /// <returns>By row; all false = no data.</returns>
    public static bool[] Run<TTrace>(
        ImmutableArray<Candidate> candidates, ServicePolicy policy, SiteReach reach, ImmutableArray<SiteId> lastGood, TTrace trace)
        where TTrace : struct, ITrace
    {
        // Of these clients' sites none may ever have been good: then it says nothing about them.
        // Forced down is down for good: an operator said so, and no probe can be wrong about that.
        bool MayBe(Candidate candidate) => reach.Allows(candidate.Row) && candidate.Line.Standing != Standing.ForcedDown;
        var knowsGood = !lastGood.IsDefaultOrEmpty && candidates.Any(candidate => MayBe(candidate) && lastGood.Contains(candidate.Site.Id));
        bool IsNamed(Candidate candidate) => MayBe(candidate) && policy.WhenAllDown switch
        {
            WhenAllDown.NoData => false,
            WhenAllDown.LastResort => candidate.Site.Id == policy.LastResort,
            WhenAllDown.LastGood => !knowsGood || candidate.IsSpare || lastGood.Contains(candidate.Site.Id),
            _ => true,
        };

        var named = new bool[candidates.Length];
        var best = int.MaxValue;
        foreach (var candidate in candidates)
        {
            if (!IsNamed(candidate)) continue;
            // A drained site that is up serves its users better than one that looks down.
            var place = (IsSpare(candidate, policy) ? 0 : IsWilling(candidate, policy) ? 2 : 4) + (reach.Prefers(candidate.Row) ? 0 : 1);
            if (place > best) continue;
            if (place < best) Array.Clear(named);
            (best, named[candidate.Row]) = (place, true);
        }
        if (trace.IsOn) trace.Say(Name, $"nothing acceptable is up: {policy.WhenAllDown} gives {Names(candidates, named)}");
        return named;
    }

    private static bool IsSpare(Candidate candidate, ServicePolicy policy) => candidate.IsSpare && EligibilityStage.SiteWeightOf(candidate, policy) > 0;

    private static bool IsWilling(Candidate candidate, ServicePolicy policy) =>
        candidate.Line.Standing is Standing.Up or Standing.Unmeasured or Standing.Full or Standing.Down or Standing.Kept or Standing.Held or Standing.SeenOverloaded or Standing.ForcedUp
        && EligibilityStage.SiteWeightOf(candidate, policy) > 0;

    private static string Names(ImmutableArray<Candidate> candidates, bool[] named) =>
        candidates.Any(candidate => named[candidate.Row])
            ? string.Join(", ", candidates.Where(candidate => named[candidate.Row]).Select(candidate => candidate.Site.Name))
            : "no data";
}
