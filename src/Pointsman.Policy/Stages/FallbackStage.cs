using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Stages;

/// <summary>
/// Nothing acceptable is up: what <c>policy.whenAllDown</c> says. A probe may be wrong where a user would be served, so three of the four
/// forms answer all the same; a site that says no for itself, or that the operator weighs 0, is named only when nothing else is left to name.
/// </summary>
internal static class FallbackStage
{
    public const string Name = "when-all-down";

    /// <returns>By row; all false = no data.</returns>
    public static bool[] Run<TTrace>(ImmutableArray<Candidate> candidates, ServicePolicy policy, ImmutableArray<SiteId> lastGood, TTrace trace)
        where TTrace : struct, ITrace
    {
        var named = new bool[candidates.Length];
        foreach (var candidate in candidates)
        {
            named[candidate.Row] = policy.WhenAllDown switch
            {
                WhenAllDown.NoData => false,
                WhenAllDown.LastResort => candidate.Site.Id == policy.LastResort,
                WhenAllDown.LastGood => lastGood.IsDefaultOrEmpty || lastGood.Contains(candidate.Site.Id),
                _ => true,
            };
        }
        var willing = candidates.Where(candidate => named[candidate.Row] && IsWilling(candidate, policy)).Select(candidate => candidate.Row).ToList();
        if (willing.Count > 0)
        {
            Array.Clear(named);
            foreach (var row in willing) named[row] = true;
        }
        if (trace.IsOn) trace.Say(Name, $"nothing acceptable is up: {policy.WhenAllDown} gives {Names(candidates, named)}");
        return named;
    }

    private static bool IsWilling(Candidate candidate, ServicePolicy policy) =>
        candidate.Line.Standing is Standing.Up or Standing.Unmeasured or Standing.Full or Standing.Down
        && EligibilityStage.SiteWeightOf(candidate, policy) > 0;

    private static string Names(ImmutableArray<Candidate> candidates, bool[] named) =>
        candidates.Any(candidate => named[candidate.Row])
            ? string.Join(", ", candidates.Where(candidate => named[candidate.Row]).Select(candidate => candidate.Site.Name))
            : "no data";
}
