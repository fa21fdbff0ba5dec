using Pointsman.Model;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Stages;
using Pointsman.Topology;

namespace Pointsman.Policy.Decisions;

/// <summary>
/// The one decision function: called by the DNS answer, the HTTP redirect, <c>explain</c>, the simulator and the verifier alike; there is no
/// second opinion in the program [P8.1]. <c>Decide</c> runs on the query path: no allocation, no lock. <c>Explain</c> runs the same stages with
/// their trace switched on.
/// </summary>
public static class Decider
{
    private const string NameStage = "name";

    /// <summary>Which sites a DNS answer names, best first [P1.2, P3.7].</summary>
    /// <param name="service">Index into <see cref="Plan.Services"/>.</param>
    public static Decision Decide(Plan plan, int service, in Client client, in Turn turn)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Decide(plan, plan.Services[service], client, turn, default(NullTrace));
    }

    /// <summary>Where a user goes who arrived at a site that can take no more: one site, or <see cref="Verdict.NoSite"/> [P6.6, S18, S19].</summary>
    /// <param name="service">Index into <see cref="Plan.Services"/>.</param>
    /// <param name="client">The user's own address, whole.</param>
    public static Decision Decide(Plan plan, int service, in Client client, in Arrival arrival)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Decide(plan.Services[service], client, arrival, default(NullTrace));
    }

    private static Decision Decide<TTrace>(Plan plan, ServicePlan service, in Client client, in Turn turn, TTrace trace)
        where TTrace : struct, ITrace
    {
        if (service.Verdict is not (Verdict.Answer or Verdict.Stale)) return new Decision(service.Verdict, service.TtlSeconds, 0, 0, []);
        var found = service.Find(client);
        var verdict = service.ReachOf(found.Class).Verdict;
        // A restriction leaves this class nothing, and other classes something: the scope says who "this class" is.
        if (service.ScheduleOf(found.Class) is not { } schedule) return new Decision(verdict, service.TtlSeconds, found.Class, service.Classes.Find(client).Scope, []);
        if (service.Service.Policy.Turn == TurnKind.Sticky)
            return TurnStage.Stick(service, verdict, schedule, client.Truncate(service.StickyPrefix(client)), found.Class, found.Scope, trace);
        var number = turn.Take(service.FirstCursor + found.Class, plan.CursorCount, service.Index, client);
        return TurnStage.Rotate(service, verdict, schedule, number, found.Class, found.Scope, trace);
    }

    private static Decision Decide<TTrace>(ServicePlan service, in Client client, in Arrival arrival, TTrace trace)
        where TTrace : struct, ITrace
    {
        var found = service.Find(client);
        return RedirectStage.Run(service, service.Classes.Orders[found.Class], client, arrival, found.Class, found.Scope, trace);
    }

    /// <summary>The answer for a turn, with every reason.</summary>
    public static Explanation Explain(Plan plan, int service, in Client client, in Turn turn)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var trace = new RecordingTrace();
        var servicePlan = plan.Services[service];
        var distribution = Trace(plan, servicePlan, client, trace);
        var decision = Decide(plan, servicePlan, client, turn, trace);
        return Explanations.Make(plan, servicePlan, client, decision, distribution, trace);
    }

    /// <summary>The redirect of a user who arrived at a site, with every reason: what <c>explain --arrived-at</c> prints.</summary>
    public static Explanation Explain(Plan plan, int service, in Client client, in Arrival arrival)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var trace = new RecordingTrace();
        var servicePlan = plan.Services[service];
        _ = TraceAll(plan, servicePlan, client, trace);
        var decision = Decide(servicePlan, client, arrival, trace);
        var chosen = decision.Count == 0 ? Distribution.Empty : new Distribution([(decision[0], servicePlan.Weights[decision[0]])]);
        return Explanations.Make(plan, servicePlan, client, decision, chosen, trace);
    }

    /// <summary>The name <c>SITE.SERVICE</c>: that site's addresses alone, whatever is up [S18].</summary>
    /// <param name="row">The site, as a row of <see cref="ServicePlan.Sites"/>.</param>
    public static Explanation ExplainSite(Plan plan, int service, int row, in Client client)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var trace = new RecordingTrace();
        var servicePlan = plan.Services[service];
        var site = servicePlan.Sites[row].Site;
        foreach (var other in servicePlan.Sites.Where(other => other.Site.Id != site.Id)) trace.Exclude(NameStage, other.Site, $"the name asks for {site.Name} alone");
        trace.Say(NameStage, $"{site.Name}.{servicePlan.Service.Name} is {site.Name} for everybody: nothing is chosen");
        var decision = new Decision(Verdict.Answer, servicePlan.TtlSeconds, 0, 0, [(ushort)row]);
        return Explanations.Make(plan, servicePlan, client, decision, new Distribution([(row, 1)]), trace);
    }

    /// <summary>Runs the compiled stages once more for this client's class, now with their trace.</summary>
    private static Distribution Trace(Plan plan, ServicePlan service, in Client client, RecordingTrace trace)
    {
        var place = TraceAll(plan, service, client, trace);
        var found = service.Find(client);
        var reach = service.ReachOf(found.Class);
        reach.WriteVerdict(service, plan.Snapshot, trace);
        return reach.Verdict is Verdict.Answer or Verdict.Stale ? service.Distribute(found.Class, place, trace) : Distribution.Empty;
    }

    /// <summary>The stages that a DNS answer and a redirect have in common.</summary>
    private static Place TraceAll(Plan plan, ServicePlan service, in Client client, RecordingTrace trace)
    {
        var place = Explanations.WriteClass(plan, service, client, trace);
        var found = service.Find(client);
        RestrictionStage.Write(service.Candidates, service.Service.Policy, service.Classes.Orders[found.Class], place, trace);
        DownBudgetStage.Write(service.Kept, trace);
        _ = EligibilityStage.Run(service.Candidates, service.Service.Policy, service.ReachOf(found.Class).Sites, trace);
        return place;
    }
}
