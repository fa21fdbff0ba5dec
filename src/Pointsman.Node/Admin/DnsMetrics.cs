using Pointsman.Dns.Answering;
using Pointsman.Dns.Limiting;

namespace Pointsman.Node.Admin;

/// <summary>The name server's counters as metrics. <c>docs/reference/metrics.md</c> tells what each means; a test holds the two together.</summary>
internal static class DnsMetrics
{
    public static void Write(PrometheusText text, DnsCounters counters)
    {
        text.Counter("pointsman_dns_queries_total", "Queries received, by transport.")
            .Sample("pointsman_dns_queries_total", counters.UdpQueries, ("transport", "udp"))
            .Sample("pointsman_dns_queries_total", counters.TcpQueries, ("transport", "tcp"));
        text.Counter("pointsman_dns_outcomes_total", "How queries ended: each in exactly one.");
        foreach (var outcome in Enum.GetValues<QueryOutcome>()) text.Sample("pointsman_dns_outcomes_total", counters[outcome], ("outcome", Word(outcome)));
        Tally(text, "pointsman_dns_truncated_total", "Answers sent with TC over UDP.", counters[QueryTally.Truncated]);
        Tally(text, "pointsman_dns_unproven_truncated_total", "Of those, the ones that would have fitted, to clients without a valid cookie.", counters[QueryTally.UnprovenTruncated]);
        Tally(text, "pointsman_dns_client_subnet_total", "Queries with EDNS Client Subnet.", counters[QueryTally.ClientSubnet]);
        var (clientOnly, good, bad) = (counters[QueryTally.CookieClientOnly], counters[QueryTally.CookieGood], counters[QueryTally.CookieBad]);
        text.Counter("pointsman_dns_cookies_total", "Queries by the DNS cookie they show: none, a client's alone, a server cookie of ours, one that is not.")
            .Sample("pointsman_dns_cookies_total", counters.Queries - clientOnly - good - bad, ("cookie", "absent"))
            .Sample("pointsman_dns_cookies_total", clientOnly, ("cookie", "client-only"))
            .Sample("pointsman_dns_cookies_total", good, ("cookie", "good"))
            .Sample("pointsman_dns_cookies_total", bad, ("cookie", "bad"));
        Tally(text, "pointsman_dns_padded_total", "Queries over TCP that were padded.", counters[QueryTally.Padded]);
        Tally(text, "pointsman_dns_send_errors_total", "UDP answers that the system did not take.", counters[QueryTally.SendErrors]);
        Tally(text, "pointsman_dns_receive_errors_total", "Failed receive calls of UDP; no query is lost by one.", counters[QueryTally.ReceiveErrors]);
        if (counters.KernelDrops is { } drops) Tally(text, "pointsman_dns_kernel_drops_total", "Datagrams that the kernel dropped before the server saw them, its queue being full.", drops);
        WriteLimits(text, counters);
        text.HistogramHead("pointsman_dns_latency_seconds", "Time that queries spent inside the server.");
        foreach (var (transport, latency) in (ReadOnlySpan<(string, LatencyCounts)>)[("udp", counters.UdpLatency), ("tcp", counters.TcpLatency)])
            text.Histogram("pointsman_dns_latency_seconds", LatencyCounts.UpperSeconds, latency.Counts, latency.SumSeconds, ("transport", transport));
        WriteTcp(text, counters.Tcp);
    }

    /// <summary>A count as one word of a label: <c>RateDropped</c> → <c>ratedropped</c>.</summary>
    public static string Word(QueryOutcome outcome) => NodeViews.Word(outcome);

    private static void WriteLimits(PrometheusText text, DnsCounters counters)
    {
        text.Counter("pointsman_dns_rate_limited_total", "Responses over a rate, by its kind and what became of them.");
        foreach (var limited in counters.Limited)
        {
            foreach (var (action, count) in (ReadOnlySpan<(string, long)>)[("dropped", limited.Dropped), ("slipped", limited.Slipped), ("logged", limited.LoggedOnly)])
                text.Sample("pointsman_dns_rate_limited_total", count, ("kind", Word(limited.Kind)), ("action", action));
        }
    }

    private static string Word(LimitKind kind) => NodeViews.Word(kind);

    private static void WriteTcp(PrometheusText text, TcpCounters tcp)
    {
        text.Gauge("pointsman_dns_tcp_connections", "DNS connections open now.").Sample("pointsman_dns_tcp_connections", tcp.Open);
        text.Counter("pointsman_dns_tcp_connections_total", "DNS connections, by what became of them.");
        foreach (var (what, count) in (ReadOnlySpan<(string, long)>)
            [("accepted", tcp.Accepted), ("refused", tcp.Refused), ("timed-out", tcp.TimedOut), ("displaced", tcp.Displaced), ("malformed", tcp.Malformed)])
            text.Sample("pointsman_dns_tcp_connections_total", count, ("event", what));
        Tally(text, "pointsman_dns_tcp_answers_unsent_total", "Answers over TCP whose client was gone before they were sent.", tcp.AnswersUnsent);
    }

    private static void Tally(PrometheusText text, string name, string help, long value) => text.Counter(name, help).Sample(name, value);
}
