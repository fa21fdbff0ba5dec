using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Pointsman.EndToEnd.Demo;

/// <summary>One demo cluster for all tests of <see cref="SixSitesTests"/>.</summary>
public sealed class SixSites : IAsyncLifetime
{
    internal DemoCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await DemoCluster.StartAsync(tour: true);

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();
}

/// <summary>Whole clusters on two cores: one at a time, and nothing beside them.</summary>
[CollectionDefinition(nameof(WholeClusters), DisableParallelization = true)]
public sealed class WholeClusters;

/// <summary>Six sites, seen from outside: dig as the resolver, unbound as a real one, curl as the user.</summary>
[Collection(nameof(WholeClusters))]
public sealed class SixSitesTests(SixSites fixture) : IClassFixture<SixSites>
{
    private static readonly (string Site, int Weight)[] TableThree = [("A", 7), ("B", 6), ("C", 6), ("D", 8), ("E", 5), ("F", 10)];

    private readonly DemoCluster cluster = fixture.Cluster;

    [Fact]
    public void The_tour_comes_out_as_announced() => Assert.Contains("steps came out as announced", cluster.Output, StringComparison.Ordinal);

    [Fact]
    [Trait("mission", "P3.1")]
    [Trait("mission", "P3.3")]
    [Trait("mission", "P4.1")]
    [Trait("mission", "P5.7")]
    public async Task Every_node_measures_the_patents_table_and_has_the_same_digest()
    {
        // A table can change between two of the six questions: asked again, they must agree.
        var agreed = await DemoCluster.UntilAsync(async () =>
        {
            var tables = await Task.WhenAll(cluster.Sites.Select(site => cluster.AskAsync(site, "table", "www.example.test")));
            return tables.Select(table => (string)table["digest"]!).Distinct().Count() == 1
                && tables.All(table => TableThree.All(row => (int)table["sites"]![row.Site]!["weight"]! == row.Weight));
        }, TimeSpan.FromSeconds(30));
        Assert.True(agreed);
    }

    [Fact]
    public async Task The_matrix_is_the_configured_ways_times_the_iterations()
    {
        var matrix = await cluster.AskAsync("A", "matrix", "www.example.test");
        // Table I: A tests D in 197 ms, C tests F in 683 ms; a tenth of it, two iterations, and never less.
        double Millis(string tested, string tester) => (double)matrix["cells"]![tested]![tester]!["milliseconds"]!;
        Assert.True(Millis("D", "A") >= 2 * 19.7);
        Assert.True(Millis("F", "C") >= 2 * 68.3);
        // Table II: A prefers D, C, F, B, E, in times so far apart that no busy machine closes the gaps.
        Assert.Equal("DCFBE", string.Concat("BCDEF".OrderBy(tested => Millis(tested.ToString(), "A"))));
        Assert.Null(matrix["cells"]!["A"]!["A"]);
    }

    [Theory]
    [Trait("mission", "P1.1")]
    [InlineData("example.test", "SOA", "hostmaster.example.test.")]
    [InlineData("example.test", "NS", "ns-f.example.test.")]
    [InlineData("example.test", "MX", "10 mail.example.test.")]
    [InlineData("example.test", "TXT", "v=spf1 mx -all")]
    [InlineData("example.test", "CAA", "ca.example.net")]
    [InlineData("_http._tcp.example.test", "SRV", "0 0 80 www.example.test.")]
    [InlineData("alias.example.test", "A", "www.example.test.")]
    [InlineData("www.example.test", "A", "127.0.")]
    public async Task Dig_gets_static_and_dynamic_records_by_UDP_and_TCP(string name, string type, string expected)
    {
        Assert.Contains(expected, await cluster.DigAsync("B", name, type, "+noall", "+answer"), StringComparison.Ordinal);
        Assert.Contains(expected, await cluster.DigAsync("B", name, type, "+noall", "+answer", "+tcp"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("www.example.test", "AAAA", "NOERROR", "only IPv4 VIPs")]
    [InlineData("www.example.test", "TXT", "NOERROR", "a dynamic name always exists")]
    [InlineData("nowhere.example.test", "A", "NXDOMAIN", "no such name")]
    [InlineData("www.example.org", "A", "REFUSED", "not our zone")]
    public async Task What_is_not_there_is_said_with_the_right_code(string name, string type, string status, string _)
    {
        var reply = await cluster.DigAsync("C", name, type);
        Assert.Contains($"status: {status}", reply, StringComparison.Ordinal);
        Assert.Contains("ANSWER: 0", reply, StringComparison.Ordinal);
        if (status != "REFUSED") Assert.Contains("SOA", reply, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("mission", "P2.1")]
    [Trait("mission", "P2.2")]
    [Trait("mission", "P2.4")]
    [Trait("mission", "P2.5")]
    [InlineData("193.0.0.0/24", "D", "Europe")]
    [InlineData("200.0.0.0/24", "C", "Latin America")]
    [InlineData("211.123.11.0/24", "E", "the Pacific")]
    [InlineData("41.0.0.0/24", "F", "Africa")]
    [InlineData("63.0.1.0/24", "C", "a subscriber in Chile within a North American block")]
    public async Task The_region_of_the_client_subnet_chooses_the_site(string subnet, string site, string _)
    {
        foreach (var node in cluster.Sites)
        {
            var reply = await cluster.DigAsync(node, "geo.example.test", "A", $"+subnet={subnet}");
            Assert.Contains($"\t{cluster.Vip(site).Address}", reply, StringComparison.Ordinal);
            Assert.Matches($"CLIENT-SUBNET: {subnet}/([1-9]|1[0-9]|2[0-4])\\b", reply);
        }
    }

    [Fact]
    [Trait("mission", "P1.3")]
    public async Task The_time_to_live_is_the_configured_minute() =>
        Assert.Matches(@"^www\.example\.test\.\s+60\s+IN\s+A\s+127\.0\.", await cluster.DigAsync("F", "www.example.test", "A", "+noall", "+answer"));

    [Fact]
    public async Task Unbound_with_its_subnet_cache_resolves_and_curl_gets_the_content()
    {
        await using var unbound = await Unbound.StartAsync(cluster.Sites.Select(cluster.Dns), "example.test");
        for (var round = 0; round < 10; round++)
        {
            var reply = await Peer.RunAsync("dig", TimeSpan.FromSeconds(10), $"@{unbound.EndPoint.Address}", "-p", unbound.EndPoint.Port.ToString(CultureInfo.InvariantCulture), "www.example.test", "+short");
            var address = Assert.Single(reply.Output.Trim().Split('\n'));
            var site = cluster.SiteOf(address);
            var content = await Peer.RunAsync("curl", TimeSpan.FromSeconds(10), "-sS", "--max-time", "5", "--connect-to", $"www.example.test:80:{cluster.Vip(site)}", "http://www.example.test/where");
            Assert.StartsWith($"site {site},", content.Output, StringComparison.Ordinal);
        }

        // Two users in two regions behind the one resolver: the cache must not mix them.
        foreach (var (subnet, site) in new[] { ("193.0.0.0/24", "D"), ("211.123.11.0/24", "E"), ("193.0.0.0/24", "D") })
        {
            var reply = await Peer.RunAsync("dig", TimeSpan.FromSeconds(10), $"@{unbound.EndPoint.Address}", "-p", unbound.EndPoint.Port.ToString(CultureInfo.InvariantCulture), "geo.example.test", "+short", $"+subnet={subnet}");
            Assert.Equal(cluster.Vip(site).Address.ToString(), reply.Output.Trim());
        }
    }

    [Fact]
    public async Task A_bad_reload_is_refused_with_its_errors_and_a_good_one_loses_no_query()
    {
        await using var asker = new Asker(cluster.Dns("A"));
        var good = await File.ReadAllTextAsync(cluster.ConfigurationFile, TestContext.Current.CancellationToken);
        try
        {
            await File.WriteAllTextAsync(cluster.ConfigurationFile, good.Replace("ttl: 1m", "ttl: 999m", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            var refused = await ProgramUnderTest.RunAsync("reload", "--node", cluster.Admin("A"));
            Assert.Equal(3, refused.ExitCode);
            Assert.Contains("services.www.example.test.ttl", refused.Error, StringComparison.Ordinal);
            Assert.Matches(@"\s60\s", await cluster.DigAsync("A", "www.example.test", "A", "+noall", "+answer"));
            await asker.MoreAsync();

            await File.WriteAllTextAsync(cluster.ConfigurationFile, good.Replace("ttl: 1m", "ttl: 2m", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            var applied = await ProgramUnderTest.RunAsync("reload", "--node", cluster.Admin("A"));
            Assert.True(applied.ExitCode == 0, applied.ToString());
            Assert.Matches(@"\s120\s", await cluster.DigAsync("A", "www.example.test", "A", "+noall", "+answer"));
            await asker.MoreAsync();
        }
        finally
        {
            await File.WriteAllTextAsync(cluster.ConfigurationFile, good, CancellationToken.None);
            await ProgramUnderTest.RunAsync("reload", "--node", cluster.Admin("A"));
        }

        await asker.MoreAsync();
        Assert.Equal(0, asker.Lost);
    }

    [Fact]
    public async Task The_admin_interface_answers_health_metrics_and_its_own_description()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(cluster.Admin("A")) };
        var stop = TestContext.Current.CancellationToken;
        Assert.Equal("ok\n", await http.GetStringAsync(new Uri("/livez", UriKind.Relative), stop));
        Assert.Equal("ok\n", await http.GetStringAsync(new Uri("/readyz", UriKind.Relative), stop));
        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), stop);
        Assert.Matches("(?m)^pointsman_handoff_weight\\{service=\"www\\.example\\.test\",site=\"F\"\\} 10$", metrics);
        Assert.Matches("(?m)^pointsman_dns_queries_total\\{transport=\"udp\"\\} [1-9]", metrics);
        Assert.All(metrics.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(@"^(# (HELP|TYPE) pointsman_|pointsman_\w+(\{[^}]*\})? -?[0-9.E+-]+$)", line));
        var description = JsonNode.Parse(await http.GetStringAsync(new Uri("/api/v1/openapi.json", UriKind.Relative), stop))!;
        Assert.NotNull(description["paths"]!["/api/v1/services/{service}/table"]);
        Assert.Contains("dashboard.js", await http.GetStringAsync(new Uri("/", UriKind.Relative), stop), StringComparison.Ordinal);

        using var unknown = await http.GetAsync(new Uri("/api/v1/services/www.example.tset/table", UriKind.Relative), stop);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("application/problem+json", unknown.Content.Headers.ContentType?.MediaType);
        Assert.Contains("did you mean www.example.test", await unknown.Content.ReadAsStringAsync(stop), StringComparison.Ordinal);

        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/api/v1/reload") { Headers = { { "Origin", "http://elsewhere.example" } } };
        using var refused = await http.SendAsync(foreign, stop);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Theory]
    [InlineData("status", "peers")]
    [InlineData("sites", "sites")]
    [InlineData("events", "events")]
    public async Task Commands_print_what_the_node_knows(string command, string key)
    {
        Assert.NotNull((await cluster.AskAsync("E", command))[key]);
        var people = await ProgramUnderTest.RunAsync(command, "--node", cluster.Admin("E"));
        Assert.True(people.ExitCode == 0 && people.Output.Length > 50, people.ToString());
    }

    [Fact]
    public async Task Explain_names_the_place_the_sites_and_why_the_others_are_out()
    {
        var explained = await cluster.AskAsync("A", "explain", "geo.example.test", "--client", "211.123.11.20");
        Assert.Equal("geo.example.test", (string)explained["service"]!);
        Assert.Equal("apnic", (string)explained["region"]!);
        Assert.Equal("E", (string)explained["sites"]![0]!["site"]!);
        Assert.Equal(60, (int)explained["ttlSeconds"]!);
        foreach (var key in (string[])["client", "clientPrefix", "class", "scope", "excluded", "trace", "snapshot"]) Assert.NotNull(explained[key]);
    }

    [Fact]
    public async Task A_command_without_a_node_says_so_and_exits_four()
    {
        var finished = await ProgramUnderTest.RunAsync("status", "--node", "http://127.0.0.1:9");
        Assert.Equal(4, finished.ExitCode);
        Assert.Contains("no node answers", finished.Error, StringComparison.Ordinal);
    }

    /// <summary>Asks one name server all the time, from its making to its end.</summary>
    private sealed class Asker : IAsyncDisposable
    {
        /// <summary>What <see cref="MoreAsync"/> waits for: a count and not a time, because a loaded machine asks slowly.</summary>
        private const int More = 20;

        private readonly CancellationTokenSource stop = new();
        private readonly Task asking;
        private int asked;
        private int lost;

        public Asker(IPEndPoint server) => asking = Task.Run(() => AskAsync(server));

        public int Lost => Volatile.Read(ref lost);

        /// <summary>Waits until some more queries were asked and answered, or lost.</summary>
        public async Task MoreAsync()
        {
            var goal = Volatile.Read(ref asked) + More;
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (Volatile.Read(ref asked) < goal) await Task.Delay(5, deadline.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await asking;
            stop.Dispose();
        }

        private async Task AskAsync(IPEndPoint server)
        {
            while (!stop.IsCancellationRequested)
            {
                if (!await DnsQuery.AnswersAsync(server, "www.example.test")) Interlocked.Increment(ref lost);
                Interlocked.Increment(ref asked);
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }
}
