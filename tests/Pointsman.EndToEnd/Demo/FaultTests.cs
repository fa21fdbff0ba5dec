using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pointsman.EndToEnd.Demo;

/// <summary>Clusters that are broken, and how they end.</summary>
[Collection(nameof(WholeClusters))]
public sealed class FaultTests
{
    // [S8] for the demo's probes: fall 2, interval 2 s, timeout 1.5 s; and a second for the look itself.
    private static readonly TimeSpan DeathBound = TimeSpan.FromSeconds((2 * 1.05 * 2) + 1.5 + 1 + 1);

    [Fact]
    [Trait("mission", "P4.4")]
    public async Task The_last_site_of_six_still_answers_with_itself()
    {
        await using var cluster = await DemoCluster.StartAsync();
        foreach (var site in cluster.Sites.Where(site => site != "F")) await cluster.SignalAsync(site, "KILL");
        Assert.True(await DemoCluster.UntilAsync(async () => await cluster.SitesAnsweredAsync("F", 30) is ["F"], DeathBound));
        // The others' last words run out 30 s later; nothing may change by that.
        await Task.Delay(TimeSpan.FromSeconds(31), TestContext.Current.CancellationToken);
        Assert.Equal(["F"], await cluster.SitesAnsweredAsync("F", 30));
    }

    [Fact]
    [Trait("mission", "P5.5")]
    public async Task Signals_reload_stop_in_order_and_end_everything()
    {
        await using var cluster = await DemoCluster.StartAsync(sites: 3);
        var pids = cluster.Sites.Select(cluster.Pid).ToArray();

        // SIGHUP: the configuration is read again [S24].
        var written = await File.ReadAllTextAsync(cluster.ConfigurationFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(cluster.ConfigurationFile, written.Replace("ttl: 1m", "ttl: 3m", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await cluster.SignalAsync("A", "HUP");
        Assert.True(await DemoCluster.UntilAsync(async () => (await cluster.DigAsync("A", "www.example.test", "A", "+noall", "+answer")).Contains("\t180\t", StringComparison.Ordinal), TimeSpan.FromSeconds(10)));
        Assert.Contains("reloaded", (await cluster.AskAsync("A", "events")).ToJsonString(), StringComparison.Ordinal);

        // SIGTERM of a node: the others stop handing to it, far sooner than they would see an unannounced death [S8].
        await cluster.SignalAsync("B", "TERM");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        foreach (var site in (string[])["A", "C"]) Assert.DoesNotContain("B", await cluster.SitesAnsweredAsync(site, 40));

        // SIGTERM of the demo: no process and no file is left.
        Assert.Equal(0, await cluster.StopAsync());
        Assert.All(pids, pid => Assert.False(Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}"))));
        Assert.False(File.Exists(cluster.ConfigurationFile));
    }

    [Fact]
    public async Task A_second_demo_says_which_port_is_taken()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Parse("127.0.2.1"), DemoCluster.PortBase + 2780));
        taken.Listen();
        var finished = await ProgramUnderTest.RunAsync("demo", "--port-base", DemoCluster.PortBase.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(1, finished.ExitCode);
        Assert.Contains($"127.0.2.1:{DemoCluster.PortBase + 2780}", finished.Error, StringComparison.Ordinal);
        Assert.Contains("--port-base", finished.Error, StringComparison.Ordinal);
    }
}
