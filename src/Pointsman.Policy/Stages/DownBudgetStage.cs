using System.Collections.Immutable;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Stages;

/// <summary>
/// Says who is in the answers only because the down-budget keeps it there: an alarm as much as a reason. Who that is is settled before, with the
/// <see cref="Withdrawals"/> of the table and of <see cref="MySight"/>.
/// </summary>
internal static class DownBudgetStage
{
    public const string Name = "down-budget";

    public static ImmutableArray<KeptSite> Kept(ImmutableArray<Candidate> candidates) =>
    [
        .. candidates.Where(candidate => candidate.IsKeptByMe || candidate is { IsLive: true, Line: { Standing: Standing.Kept, Weight: > 0 } })
            .Select(candidate => new KeptSite(candidate.Site, string.Join("; ", new[] { candidate.Line.Reason, candidate.DownReason }.Where(reason => reason.Length > 0)))),
    ];

    public static void Write<TTrace>(ImmutableArray<KeptSite> kept, TTrace trace)
        where TTrace : struct, ITrace
    {
        if (!trace.IsOn) return;
        foreach (var site in kept) trace.Say(Name, $"{site.Site.Name} looks down and stays in, because more would be out than policy.downBudget allows: {site.Reason}");
    }
}
