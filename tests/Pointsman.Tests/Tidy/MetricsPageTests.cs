using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Limiting;
using Pointsman.Node.Admin;

namespace Pointsman.Tests.Tidy;

public sealed partial class MetricsPageTests
{
    private const string Head = """
        # Metrics

        A node writes them at `/metrics` of its admin address, in the text format of Prometheus: [the name server's](#the-name-server), [those of sites, services and the
        node](#sites-services-and-the-node), and of [recording](../how-to/record-queries-with-dnstap.md#whether-anything-is-lost).

        ## The name server

        Each UDP thread and each TCP worker counts for itself, on
        cache lines of its own; what is read here is their sum at that moment. All start at zero with the program; a reload keeps them.

        **Every query ends in exactly one outcome**: the sum of `pointsman_dns_outcomes_total` is that of `pointsman_dns_queries_total`, and so is the sum of
        the latency histogram's counts. A query that is being answered while they are read may be in one and not yet in the other.

        """;

    private const string Foot = """

        ### Outcomes

        | `outcome` | the query |
        | --- | --- |
        | `answered` | got records of the type asked, or the end of a CNAME chain |
        | `answereddynamic` | the same, its sites chosen for this client |
        | `nodata`, `nxdomain` | got a negative answer |
        | `referral` | was below a delegation |
        | `formerr`, `servfail`, `notimp`, `refused`, `yxdomain`, `badvers`, `badcookie` | got this error |
        | `cookieonly` | had no question but a cookie, and got its own |
        | `dropped` | got no answer: too short for a header, or a response |
        | `ratedropped` | got no answer: its client network was over its rate |
        | `rateslipped` | the same, and got an empty truncated answer |
        | `defect` | met a defect of the program, which is in the log, and got no answer |

        ### What latency is measured

        UDP: from the return of the receive call that brought the query's batch to the return of the send call that took the batch's answers. So it is the
        service time inside the server with the wait for the neighbours in the batch, at two looks at the clock for a batch of up to 64. TCP: from the return of
        the read that completed the query to its answer being ready to send. The time in the kernel's queues is in neither: a receive timestamp per
        datagram would show it, at the price of a control message to every query and of a second clock (wall time, which may jump); the queue's overflow shows in
        `pointsman_dns_kernel_drops_total`. Bounds lie at most a quarter apart, from 256 ns to 1.07 s.

        ### Rate limiting

        `kind` is the rate that was exceeded: `answer`, `negative`, `referral`, `error`, or `all` together. `action` is `dropped`, `slipped`, or, where limiting is only
        tried out, `logged`. The sum of `dropped` is the outcome `ratedropped`, that of `slipped` is `rateslipped`.

        ### TCP connections

        `accepted` counts all; of those, `timed-out` were idle or slow for too long, `displaced` had to make room for a newcomer or for others' memory, and `malformed` sent what was no
        DNS. `refused` were past the limit of their client, or could not be accepted.

        ## Sites, services and the node

        Where a name says `vip`, it is one of the node's own, with the labels `service` and `vip`; what is seen of others has `service`, `site` and `vip`. What `admit`, `held` and
        `damping` mean: [capacity and stability](../explanation/capacity-and-stability.md). Worth an alarm: `pointsman_isolated`, `pointsman_down_budget_kept`,
        `pointsman_dssp_connected` at 0 for long, `pointsman_probe_budget_stretch` above 1, `pointsman_probe_flaps` that rise, `pointsman_override_age_seconds` above what anybody meant, `pointsman_overrides_refused_total` that grows, `pointsman_vip_held` that nobody meant to keep, `pointsman_vip_oscillation_damping` above 0.

        """;

    /// <summary>A family as the node's own endpoint heads it: no node is here to be asked, but what it would say stands in its source.</summary>
    [GeneratedRegex("text\\.(?<type>Gauge|Counter)\\(\"(?<name>pointsman_[a-z_]+)\", \"(?<help>[^\"]+)\"\\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Family { get; }

    /// <summary>Empty counters, so that only the names are there.</summary>
    private static string Exposition()
    {
        var text = new PrometheusText();
        DnsMetrics.Write(text, WorkerCounters.Sum([new WorkerCounters()], _ => false, TcpCounters.None, kernelDrops: 0));
        return text.ToString();
    }

    [Fact]
    public void The_page_of_the_metrics_is_up_to_date()
    {
        var page = new StringBuilder(GeneratedPage.Notice).Append("\n\n").Append(Head).Append("\n| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n");
        var lines = Exposition().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("# HELP ", StringComparison.Ordinal)) continue;
            var help = lines[i].Split(' ', 4);
            var type = lines[i + 1].Split(' ')[3];
            var labels = lines.Skip(i + 2).TakeWhile(line => line[0] != '#').SelectMany(LabelsOf).Where(label => label.Key != "le")
                .GroupBy(label => label.Key, label => label.Value).Select(group => $"`{group.Key}`: {string.Join(", ", group.Distinct())}");
            page.Append(CultureInfo.InvariantCulture, $"| `{help[2]}` | {type} | {string.Join("; ", labels)} | {help[3]} |\n");
        }
        page.Append(Foot);
        GeneratedPage.Verify("docs/reference/metrics.md", page.Append(NodeFamilies()).ToString());
    }

    [Fact]
    public void Every_outcome_is_explained()
    {
        foreach (var outcome in Enum.GetValues<QueryOutcome>()) Assert.Contains($"`{DnsMetrics.Word(outcome)}`", Foot, StringComparison.Ordinal);
        foreach (var kind in Enum.GetValues<LimitKind>()) Assert.Contains($"`{NodeViews.Word(kind)}`", Foot, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_family_has_its_head_once_and_its_samples_after_it()
    {
        var family = "";
        var seen = new HashSet<string>();
        foreach (var line in Exposition().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal)) Assert.True(seen.Add(family = line.Split(' ')[2]), line);
            else Assert.StartsWith(line[0] == '#' ? $"# TYPE {family} " : family, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_histogram_adds_up()
    {
        var counters = new WorkerCounters();
        counters.Took(300, 5);
        counters.Took(5_000_000_000, 2);
        var text = new PrometheusText();
        DnsMetrics.Write(text, WorkerCounters.Sum([counters], _ => false, TcpCounters.None));
        var lines = text.ToString().Split('\n');
        Assert.Contains("pointsman_dns_latency_seconds_bucket{transport=\"udp\",le=\"2.56E-07\"} 0", lines);
        Assert.Contains("pointsman_dns_latency_seconds_bucket{transport=\"udp\",le=\"3.2E-07\"} 5", lines);
        Assert.Contains("pointsman_dns_latency_seconds_bucket{transport=\"udp\",le=\"+Inf\"} 7", lines);
        Assert.Contains("pointsman_dns_latency_seconds_count{transport=\"udp\"} 7", lines);
        Assert.Contains("pointsman_dns_latency_seconds_sum{transport=\"udp\"} 10.0000015", lines);
        Assert.Contains("pointsman_dns_latency_seconds_count{transport=\"tcp\"} 0", lines);
    }

    private static string NodeFamilies()
    {
        var table = new StringBuilder("\n| metric | type | meaning |\n| --- | --- | --- |\n");
        var families = Family.Matches(SourceTree.Read("src/Pointsman.Node/Admin/MetricsEndpoint.cs") + SourceTree.Read("src/Pointsman.Node/Admin/ProbeMetrics.cs") + SourceTree.Read("src/Pointsman.Node/Admin/OverrideMetrics.cs"));
        Assert.NotEmpty(families);
        foreach (Match family in families)
            table.Append(CultureInfo.InvariantCulture, $"| `{family.Groups["name"].Value}` | {(family.Groups["type"].Value == "Gauge" ? "gauge" : "counter")} | {family.Groups["help"].Value} |\n");
        return table.ToString();
    }

    private static IEnumerable<(string Key, string Value)> LabelsOf(string sample)
    {
        var (open, close) = (sample.IndexOf('{', StringComparison.Ordinal), sample.LastIndexOf('}'));
        return open < 0 ? [] : sample[(open + 1)..close].Split(',').Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], pair[1].Trim('"')));
    }
}
