using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Pointsman.Model;
using Pointsman.Node.History;
using Pointsman.Node.Wiring;
using Pointsman.Switching;

namespace Pointsman.Node.Admin;

/// <summary><c>/metrics</c>: everything that is counted, under the prefix <c>pointsman_</c>.</summary>
internal static class MetricsEndpoint
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Map(WebApplication app, NodeHost host) =>
        app.MapGet("/metrics", async () => Results.Text(await WriteAsync(host), ContentType)).ExcludeFromDescription();

    private static async Task<string> WriteAsync(NodeHost host)
    {
        var text = new PrometheusText();
        text.Gauge("pointsman_build_info", "Always 1; the version is the label.").Sample("pointsman_build_info", 1, ("version", NodeViews.Version));
        text.Gauge("pointsman_ready", "1 once the first round of probes is done.").Sample("pointsman_ready", host.Writer.IsReady ? 1 : 0);
        text.Gauge("pointsman_isolated", "1 while more than half of the other sites fail for this node at once.").Sample("pointsman_isolated", host.Writer.IsMuted ? 1 : 0);
        text.Gauge("pointsman_memory_bytes", "Resident memory of the process.").Sample("pointsman_memory_bytes", Environment.WorkingSet);
        WriteCollections(text);
        if (host.Dns?.Counters() is { } counters) DnsMetrics.Write(text, counters);
        DnstapMetrics.Write(text, host.Recording);
        WriteHistory(text, host.History);
        WriteVips(text, host);
        WriteAdmission(text, host);
        WriteCluster(text, host);
        OverrideMetrics.Write(text, host);
        await WriteDsspAsync(text, host);
        return text.ToString();
    }

    private static void WriteCollections(PrometheusText text)
    {
        text.Counter("pointsman_gc_collections_total", "Collections of the garbage collector, by generation.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            text.Sample("pointsman_gc_collections_total", GC.CollectionCount(generation), ("generation", generation.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        text.Counter("pointsman_gc_pause_seconds_total", "How long all threads stood still for it.").Sample("pointsman_gc_pause_seconds_total", GC.GetTotalPauseDuration().TotalSeconds);
    }

    private static void WriteHistory(PrometheusText text, SnapshotHistory history)
    {
        text.Gauge("pointsman_history_bytes", "What the files of past snapshots take.").Sample("pointsman_history_bytes", history.Bytes);
        text.Gauge("pointsman_history_files", "How many files of past snapshots there are.").Sample("pointsman_history_files", history.Files);
        if (history.Oldest is { } oldest) text.Gauge("pointsman_history_oldest_seconds", "When the oldest snapshot kept was made, in seconds since 1970.").Sample("pointsman_history_oldest_seconds", oldest.ToUnixTimeMilliseconds() / 1000.0);
        text.Counter("pointsman_history_written_total", "Past snapshots written, at most one a second.").Sample("pointsman_history_written_total", history.Written);
        text.Counter("pointsman_history_dropped_total", "Past snapshots that the disk did not take, or not in time.").Sample("pointsman_history_dropped_total", history.Dropped);
    }

    private static void WriteVips(PrometheusText text, NodeHost host)
    {
        var cluster = host.Configuration.Cluster;
        string ServiceOf(VipKey vip) => cluster.FindService(vip.Service)?.Name ?? vip.Service.ToString();
        var reports = host.Vips.Reports();
        text.Gauge("pointsman_vip_connections", "Connections of an own VIP now.");
        foreach (var report in reports) text.Sample("pointsman_vip_connections", report.ConnectionsActive, ("service", ServiceOf(report.Vip)), ("vip", report.Vip.Address.ToString()));
        text.Gauge("pointsman_vip_connections_max", "MaxConns of an own VIP; no sample = no limit.");
        foreach (var report in reports.Where(report => report.ConnectionsMax is not null)) text.Sample("pointsman_vip_connections_max", report.ConnectionsMax!.Value, ("service", ServiceOf(report.Vip)), ("vip", report.Vip.Address.ToString()));
        text.Gauge("pointsman_vip_servers_up", "Real servers of an own VIP that are up.");
        foreach (var report in reports) text.Sample("pointsman_vip_servers_up", report.ServersUp, ("service", ServiceOf(report.Vip)), ("vip", report.Vip.Address.ToString()));

        var counters = host.Vips.Counters();
        text.Counter("pointsman_vip_events_total", "What happened to connections of an own VIP.");
        foreach (var vip in counters)
        {
            foreach (var (kind, count) in Events(vip)) text.Sample("pointsman_vip_events_total", count, ("service", ServiceOf(vip.Vip)), ("vip", vip.Vip.Address.ToString()), ("event", kind));
        }

        text.Counter("pointsman_vip_bytes_total", "Bytes forwarded, in = from clients.");
        foreach (var vip in counters)
        {
            text.Sample("pointsman_vip_bytes_total", vip.BytesIn, ("service", ServiceOf(vip.Vip)), ("vip", vip.Vip.Address.ToString()), ("direction", "in"));
            text.Sample("pointsman_vip_bytes_total", vip.BytesOut, ("service", ServiceOf(vip.Vip)), ("vip", vip.Vip.Address.ToString()), ("direction", "out"));
        }
    }

    private static void WriteAdmission(PrometheusText text, NodeHost host)
    {
        var cluster = host.Configuration.Cluster;
        var views = host.Writer.Admission.Views;
        (string, string)[] Of(VipKey vip) => [("service", cluster.FindService(vip.Service)?.Name ?? vip.Service.ToString()), ("vip", vip.Address.ToString())];
        text.Gauge("pointsman_vip_admit_ratio", "Of the users whose turn it is, the part that an own VIP takes, as published.");
        foreach (var view in views) text.Sample("pointsman_vip_admit_ratio", view.AdmitMillionths / 1e6, Of(view.Vip));
        text.Gauge("pointsman_vip_connections_target", "Connections that an own VIP's site wants to have; no sample = no limit.");
        foreach (var view in views.Where(view => view.Target is not null)) text.Sample("pointsman_vip_connections_target", view.Target!.Value, Of(view.Vip));
        text.Gauge("pointsman_vip_ramping", "1 while an own VIP is back, or new, and does not take all its users yet.");
        foreach (var view in views) text.Sample("pointsman_vip_ramping", view.IsRamping ? 1 : 0, Of(view.Vip));
        text.Gauge("pointsman_vip_held", "1 while an own VIP was down and waits to be let back (policy.failback).");
        foreach (var view in views) text.Sample("pointsman_vip_held", view.IsHeld ? 1 : 0, Of(view.Vip));
        text.Gauge("pointsman_vip_oscillation_damping", "How often the steps of what an own VIP admits are halved because it went to and fro; 0 = not.");
        foreach (var view in views) text.Sample("pointsman_vip_oscillation_damping", view.Damping, Of(view.Vip));
    }

    private static (string Kind, long Count)[] Events(in VipCounters vip) =>
    [
        ("accepted", vip.Accepted), ("forwarded", vip.Forwarded), ("served-on", vip.ServedOn), ("refused-full", vip.RefusedFull),
        ("refused-no-server", vip.RefusedNoServer), ("refused-descriptors", vip.RefusedDescriptors), ("refused-too-many", vip.RefusedTooMany),
        ("redirected", vip.Redirected), ("unavailable", vip.Unavailable), ("reset-not-http", vip.ResetNotHttp), ("reset-silent", vip.ResetSilent),
        ("abandoned", vip.Abandoned), ("token-ignored", vip.TokensIgnored), ("connect-failure", vip.ConnectFailures), ("session-cut", vip.SessionsCut),
        ("fault", vip.Faults),
    ];

    private static void WriteCluster(PrometheusText text, NodeHost host)
    {
        if (host.Writer.Plan is not { } plan) return;
        var cluster = plan.Snapshot.Cluster;
        text.Gauge("pointsman_handoff_weight", "Total weight in the hand-off table.");
        foreach (var service in cluster.Services)
        {
            foreach (var row in plan.TableOf(service.Id)!.Sites) text.Sample("pointsman_handoff_weight", row.Weight, ("service", service.Name), ("site", row.Site.Name));
        }

        text.Gauge("pointsman_down_budget_kept", "Sites that look down and stay in this node's answers, because policy.downBudget allows no more to be taken out: above 0, look.");
        foreach (var service in plan.Services.Where(service => service.Service.Policy.DownBudget is not null)) text.Sample("pointsman_down_budget_kept", service.Kept.Length, ("service", service.Service.Name));

        ProbeMetrics.Write(text, host.Probes, plan.Snapshot);
        text.Counter("pointsman_snapshots_total", "Snapshots published.").Sample("pointsman_snapshots_total", plan.Snapshot.Id);
        text.Gauge("pointsman_configuration_generation", "The configuration's own number (cluster.generation); 0 = it has none.").Sample("pointsman_configuration_generation", cluster.Generation);
        text.Counter("pointsman_reloads_total", "Reloads of the configuration that were applied.").Sample("pointsman_reloads_total", host.Reloads);
    }

    private static async Task WriteDsspAsync(PrometheusText text, NodeHost host)
    {
        if (host.Dssp is not { } dssp) return;
        var peers = await dssp.PeersAsync();
        string Name(SiteId site) => host.Configuration.Cluster.FindSite(site)?.Name ?? site.ToString();
        text.Gauge("pointsman_dssp_connected", "1 while a DSSP stream to the site is up; says nothing of its health.");
        foreach (var peer in peers) text.Sample("pointsman_dssp_connected", peer.Established ? 1 : 0, ("site", Name(peer.Site)));
        text.Gauge("pointsman_dssp_version", "The protocol version that is spoken with the site; 0 = none yet.");
        foreach (var peer in peers) text.Sample("pointsman_dssp_version", peer.Version, ("site", Name(peer.Site)));
        text.Gauge("pointsman_dssp_configuration_differs", "1 while the site runs another configuration than this node.");
        foreach (var peer in peers) text.Sample("pointsman_dssp_configuration_differs", peer.ConfigurationDiffers ? 1 : 0, ("site", Name(peer.Site)));
        text.Counter("pointsman_dssp_states_total", "Words of a site, by what became of them.");
        foreach (var peer in peers)
        {
            text.Sample("pointsman_dssp_states_total", peer.StatesAccepted, ("site", Name(peer.Site)), ("event", "accepted"));
            text.Sample("pointsman_dssp_states_total", peer.StatesOld, ("site", Name(peer.Site)), ("event", "old"));
            text.Sample("pointsman_dssp_states_total", peer.FramesRefused, ("site", Name(peer.Site)), ("event", "refused"));
        }

        text.Counter("pointsman_dssp_refused_total", "What cost a site its stream, by reason.");
        foreach (var peer in peers)
        {
            foreach (var (reason, count) in peer.Refusals) text.Sample("pointsman_dssp_refused_total", count, ("site", Name(peer.Site)), ("reason", NodeViews.Word(reason)));
        }

        text.Gauge("pointsman_dssp_columns_differ", "1 while the site computes its tables from other words than this node, for longer than words take.");
        foreach (var peer in peers) text.Sample("pointsman_dssp_columns_differ", peer.ColumnsDiffer is null ? 0 : 1, ("site", Name(peer.Site)));
        text.Gauge("pointsman_dssp_tables_differ", "1 while the site makes another table than this node of the same words.");
        foreach (var peer in peers) text.Sample("pointsman_dssp_tables_differ", peer.OtherTable is null ? 0 : 1, ("site", Name(peer.Site)));
        text.Counter("pointsman_dssp_overtaken_total", "States to a site that a newer one overtook before it had taken them, on the present stream: it reads slowly.");
        foreach (var peer in peers) text.Sample("pointsman_dssp_overtaken_total", dssp.StreamOf(peer.Site)?.Overtaken ?? 0, ("site", Name(peer.Site)));
        text.Gauge("pointsman_dssp_certificate_expiry_seconds", "When a DSSP certificate ends, in seconds since 1970: this node's, and those that the peers' streams stand on.");
        if (dssp.OwnCertificate is { } own) text.Sample("pointsman_dssp_certificate_expiry_seconds", own.NotAfter.ToUnixTimeSeconds(), ("site", host.Identity.Site.Name));
        foreach (var peer in peers)
        {
            if (dssp.StreamOf(peer.Site)?.Origin.Certificate is { } theirs) text.Sample("pointsman_dssp_certificate_expiry_seconds", theirs.NotAfter.ToUnixTimeSeconds(), ("site", Name(peer.Site)));
        }

        text.Counter("pointsman_dssp_connections_refused_total", "Connections that were one too many: handshakes from one address, or of one site.").Sample("pointsman_dssp_connections_refused_total", dssp.Counters.ConnectionsRefused);
        text.Counter("pointsman_dssp_streams_refused_total", "Streams of a site that came back too often.").Sample("pointsman_dssp_streams_refused_total", dssp.Counters.StreamsRefused);
        text.Counter("pointsman_dssp_sent_total", "Words sent to a site.");
        foreach (var peer in peers)
        {
            text.Sample("pointsman_dssp_sent_total", peer.UpdatesSent, ("site", Name(peer.Site)), ("kind", "update"));
            text.Sample("pointsman_dssp_sent_total", peer.EventsSent, ("site", Name(peer.Site)), ("kind", "event"));
        }

        text.Counter("pointsman_dssp_certificates_refused_total", "Handshakes refused for a wrong certificate, cluster or site.").Sample("pointsman_dssp_certificates_refused_total", dssp.Counters.CertificatesRefused);
        text.Counter("pointsman_dssp_frames_corrupt_total", "Frames that were none, or broke a bound.").Sample("pointsman_dssp_frames_corrupt_total", dssp.Counters.FramesCorrupt);
    }
}
