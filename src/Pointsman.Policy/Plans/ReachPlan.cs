using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Stages;

namespace Pointsman.Policy.Plans;

/// <summary>What is up, and what is answered when nothing is, for all classes of clients that may get the same sites.</summary>
internal sealed class ReachPlan
{
    private ReachPlan(SiteReach sites, bool[] eligible, Verdict verdict, bool[]? stale) => (Sites, Eligible, Verdict, Stale) = (sites, eligible, verdict, stale);

    public SiteReach Sites { get; }

    /// <summary>By row.</summary>
    public bool[] Eligible { get; }

    public Verdict Verdict { get; }

    /// <summary>By row: what is named although nothing is known to be up; null unless the verdict is Stale.</summary>
    public bool[]? Stale { get; }

    public static ReachPlan Make(ServicePlan service, SiteReach sites, Snapshot snapshot)
    {
        var eligible = EligibilityStage.Run(service.Candidates, service.Service.Policy, sites, default(NullTrace));
        // [P1.4, S17] the operator's word goes before everything, readiness included.
        if (!service.Service.UseDnsRespond) return new ReachPlan(sites, eligible, Verdict.StaticOnly, null);
        if (!snapshot.Ready) return Restored(service, sites, eligible, snapshot);
        if (Array.IndexOf(eligible, true) >= 0) return new ReachPlan(sites, eligible, Verdict.Answer, null);
        var stale = Fall(service, sites, snapshot, default(NullTrace));
        return Array.IndexOf(stale, true) >= 0 ? new ReachPlan(sites, eligible, Verdict.Stale, stale) : new ReachPlan(sites, eligible, Verdict.NoData, null);
    }

    /// <summary>Why these clients get no ordinary answer, if they get none.</summary>
    public void WriteVerdict(ServicePlan service, Snapshot snapshot, RecordingTrace trace)
    {
        const string Stage = "verdict";
        if (Verdict == Verdict.Answer) return;
        if (Verdict == Verdict.StaticOnly) trace.Say(Stage, "useDnsRespond is false: the zone's own records are answered, and nothing is chosen");
        else if (Verdict == Verdict.NotReady) trace.Say(Stage, "the first round of probes is not done, nothing from before the last stop is young enough, and no other site has said what it sees: no answer yet");
        else if (snapshot.Ready) _ = Fall(service, Sites, snapshot, trace);
        else
        {
            trace.Say(Stage, snapshot.LastGood.ContainsKey(service.Service.Id)
                ? "the first round of probes is not done: what was good before the last stop is answered"
                : "the first round of probes is not done: what the other sites see up is answered");
        }
        foreach (var candidate in service.Candidates)
        {
            if (!Eligible[candidate.Row] || Stale?[candidate.Row] == true) continue;
            trace.Exclude(Stage, candidate.Site, Verdict switch
            {
                Verdict.StaticOnly => "DNS chooses no site for this service",
                Verdict.NotReady => "nothing is known of any site yet",
                _ => "it was not in the answers before the last stop, or nobody has said that it is up",
            });
        }
    }

    /// <summary>
    /// Before the first probe round: what was stored before the last stop answers, marked as stale; without that, those of whom the other sites' fresh columns
    /// say that they are up; else nothing does [S11]. What is known by now to be down stays out as long as anything else was stored [S9]: above all this site's
    /// own VIP, which stands there without servers until the first of them has passed its probe.
    /// </summary>
    private static ReachPlan Restored(ServicePlan service, SiteReach sites, bool[] eligible, Snapshot snapshot)
    {
        var stored = snapshot.LastGood.GetValueOrDefault(service.Service.Id);
        // Orders outlive a restart too: who is drained now is named only when nobody else is left.
        bool[] Rows(Func<OverrideKind?, bool> may) => [.. service.Candidates.Select(candidate => sites.Allows(candidate.Row) && !stored.IsDefault && stored.Contains(candidate.Site.Id) && may(candidate.Order?.Kind))];
        var rows = Rows(static order => order is not (OverrideKind.Drain or OverrideKind.ForceDown));
        if (Array.IndexOf(rows, true) < 0) rows = [.. service.Candidates.Select(candidate => eligible[candidate.Row] && service.Table.Votes[candidate.Row].Observers > 0)];
        if (Array.IndexOf(rows, true) < 0) rows = Rows(static order => order != OverrideKind.ForceDown);
        if (Array.IndexOf(rows, true) < 0) return new ReachPlan(sites, eligible, Verdict.NotReady, null);
        var live = service.Candidates.Select(candidate => rows[candidate.Row] && candidate.IsLive).ToArray();
        return new ReachPlan(sites, eligible, Verdict.Stale, Array.IndexOf(live, true) < 0 ? rows : live);
    }

    private static bool[] Fall<TTrace>(ServicePlan service, SiteReach sites, Snapshot snapshot, TTrace trace)
        where TTrace : struct, ITrace =>
        FallbackStage.Run(service.Candidates, service.Service.Policy, sites, snapshot.LastGood.GetValueOrDefault(service.Service.Id), trace);
}
