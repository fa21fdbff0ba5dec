using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>
/// What a peer with a good certificate may say: things about itself. Its own VIPs, its own probes of the others, orders without itself
/// and without repetition. Everything else is a lie or a defect, and costs it the stream [S2, S9].
/// </summary>
internal static class StateCheck
{
    /// <summary>Null when the state may be accepted; else what is wrong with it.</summary>
    public static string? Fault(SiteState state)
    {
        if (state.Edition > state.Sequence) return "the edition is later than the sequence";
        if (state.Vips.Length > DsspLimits.Vips) return "too many VIPs";
        if (state.Observations.Length > DsspLimits.Observations) return "too many observations";
        if (state.Orders.Length > DsspLimits.Orders) return "too many orders";
        if (state.Overrides.Length > OverrideLimits.Carried) return "too many orders of operators";
        if (state.MemoryFreeBytes < 0 || state.Sessions < 0) return "a negative capacity";
        return VipFault(state) ?? ObservationFault(state) ?? OrderFault(state) ?? TableFault(state);
    }

    private static string? TableFault(SiteState state)
    {
        if (state.Tables is not { } told) return null;
        return told.Columns.Select(column => column.Site).Distinct().Count() == told.Columns.Length ? null : "two columns of one site";
    }

    private static string? VipFault(SiteState state)
    {
        var seen = new HashSet<VipKey>(state.Vips.Length);
        foreach (var report in state.Vips)
        {
            if (report.Vip.Site != state.Site) return "a report of another site's VIP";
            if (!seen.Add(report.Vip)) return "two reports of one VIP";
            if (report.ConnectionsActive < 0 || report.ConnectionsMax < 0 || report.ServersUp < 0 || report.ServersUp > report.ServersTotal) return "an impossible VIP report";
            if (report.ConnectionsTarget < 0 || report.AdmitMillionths is < 0 or > VipReport.AdmitAll) return "an impossible target or part to admit";
        }

        return null;
    }

    private static string? ObservationFault(SiteState state)
    {
        var seen = new HashSet<VipKey>(state.Observations.Length);
        foreach (var observation in state.Observations)
        {
            if (observation.Vip.Site == state.Site) return "an observation of its own VIP";
            if (!seen.Add(observation.Vip)) return "two observations of one VIP";
            if (observation.ResponseMicros is < 0 or > DsspLimits.ResponseMicros || observation.DeviationMicros is < 0 or > DsspLimits.ResponseMicros
                || observation.ThroughputBytesPerSecond is < 0 or > DsspLimits.BytesPerSecond || observation.Samples < 0)
                return "an impossible measurement";
        }

        return null;
    }

    private static string? OrderFault(SiteState state)
    {
        var services = new HashSet<ServiceId>(state.Orders.Length);
        var sites = new HashSet<SiteId>();
        foreach (var order in state.Orders)
        {
            if (!services.Add(order.Service)) return "two orders for one service";
            if (order.Sites.Length > DsspLimits.Sites) return "an order of too many sites";
            sites.Clear();
            foreach (var site in order.Sites)
            {
                if (site == state.Site) return "an order that ranks its own site";
                if (!sites.Add(site)) return "an order that ranks a site twice";
            }
        }

        return null;
    }
}
