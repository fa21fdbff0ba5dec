using Pointsman.Health;
using Pointsman.Model;

namespace Pointsman.Node.Admin;

/// <summary>The metrics of probing. Replies and reasons are in no label: a stranger's server would choose how many series there are.</summary>
internal static class ProbeMetrics
{
    public static void Write(PrometheusText text, ProbeScheduler probes, Snapshot snapshot)
    {
        var cluster = snapshot.Cluster;
        var seen = snapshot.Mine.Values.OrderBy(one => one.Vip.Service).ThenBy(one => one.Vip.Site).ToArray();
        text.Gauge("pointsman_probe_up", "1 while a VIP of another site is up as seen from here.");
        foreach (var one in seen) text.Sample("pointsman_probe_up", one.IsUp ? 1 : 0, Labels(cluster, one.Vip));
        text.Gauge("pointsman_probe_vips", "VIPs of another site, by the state in which they are seen from here: unknown, up, suspect, down, overloaded, disabled.");
        foreach (var group in seen.GroupBy(one => (one.Vip.Service, one.Vip.Site, one.State)))
            text.Sample("pointsman_probe_vips", group.Count(), ("service", Name(cluster, group.Key.Service)), ("site", Name(cluster, group.Key.Site)), ("state", NodeViews.Word(group.Key.State)));
        text.Gauge("pointsman_probe_response_seconds", "Time-weighted average of whole probes.");
        foreach (var one in seen.Where(one => one.Samples > 0)) text.Sample("pointsman_probe_response_seconds", one.ResponseMicros / 1e6, Labels(cluster, one.Vip));
        text.Gauge("pointsman_probe_deviation_seconds", "Their mean absolute deviation, averaged alike.");
        foreach (var one in seen.Where(one => one.Samples > 0)) text.Sample("pointsman_probe_deviation_seconds", one.DeviationMicros / 1e6, Labels(cluster, one.Vip));
        text.Gauge("pointsman_probe_connect_seconds", "The part of it until the connection stands, averaged alike.");
        foreach (var one in seen.Where(one => one.ConnectMicros > 0)) text.Sample("pointsman_probe_connect_seconds", one.ConnectMicros / 1e6, Labels(cluster, one.Vip));
        text.Gauge("pointsman_probe_first_byte_seconds", "The part of it from then to the first byte, averaged alike.");
        foreach (var one in seen.Where(one => one.FirstByteMicros > 0)) text.Sample("pointsman_probe_first_byte_seconds", one.FirstByteMicros / 1e6, Labels(cluster, one.Vip));
        text.Gauge("pointsman_probe_flaps", "How often a VIP came up and went down again, what was long ago forgiven.");
        foreach (var one in seen) text.Sample("pointsman_probe_flaps", one.Flaps, Labels(cluster, one.Vip));
        text.Gauge("pointsman_probe_held", "1 while a VIP is held down for its flapping, however well its probes go.");
        foreach (var one in seen) text.Sample("pointsman_probe_held", one.HeldUntil > snapshot.Now ? 1 : 0, Labels(cluster, one.Vip));

        WriteCounters(text, probes);
        var (targets, questions) = probes.Counts;
        text.Gauge("pointsman_probe_targets", "VIPs of other sites and own real servers that are probed.").Sample("pointsman_probe_targets", targets);
        text.Gauge("pointsman_probe_shared", "Targets that are not probed themselves, because another one's probe asks the same.").Sample("pointsman_probe_shared", targets - questions);
        text.Gauge("pointsman_probe_running", "Probes under way now.").Sample("pointsman_probe_running", probes.Running);
        text.Gauge("pointsman_probe_budget_stretch", "By how much health.probesPerSecond stretches every interval; above 1, a death is seen so much later.").Sample("pointsman_probe_budget_stretch", probes.Stretch);
    }

    private static void WriteCounters(PrometheusText text, ProbeScheduler probes)
    {
        text.Counter("pointsman_probe_results_total", "Probes that ended, by what they brought: failed, succeeded, inconclusive, overloaded, full.");
        foreach (var verdict in Enum.GetValues<ProbeVerdict>()) text.Sample("pointsman_probe_results_total", probes.Counters.Of(verdict), ("result", NodeViews.Word(verdict)));
        text.Counter("pointsman_probe_failures_total", "Probes that failed, by why: timeout, refused, reset, unreachable, tls, status, content.");
        foreach (var failure in Enum.GetValues<ProbeFailure>()) text.Sample("pointsman_probe_failures_total", probes.Counters.Of(failure), ("class", NodeViews.Word(failure)));
        text.Counter("pointsman_probe_seconds_total", "How long all probes took together.").Sample("pointsman_probe_seconds_total", probes.Counters.Micros / 1e6);
    }

    private static (string, string)[] Labels(Cluster cluster, VipKey vip) => [("service", Name(cluster, vip.Service)), ("site", Name(cluster, vip.Site)), ("vip", vip.Address.ToString())];

    private static string Name(Cluster cluster, ServiceId service) => cluster.FindService(service)?.Name ?? service.ToString();

    private static string Name(Cluster cluster, SiteId site) => cluster.FindSite(site)?.Name ?? site.ToString();
}
