using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// One fresh site state, ready to be asked: what its site sees, prefers and says of itself. Shared by all services, and kept from one plan to
/// the next as long as the site says nothing new: then nothing of it is read again. Only the one compiling writer asks <see cref="Rows"/>.
/// </summary>
internal sealed class Column
{
    private readonly Dictionary<VipKey, Observation> observations = [];
    private readonly Dictionary<VipKey, VipReport> reports = [];
    private readonly Dictionary<ServiceId, PreferenceOrder> orders = [];
    private readonly Dictionary<ServiceRows, ColumnRows> byService = [];

    public Column(SiteState state)
    {
        State = state;
        // A peer may say a thing twice; its last word counts.
        foreach (var observation in state.Observations) observations[observation.Vip] = observation;
        foreach (var report in state.Vips) reports[report.Vip] = report;
        foreach (var order in state.Orders) orders[order.Service] = order;
    }

    public SiteState State { get; }
    public SiteId Site => State.Site;

    public PreferenceOrder? OrderOf(ServiceId service) => orders.GetValueOrDefault(service);

    /// <summary>What it says of its own VIP; nobody speaks for another site's.</summary>
    public VipReport? ReportOf(VipKey vip) => vip.Site == Site ? reports.GetValueOrDefault(vip) : null;

    /// <summary>What it says of one service's sites, by row.</summary>
    public ColumnRows Rows(ServiceRows rows)
    {
        if (byService.TryGetValue(rows, out var known)) return known;
        var down = new bool[rows.Count];
        for (var row = 0; row < down.Length; row++) down[row] = SightOf(rows.Vips[row].AsSpan()).State == HealthState.Down;
        return byService[rows] = new ColumnRows(PreferenceOrders.Rows(this, rows), down);
    }

    public SiteSight SightOf(ReadOnlySpan<Vip> vips) => SiteSight.Of(vips, observations);
}

/// <param name="Order">The rows that it ranks, best first.</param>
/// <param name="Down">By row: it sees all the site's addresses down [S1].</param>
internal sealed record ColumnRows(ImmutableArray<int> Order, bool[] Down);
