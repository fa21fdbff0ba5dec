using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Stages;
using Pointsman.Policy.Tables;
using Pointsman.Topology;

namespace Pointsman.Policy.Plans;

/// <summary>
/// Everything that answers one service until the next snapshot: made off the query path, immutable, read by all workers. What is left to do
/// per query is to find the client's class and take its turn.
/// </summary>
public sealed class ServicePlan
{
    private readonly Schedule?[] schedules;
    private readonly ReachPlan[] reaches;

    private ServicePlan(
        Service service, int index, HandOffTable table, ColumnRows[] read, ImmutableArray<Candidate> candidates, ClassTable classes, int firstCursor)
    {
        (Service, Index, Table, Read, Candidates, Classes, FirstCursor) = (service, index, table, read, candidates, classes, firstCursor);
        TtlSeconds = (uint)service.Ttl.TotalSeconds;
        schedules = new Schedule?[classes.Orders.Length];
        reaches = new ReachPlan[classes.Reaches.Length];
        Sites = [.. candidates.Select(Planned)];
        Kept = service.Policy.DownBudget is null ? [] : DownBudgetStage.Kept(candidates);
        Weights = candidates.IsEmpty ? [] : WeightStage.Weigh(candidates, service.Policy);
    }

    public Service Service { get; }

    /// <summary>Its place in <see cref="Plan.Services"/>.</summary>
    public int Index { get; }

    /// <summary>The same at every node [S7].</summary>
    public HandOffTable Table { get; private set; }

    /// <summary>The service's sites by name: the rows that a <see cref="Decision"/> speaks of.</summary>
    public ImmutableArray<PlannedSite> Sites { get; }

    /// <summary>How this service answers DNS now: the best that any class gets. Without restrictions all classes get the same.</summary>
    public Verdict Verdict { get; private set; }

    /// <summary>Sites that look down and stay in my answers, because more would be out than the down-budget allows: a reason to look.</summary>
    public ImmutableArray<KeptSite> Kept { get; }

    /// <summary>[P1.3].</summary>
    public uint TtlSeconds { get; }

    /// <summary>What the columns said of the service, in their order.</summary>
    internal ColumnRows[] Read { get; }

    internal ImmutableArray<Candidate> Candidates { get; }
    internal ClassTable Classes { get; }
    internal long[] Weights { get; }

    /// <summary>The number of class 0's walk; the other classes' follow.</summary>
    internal int FirstCursor { get; }

    /// <summary>Null when the class has no site.</summary>
    internal Schedule? ScheduleOf(ushort clientClass) => schedules[clientClass];

    /// <summary>What is up for a class: computed once for all that may get the same sites.</summary>
    internal ReachPlan ReachOf(ushort clientClass) => reaches[Classes.ReachOf[clientClass]];

    /// <summary>The class whose turns a client takes; the number that its <see cref="Decision.Class"/> has.</summary>
    public ushort ClassOf(in Client client) => Find(client).Class;

    /// <summary>
    /// All turns of a class at once: which of <see cref="Sites"/> come first in them, and in what proportion. Empty when the class gets no site. For
    /// who counts on all turns (replay, the verifier) and would have to take each.
    /// </summary>
    public ImmutableArray<(int Row, long Weight)> SharesOf(ushort clientClass) => schedules[clientClass]?.Distribution.Parts ?? [];

    /// <summary>The class and the scope that answers carry [S16].</summary>
    internal ClassScope Find(in Client client)
    {
        var found = Classes.Find(client);
        if (Service.Policy.Turn != TurnKind.Sticky) return found;
        var sticky = StickyPrefix(client);
        return found.Scope >= sticky ? found : found with { Scope = (byte)sticky };
    }

    internal int StickyPrefix(in Client client) => client.IsIPv6 ? Service.Policy.StickyPrefix6 : Service.Policy.StickyPrefix4;

    internal static ServicePlan Compile(
        Snapshot snapshot, ServiceRows rows, int index, ColumnSet columns, ClassTable classes, int firstCursor, ScheduleCache cache)
    {
        var read = columns.Rows(rows);
        var table = HandOffTable.From(rows, columns, read);
        var plan = new ServicePlan(rows.Service, index, table, read, Plans.Candidates.Of(snapshot, rows, table, columns), classes, firstCursor);
        for (var number = 0; number < plan.reaches.Length; number++) plan.reaches[number] = ReachPlan.Make(plan, classes.Reaches[number], snapshot);
        plan.Verdict = plan.reaches.Min(reach => reach.Verdict);
        plan.CompileClasses(cache);
        return plan;
    }

    /// <summary>Some clients are answered from what was good before, or would be.</summary>
    internal bool DependsOnLastGood => reaches.Any(reach => reach.Verdict is not (Verdict.Answer or Verdict.StaticOnly));

    /// <summary>The same plan in a snapshot that says nothing new of this service.</summary>
    internal ServicePlan Under(ColumnSet columns)
    {
        var same = (ServicePlan)MemberwiseClone();
        same.Table = Table.Under(columns);
        return same;
    }

    /// <summary>What the class-dependent stages make of one class: the same code for the plan and for <c>explain</c>.</summary>
    internal Distribution Distribute<TTrace>(ushort clientClass, Place client, TTrace trace)
        where TTrace : struct, ITrace
    {
        var reach = ReachOf(clientClass);
        if (reach.Stale is { } stale) return new Distribution([.. Enumerable.Range(0, stale.Length).Where(row => stale[row]).Select(row => (row, 1L))]);
        var tiers = TierStage.Run(Candidates, reach.Eligible, Classes.Orders[clientClass], Classes.Rules, client, trace);
        var parts = CapacityStage.Run(Candidates, tiers, Weights, Service.Policy.ExplorationMillionths > 0, trace);
        return WeightStage.Run(Candidates, tiers, parts, Weights, Service.Policy, trace);
    }

    /// <summary>The sites that may be handed to now; for clients who have none, those that were good before.</summary>
    internal ImmutableArray<SiteId> LastGood(ImmutableArray<SiteId> before)
    {
        var good = new bool[Candidates.Length];
        foreach (var reach in reaches)
        {
            var any = Array.IndexOf(reach.Eligible, true) >= 0;
            foreach (var candidate in Candidates)
                good[candidate.Row] |= any ? reach.Eligible[candidate.Row] : !before.IsDefault && before.Contains(candidate.Site.Id) && reach.Sites.Allows(candidate.Row);
        }
        return [.. Candidates.Where(candidate => good[candidate.Row]).Select(candidate => candidate.Site.Id)];
    }

    private void CompileClasses(ScheduleCache cache)
    {
        for (ushort number = 0; number < schedules.Length; number++)
        {
            if (ReachOf(number).Verdict is Verdict.Answer or Verdict.Stale)
                schedules[number] = cache.Get(Distribute(number, Place.Unknown, default(NullTrace)), Service.Answers);
        }
    }

    private static PlannedSite Planned(Candidate candidate)
    {
        var vips = candidate.UsableVips;
        return new PlannedSite(candidate.Site, vips, Candidate.AddressesOf(vips), candidate.IsLive);
    }
}
