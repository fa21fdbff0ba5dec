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

    private ServicePlan(Service service, int index, HandOffTable table, ImmutableArray<Candidate> candidates, ClassTable classes, int firstCursor)
    {
        (Service, Index, Table, Candidates, Classes, FirstCursor) = (service, index, table, candidates, classes, firstCursor);
        TtlSeconds = (uint)service.Ttl.TotalSeconds;
        schedules = new Schedule?[classes.Orders.Length];
        Sites = [.. candidates.Select(Planned)];
        Weights = candidates.IsEmpty ? [] : WeightStage.Weigh(candidates, service.Policy);
    }

    public Service Service { get; }

    /// <summary>Its place in <see cref="Plan.Services"/>.</summary>
    public int Index { get; }

    /// <summary>The same at every node [S7].</summary>
    public HandOffTable Table { get; }

    /// <summary>The service's sites by name: the rows that a <see cref="Decision"/> speaks of.</summary>
    public ImmutableArray<PlannedSite> Sites { get; }

    /// <summary>How this service answers DNS now; Answer or Stale means that every class has a site.</summary>
    public Verdict Verdict { get; private set; }

    /// <summary>[P1.3].</summary>
    public uint TtlSeconds { get; }

    internal ImmutableArray<Candidate> Candidates { get; }
    internal ClassTable Classes { get; }
    internal bool[] Eligible { get; private set; } = [];
    internal long[] Weights { get; }

    /// <summary>The number of class 0's walk; the other classes' follow.</summary>
    internal int FirstCursor { get; }

    internal Schedule ScheduleOf(ushort clientClass) => schedules[clientClass]!;

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
        var table = HandOffTable.From(rows, columns);
        var plan = new ServicePlan(rows.Service, index, table, Plans.Candidates.Of(snapshot, rows, table, columns), classes, firstCursor);
        plan.Eligible = EligibilityStage.Run(plan.Candidates, rows.Service.Policy, default(NullTrace));
        plan.Verdict = plan.Judge(snapshot, out var stale);
        if (plan.Verdict is Verdict.Answer or Verdict.Stale) plan.CompileClasses(stale, cache);
        return plan;
    }

    /// <summary>What the class-dependent stages make of one class: the same code for the plan and for <c>explain</c>.</summary>
    internal Distribution Distribute<TTrace>(bool[]? stale, TierOrder order, Place client, TTrace trace)
        where TTrace : struct, ITrace
    {
        if (stale is not null) return new Distribution([.. Enumerable.Range(0, stale.Length).Where(row => stale[row]).Select(row => (row, 1L))]);
        var tiers = TierStage.Run(Candidates, Eligible, order, Classes.Rules, client, trace);
        var parts = CapacityStage.Run(Candidates, tiers, Weights, trace);
        return WeightStage.Run(Candidates, parts, Weights, Service.Policy, trace);
    }

    private void CompileClasses(bool[]? stale, ScheduleCache cache)
    {
        for (var number = 0; number < schedules.Length; number++)
        {
            var distribution = Distribute(stale, Classes.Orders[number], Place.Unknown, default(NullTrace));
            schedules[number] = cache.Get(distribution, Service.Answers);
        }
    }

    private Verdict Judge(Snapshot snapshot, out bool[]? stale)
    {
        stale = null;
        // [P1.4, S17] the operator's word goes before everything, readiness included.
        if (!Service.UseDnsRespond) return Verdict.StaticOnly;
        if (!snapshot.Ready) return JudgeRestored(snapshot, out stale);
        if (Array.IndexOf(Eligible, true) >= 0) return Verdict.Answer;
        stale = StaleRows(snapshot, default(NullTrace));
        return Array.IndexOf(stale, true) >= 0 ? Verdict.Stale : Verdict.NoData;
    }

    /// <summary>Before the first probe round: what was stored before the last stop answers, marked as stale, else nothing does [S11].</summary>
    private Verdict JudgeRestored(Snapshot snapshot, out bool[]? stale)
    {
        stale = null;
        if (!snapshot.LastGood.TryGetValue(Service.Id, out var stored)) return Verdict.NotReady;
        var rows = Candidates.Select(candidate => stored.Contains(candidate.Site.Id)).ToArray();
        if (Array.IndexOf(rows, true) < 0) return Verdict.NotReady;
        stale = rows;
        return Verdict.Stale;
    }

    internal bool[] StaleRows<TTrace>(Snapshot snapshot, TTrace trace)
        where TTrace : struct, ITrace =>
        FallbackStage.Run(Candidates, Service.Policy, snapshot.LastGood.GetValueOrDefault(Service.Id), trace);

    private static PlannedSite Planned(Candidate candidate)
    {
        var vips = candidate.IsLive ? candidate.LiveVips : candidate.Vips;
        return new PlannedSite(candidate.Site, vips, Candidate.AddressesOf(vips), candidate.IsLive);
    }
}
