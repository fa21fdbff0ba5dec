using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>One fresh site state, ready to be asked: what its site sees, prefers and says of itself. Built once a snapshot, shared by all services.</summary>
internal sealed class Column
{
    private readonly Dictionary<VipKey, Observation> observations = [];
    private readonly Dictionary<VipKey, VipReport> reports = [];
    private readonly Dictionary<ServiceId, PreferenceOrder> orders = [];

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

    public SiteSight SightOf(ReadOnlySpan<Vip> vips) => SiteSight.Of(vips, observations);
}
