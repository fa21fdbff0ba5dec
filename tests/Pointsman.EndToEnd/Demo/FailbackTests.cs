using System.Globalization;

namespace Pointsman.EndToEnd.Demo;

/// <summary>A site whose real servers were gone, in a cluster that wants to be asked before it takes users back.</summary>
[Collection(nameof(WholeClusters))]
public sealed class FailbackTests
{
    private const string Www = "www.example.test";
    private const string Geo = "geo.example.test";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    [Trait("mission", "P2.5")]
    public async Task A_site_that_was_down_waits_for_the_operators_word()
    {
        await using var cluster = await DemoCluster.StartAsync(sites: 4);
        var written = await File.ReadAllTextAsync(cluster.ConfigurationFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(cluster.ConfigurationFile, written.Replace("fewSites: weights }", "fewSites: weights, failback: manual, slowStart: 2s }", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        foreach (var site in cluster.Sites) await cluster.AskAsync(site, "reload");

        await SignalServersAsync(cluster, "D", "STOP");
        Assert.True(await DemoCluster.UntilAsync(() => SaysOfAllAsync(cluster, "D", "down"), Limit), "D never said that it is down");
        await SignalServersAsync(cluster, "D", "CONT");
        Assert.True(await DemoCluster.UntilAsync(() => SaysOfAllAsync(cluster, "D", "held"), Limit), "D never said that it holds itself back");
        Assert.DoesNotContain("D", await cluster.SitesAnsweredAsync("A", 60));
        Assert.True(await DemoCluster.UntilAsync(async () => (string?)(await cluster.AskAsync("B", "table", Www))["sites"]!["D"]!["state"] == "held", Limit), "B never heard that D holds itself back");
        Assert.Equal([Geo, Www], (await cluster.AskAsync("D", "status"))["held"]!.AsArray().Select(held => (string?)held).Order(StringComparer.Ordinal));

        // Each site holds back itself alone.
        var elsewhere = await ProgramUnderTest.RunAsync("failback", "D", "--node", cluster.Admin("A"));
        Assert.Equal(6, elsewhere.ExitCode);
        Assert.Contains("ask a node of D", elsewhere.Error, StringComparison.Ordinal);

        Assert.Equal($"[\"{Www}\"]", (await cluster.AskAsync("D", "failback", $"D/{Www}"))["released"]!.ToJsonString());
        Assert.True(await DemoCluster.UntilAsync(async () => (await cluster.SitesAnsweredAsync("A", 60)).Contains("D"), Limit), "D was let back and is in no answer");
        Assert.Equal([Geo], (await cluster.AskAsync("D", "status"))["held"]!.AsArray().Select(held => (string?)held));
        Assert.Contains("failback of D", (await cluster.AskAsync("D", "events")).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(6, (await ProgramUnderTest.RunAsync("failback", $"D/{Www}", "--node", cluster.Admin("D"))).ExitCode);
    }

    /// <summary>Of the VIPs of both services: each has probes of its own, and one may be ahead of the other.</summary>
    private static async Task<bool> SaysOfAllAsync(DemoCluster cluster, string site, string condition) =>
        (await cluster.AskAsync("A", "sites"))["sites"]![site]!["vips"]!.AsArray().Select(vip => (string?)vip!["condition"]).All(said => said == condition);

    private static async Task SignalServersAsync(DemoCluster cluster, string site, string signal)
    {
        foreach (var server in cluster.Ready["sites"]![site]!["servers"]!.AsArray())
        {
            var sent = await Peer.RunAsync("kill", TimeSpan.FromSeconds(5), $"-{signal}", ((int)server!["pid"]!).ToString(CultureInfo.InvariantCulture));
            Assert.True(sent.ExitCode == 0, sent.ToString());
        }
    }
}
