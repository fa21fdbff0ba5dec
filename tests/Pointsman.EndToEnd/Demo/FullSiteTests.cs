using System.Net.Sockets;

namespace Pointsman.EndToEnd.Demo;

/// <summary>Sites at MaxConns, in a cluster of four: from here on nobody is down, there is only no room.</summary>
[Collection(nameof(WholeClusters))]
public sealed class FullSiteTests
{
    // [S8] for the demo's probes: fall 2, interval 2 s, timeout 1.5 s.
    private static readonly TimeSpan DeathBound = TimeSpan.FromSeconds((2 * 1.05 * 2) + 1.5 + 1);

    [Fact]
    [Trait("mission", "P6.5")]
    [Trait("mission", "P6.6")]
    public async Task Full_is_not_dead_and_nobody_is_sent_back_to_where_it_was()
    {
        await using var cluster = await DemoCluster.StartAsync(sites: 4);
        var held = new List<Socket>();
        try
        {
            await cluster.FillAsync("A", held);
            // Twice as long as it takes to declare a dead one down.
            await Task.Delay(DeathBound * 2, TestContext.Current.CancellationToken);
            var sites = await cluster.AskAsync("B", "sites");
            var vip = sites["sites"]!["A"]!["vips"]!.AsArray().Single(one => (string)one!["service"]! == "www.example.test")!;
            Assert.Equal(("overloaded", "full"), ((string)vip["seen"]!, (string)vip["condition"]!));
            Assert.Contains("full", (string)vip["reason"]!, StringComparison.Ordinal);
            // Nobody new is handed to it while others have room.
            Assert.DoesNotContain("A", await cluster.SitesAnsweredAsync("B", 40));

            // One more site is full each time, until none has room; the user always arrives at A.
            await FollowAsync(cluster, expected: " 200 ");
            foreach (var site in (string[])["B", "C", "D"])
            {
                await cluster.FillAsync(site, held);
                await FollowAsync(cluster, expected: site == "D" ? " 503 " : " 200 ");
            }
        }
        finally
        {
            foreach (var socket in held) socket.Dispose();
        }
    }

    private static async Task FollowAsync(DemoCluster cluster, string expected)
    {
        var reply = await Peer.RunAsync("curl", TimeSpan.FromSeconds(20), "-sSL", "--max-redirs", "8", "--max-time", "15", "-o", "/dev/null", "-D", "-", $"http://{cluster.Vip("A")}/where");
        var lines = reply.Output.Split('\n');
        string[] visited = ["A", .. lines.Where(line => line.StartsWith("Location:", StringComparison.OrdinalIgnoreCase)).Select(line => cluster.SiteOf(new Uri(line[9..].Trim()).Host))];
        Assert.Equal(visited.Distinct(), visited);
        Assert.Contains(expected, lines.Last(line => line.StartsWith("HTTP/", StringComparison.Ordinal)), StringComparison.Ordinal);
    }
}
