using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// One fresh site state, ready to be asked: what its site sees, prefers and says of itself. Shared by all services, and kept from one plan to
/// the next as long as the site says nothing new: then nothing of it is read again. Where it says something new of some services, it gives the
/// others the very rows of the column before, by which they know that nothing changed for them.
/// </summary>
internal sealed class Column
{
    private readonly ObservationsByService observations;
    private readonly Dictionary<VipKey, VipReport> reports;
    private readonly Dictionary<ServiceId, PreferenceOrder> orders;
    private readonly Dictionary<ServiceRows, ColumnRows> byService = [];
    private Column? before;

    /// <param name="before">The site's column in the plan before, under the same configuration.</param>
    public Column(SiteState state, Column? before = null)
    {
        (State, this.before) = (state, before);
        observations = new ObservationsByService(state.Observations);
        reports = new Dictionary<VipKey, VipReport>(state.Vips.Length);
        orders = new Dictionary<ServiceId, PreferenceOrder>(state.Orders.Length);
        // A peer may say a thing twice; its last word counts.
        foreach (var report in state.Vips) reports[report.Vip] = report;
        foreach (var order in state.Orders) orders[order.Service] = order;
    }

    public SiteState State { get; }
    public SiteId Site => State.Site;

    public PreferenceOrder? OrderOf(ServiceId service) => orders.GetValueOrDefault(service);

    /// <summary>What it says of its own VIP; nobody speaks for another site's.</summary>
    public VipReport? ReportOf(VipKey vip) => vip.Site == Site ? reports.GetValueOrDefault(vip) : null;

    /// <summary>What it says of one service's sites, by row. The compile that makes a column asks it for every service; from then on any thread may.</summary>
    public ColumnRows Rows(ServiceRows rows)
    {
        if (byService.TryGetValue(rows, out var known)) return known;
        var made = Make(rows);
        return byService[rows] = before?.byService.GetValueOrDefault(rows) is { } same && same.Equals(made) ? same : made;
    }

    /// <summary>The plan is made: let go of the column before.</summary>
    public void Seal() => before = null;

    public SiteSight SightOf(ReadOnlySpan<Vip> vips) =>
        vips.IsEmpty ? SiteSight.OfNothing : SiteSight.Of(vips, new SeenInList(observations.Of(vips[0].Service)));

    private ColumnRows Make(ServiceRows rows)
    {
        var seen = new Observation?[rows.VipCount];
        var next = 0;
        foreach (var observation in observations.Of(rows.Service.Id).Span)
        {
            var place = rows.PlaceOf(observation.Vip, next);
            if (place < 0) continue;
            seen[place] = observation;
            next = place + 1;
        }
        var sees = new HealthState?[rows.Count];
        for (var row = 0; row < sees.Length; row++)
        {
            var places = seen.AsMemory(rows.FirstPlaceOf(row), rows.Vips[row].Length);
            if (places.Span.ContainsAnyExcept((Observation?)null)) sees[row] = SiteSight.Of(rows.Vips[row].AsSpan(), new SeenByPlace(places)).State;
        }
        var own = rows.IndexOf(Site);
        return new ColumnRows(PreferenceOrders.Rows(this, rows), sees, own < 0 ? [] : [.. rows.Vips[own].Select(vip => ReportOf(vip.Key))]);
    }
}

/// <param name="Order">The rows that it ranks, best first.</param>
/// <param name="Sees">By row: what the site is for it [S1]; null where it does not look: of a large mesh each site is probed by some of the others only.</param>
/// <param name="Own">What it says of its own VIPs, in the order of the configuration; null where it says nothing.</param>
internal sealed record ColumnRows(ImmutableArray<int> Order, HealthState?[] Sees, ImmutableArray<VipReport?> Own)
{
    public bool Equals(ColumnRows? other) =>
        other is not null && Order.AsSpan().SequenceEqual(other.Order.AsSpan()) && Sees.AsSpan().SequenceEqual(other.Sees) && Own.AsSpan().SequenceEqual(other.Own.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Order.Length, Sees.Length, Own.Length);
}
