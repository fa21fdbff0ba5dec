using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Stages;

/// <summary>
/// Second stage: who may be handed to at all, of the sites that restrictions leave. Out are: those that say so themselves or were voted down (the table's word, the same everywhere),
/// those with a total weight of zero [P3.5], and those that I myself see down [S9].
/// </summary>
/// <remarks>
/// When that leaves nobody, the survivors stay: sites that are up in my own eyes and are out only because the others rank or vote them so, or because they hold themselves back.
/// The last site of six may hold the columns of five dead ones that never liked it; it still answers with itself [S5, S10]. A weight of
/// And when there is none of those either, sites that I see overloaded stay: they answer, and a threshold that all of them pass must not be an outage. A weight of
/// zero by <c>siteWeights</c>, an operator's drain or force down and every other "no" of the site's own stay zero even then.
/// </remarks>
internal static class EligibilityStage
{
    public const string Name = "eligibility";

    /// <returns>By row.</returns>
    public static bool[] Run<TTrace>(ImmutableArray<Candidate> candidates, ServicePolicy policy, SiteReach reach, TTrace trace)
        where TTrace : struct, ITrace
    {
        var eligible = new bool[candidates.Length];
        var any = false;
        foreach (var candidate in candidates) any |= eligible[candidate.Row] = reach.Allows(candidate.Row) && IsAcceptable(candidate);
        var survivors = false;
        if (!any)
        {
            foreach (var candidate in candidates) survivors |= eligible[candidate.Row] = reach.Allows(candidate.Row) && candidate.IsSeenUp && IsSurvivor(candidate, policy);
        }
        var overloaded = false;
        if (!any && !survivors)
        {
            foreach (var candidate in candidates) overloaded |= eligible[candidate.Row] = reach.Allows(candidate.Row) && !candidate.OverloadedVips.IsEmpty && IsSurvivor(candidate, policy);
        }
        if (trace.IsOn) Write(candidates, policy, reach, eligible, survivors, trace);
        if (trace.IsOn && overloaded) trace.Say(Name, "nothing else answers: what I see overloaded stays, because a slow site is better than none");
        return eligible;
    }

    private static bool IsAcceptable(Candidate candidate) =>
        candidate.IsLive && candidate.Line.IsWanted;

    private static bool IsSurvivor(Candidate candidate, ServicePolicy policy) =>
        candidate.Line.Standing is Standing.Up or Standing.Unmeasured or Standing.Full or Standing.Down or Standing.Kept or Standing.Held or Standing.SeenOverloaded or Standing.ForcedUp
        && SiteWeightOf(candidate, policy) > 0;

    internal static int SiteWeightOf(Candidate candidate, ServicePolicy policy) => policy.SiteWeights.GetValueOrDefault(candidate.Site.Id, 1);

    private static void Write<TTrace>(ImmutableArray<Candidate> candidates, ServicePolicy policy, SiteReach reach, bool[] eligible, bool survivors, TTrace trace)
        where TTrace : struct, ITrace
    {
        foreach (var candidate in candidates)
        {
            // Named already, with the rule that forbids it.
            if (!reach.Allows(candidate.Row)) continue;
            if (!eligible[candidate.Row]) trace.Exclude(Name, candidate.Site, ReasonOf(candidate, policy));
            else trace.Say(Name, $"{candidate.Site.Name} may be handed to: {string.Join(", ", candidate.UsableVips.Select(vip => vip.Address))}{Remark(candidate)}");
        }
        if (survivors) trace.Say(Name, "nothing else is up: what I see up myself stays, although the others' columns give it nothing");
    }

    private static string Remark(Candidate candidate) => candidate switch
    {
        { IsKeptByMe: true } or { Line.Standing: Standing.Kept } => " (kept by the down-budget)",
        { Line.Standing: Standing.ForcedUp } => $" (forced up: {candidate.Line.Reason})",
        { IsSelf: true } => " (my own site)",
        { Line.Standing: Standing.Unmeasured } => " (unmeasured)",
        _ => "",
    };

    private static string ReasonOf(Candidate candidate, ServicePolicy policy)
    {
        if (candidate.Line.Standing is not (Standing.Up or Standing.Unmeasured or Standing.Full or Standing.Kept or Standing.ForcedUp)) return $"{candidate.Line.Standing}: {candidate.Line.Reason}{(candidate.IsLive ? "" : $"; {candidate.DownReason}")}";
        if (!candidate.IsLive) return candidate.DownReason;
        return SiteWeightOf(candidate, policy) == 0 ? "its site weight is 0" : "its total weight is 0";
    }
}
