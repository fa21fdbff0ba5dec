using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Pointsman.EndToEnd.Demo;

/// <summary>What breaks a cluster of its own for each test.</summary>
public sealed class FaultTests
{
    // [S8] for the demo's probes: fall 2, interval 2 s, timeout 1.5 s; and a second for the look itself.
    private static readonly TimeSpan DeathBound = TimeSpan.FromSeconds((2 * 1.05 * 2) + 1.5 + 1 + 1);

    [Fact]
    [Trait("mission", "P4.4")]
    public async Task The_last_site_of_six_still_answers_with_itself()
    {
        await using var cluster = await DemoCluster.StartAsync(portBase: 18300);
        foreach (var site in cluster.Sites.Where(site => site != "F"))
        {
            using var node = Process.GetProcessById(cluster.Pid(site));
            node.Kill();
        }

        Assert.True(await DemoCluster.UntilAsync(async () => await SitesOfAsync(cluster, "F", 30) is ["F"], DeathBound));
        // The others' last words run out 30 s later; nothing may change by that.
        await Task.Delay(TimeSpan.FromSeconds(31), TestContext.Current.CancellationToken);
        Assert.Equal(["F"], await SitesOfAsync(cluster, "F", 30));
    }

    [Fact]
    [Trait("mission", "P6.6")]
    public async Task Whichever_sites_are_full_nobody_is_sent_back_to_where_it_was()
    {
        await using var cluster = await DemoCluster.StartAsync(portBase: 22300);
        var full = new List<string>();
        var held = new List<Socket>();
        try
        {
            // One more site is full each time, until none has room; the user always arrives at A.
            foreach (var site in cluster.Sites)
            {
                full.Add(site);
                for (var i = 0; i < 60; i++)
                {
                    var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    held.Add(socket);
                    await socket.ConnectAsync(cluster.Vip(site), TestContext.Current.CancellationToken);
                }

                var reply = await Peer.RunAsync("curl", TimeSpan.FromSeconds(20), "-sSL", "--max-redirs", "8", "--max-time", "15", "-o", "/dev/null", "-D", "-", $"http://{cluster.Vip("A")}/where");
                var visited = new List<string> { "A" };
                foreach (var line in reply.Output.Split('\n').Where(line => line.StartsWith("Location:", StringComparison.OrdinalIgnoreCase)))
                {
                    visited.Add(cluster.SiteOf(new Uri(line[9..].Trim()).Host));
                }

                Assert.Equal(visited.Distinct(), visited);
                var status = reply.Output.Split('\n').Last(line => line.StartsWith("HTTP/", StringComparison.Ordinal));
                if (full.Count < cluster.Sites.Length) Assert.Contains(" 200 ", status, StringComparison.Ordinal);
                else Assert.Contains(" 503 ", status, StringComparison.Ordinal);
            }
        }
        finally
        {
            foreach (var socket in held) socket.Dispose();
        }
    }

    [Fact]
    [Trait("mission", "P6.5")]
    public async Task A_site_that_is_full_for_long_is_not_taken_for_a_dead_one()
    {
        await using var cluster = await DemoCluster.StartAsync(portBase: 42300, sites: 4);
        var held = new List<Socket>();
        try
        {
            for (var i = 0; i < 60; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                held.Add(socket);
                await socket.ConnectAsync(cluster.Vip("A"), TestContext.Current.CancellationToken);
            }

            // Twice as long as it takes to declare a dead one down.
            await Task.Delay(DeathBound * 2, TestContext.Current.CancellationToken);
            var sites = await cluster.AskAsync("B", "sites");
            var vip = sites["sites"]!["A"]!["vips"]!.AsArray().Single(one => (string)one!["service"]! == "www.example.test")!;
            Assert.Equal("up", (string)vip["seen"]!);
            Assert.Equal("full", (string)vip["condition"]!);
            Assert.Contains("full", (string)vip["reason"]!, StringComparison.Ordinal);
            // And nobody new is handed to it while others have room.
            Assert.DoesNotContain("A", await SitesOfAsync(cluster, "B", 40));
        }
        finally
        {
            foreach (var socket in held) socket.Dispose();
        }
    }

    [Fact]
    public async Task Ended_by_the_service_manager_the_demo_leaves_no_process_and_no_file()
    {
        await using var cluster = await DemoCluster.StartAsync(portBase: 26300, sites: 3);
        var pids = cluster.Sites.Select(cluster.Pid).ToArray();
        Assert.Equal(0, await cluster.StopAsync());
        Assert.All(pids, pid => Assert.False(Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}"))));
        Assert.False(File.Exists(cluster.ConfigurationFile));
    }

    [Fact]
    [Trait("mission", "P5.5")]
    public async Task A_node_that_is_asked_to_stop_is_out_of_the_others_answers_at_once()
    {
        await using var cluster = await DemoCluster.StartAsync(portBase: 34300, sites: 4);
        using (var kill = Process.Start("kill", ["-s", "TERM", cluster.Pid("B").ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        // Far below the bound of a death that nobody announced [S8].
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        foreach (var site in (string[])["A", "C", "D"]) Assert.DoesNotContain("B", await SitesOfAsync(cluster, site, 40));
    }

    [Fact]
    public async Task A_hangup_signal_reloads_the_configuration()
    {
        await using var cluster = await DemoCluster.StartAsync(portBase: 38300, sites: 2);
        var written = await File.ReadAllTextAsync(cluster.ConfigurationFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(cluster.ConfigurationFile, written.Replace("ttl: 1m", "ttl: 3m", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        using (var kill = Process.Start("kill", ["-s", "HUP", cluster.Pid("A").ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(await DemoCluster.UntilAsync(async () => (await cluster.DigAsync("A", "www.example.test", "A", "+noall", "+answer")).Contains("\t180\t", StringComparison.Ordinal), TimeSpan.FromSeconds(10)));
        var events = (await cluster.AskAsync("A", "events")).ToJsonString();
        Assert.Contains("reloaded", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_demo_says_which_port_is_taken()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Parse("127.0.2.1"), 30300 + 2780));
        taken.Listen();
        var finished = await ProgramUnderTest.RunAsync("demo", "--port-base", "30300");
        Assert.Equal(1, finished.ExitCode);
        Assert.Contains("127.0.2.1:33080", finished.Error, StringComparison.Ordinal);
        Assert.Contains("--port-base", finished.Error, StringComparison.Ordinal);
    }

    private static async Task<string[]> SitesOfAsync(DemoCluster cluster, string asked, int queries)
    {
        var sites = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < queries; i++)
        {
            if (await DnsQuery.AskAsync(cluster.Dns(asked), "www.example.test") is not { } addresses) return ["no answer"];
            sites.UnionWith(addresses.Select(address => cluster.SiteOf(address.ToString())));
        }

        return [.. sites];
    }
}
