using Pointsman.Node.Wiring;

namespace Pointsman.Node.Admin;

/// <summary>What became of the messages that were to be recorded. There from the first on, whether anything is recorded or not.</summary>
internal static class DnstapMetrics
{
    public static void Write(PrometheusText text, DnsRecording? recording)
    {
        if (recording?.Counters() is not { } counters) return;
        text.Gauge("pointsman_dnstap_open", "1 while the file is open or the collector connected.").Sample("pointsman_dnstap_open", counters.IsOpen ? 1 : 0);
        text.Counter("pointsman_dnstap_taken_total", "Messages that were to be recorded: a query and its answer are two.").Sample("pointsman_dnstap_taken_total", counters.Taken);
        text.Counter("pointsman_dnstap_written_total", "Messages written to the file or handed to the collector.").Sample("pointsman_dnstap_written_total", counters.Written);
        text.Counter("pointsman_dnstap_dropped_total", "Messages lost, by why.")
            .Sample("pointsman_dnstap_dropped_total", counters.QueueFull, ("reason", "queue-full"))
            .Sample("pointsman_dnstap_dropped_total", counters.NotConnected, ("reason", "not-connected"))
            .Sample("pointsman_dnstap_dropped_total", counters.WriteError, ("reason", "write-error"));
        text.Counter("pointsman_dnstap_bytes_total", "Bytes of the messages written, with their frames.").Sample("pointsman_dnstap_bytes_total", counters.Bytes);
    }
}
