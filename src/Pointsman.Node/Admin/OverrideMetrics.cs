using Pointsman.Node.Wiring;

namespace Pointsman.Node.Admin;

/// <summary>Operators' orders in numbers: what is in force, since when, and what was refused.</summary>
internal static class OverrideMetrics
{
    public static void Write(PrometheusText text, NodeHost host)
    {
        if (host.Writer.Plan is not { } plan) return;
        var now = DateTimeOffset.UtcNow;
        var views = host.Writer.Orders.Known.InForce(now).Select(one => OverrideViewing.View(plan.Snapshot.Cluster, one, now)).ToList();
        text.Gauge("pointsman_overrides", "Operators' orders in force: drain, force-up, force-down; an empty service is the whole site.");
        foreach (var view in views) text.Sample("pointsman_overrides", 1, ("site", view.Site), ("service", view.Service ?? ""), ("kind", view.Kind), ("signed", view.Signed ? "true" : "false"));
        text.Gauge("pointsman_override_age_seconds", "How long each of them has been in force.");
        foreach (var view in views) text.Sample("pointsman_override_age_seconds", view.AgeSeconds, ("site", view.Site), ("service", view.Service ?? ""), ("kind", view.Kind));
        text.Counter("pointsman_overrides_refused_total", "Orders that a peer's word brought and that count for nothing.");
        foreach (var refused in OverrideViewing.All(host, plan, false, now).Refused) text.Sample("pointsman_overrides_refused_total", refused.Count, ("site", refused.Site), ("reason", refused.Reason));
    }
}
