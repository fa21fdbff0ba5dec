using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Pointsman.EndToEnd.Documentation;

namespace Pointsman.EndToEnd.Demo;

/// <summary>A site taken out and brought back by an operator's word, in a cluster of four real nodes, some of which die meanwhile.</summary>
[Collection(nameof(WholeClusters))]
public sealed class OperatorTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_operator_takes_a_site_out_and_brings_it_back_whatever_dies_meanwhile()
    {
        await using var cluster = await DemoCluster.StartAsync(sites: 4);
        var restarted = new List<RunningProcess>();
        try
        {
            await DrainsFromAnotherSitesNode(cluster);
            await WaitsForTheLastSession(cluster);
            await OutlivesTheDeathOfAllNodes(cluster, restarted);
            await SignsWhatADeadSiteCannotHear(cluster, restarted);
            await EndsByItself(cluster);
            await RefusesTheLastHealthySite(cluster);
        }
        finally
        {
            foreach (var node in restarted) await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_page_shows_what_a_running_demo_answers()
    {
        await using var cluster = await DemoCluster.StartAsync();
        var asked = 0;
        foreach (var (command, output) in ConsoleBlock.All().Where(block => Path.GetFileName(block.Page) == "take-a-site-out.md").SelectMany(block => block.Steps).Where(step => !step.Command.StartsWith("export ", StringComparison.Ordinal)))
        {
            var finished = await RunningProcess.RunAsync(
                "bash", ["-c", command], TimeSpan.FromSeconds(60), ProgramUnderTest.RepositoryFolder,
                new Dictionary<string, string?>(StringComparer.Ordinal) { ["POINTSMAN_NO_BUILD"] = "1", ["NO_COLOR"] = "1", ["POINTSMAN_NODE"] = cluster.Admin("A") });
            Assert.True(finished.ExitCode == 0 && ConsoleBlock.Matches(output, finished.Output.TrimEnd('\n').Split('\n')), $"$ {command}\n--- shown\n{string.Join('\n', output)}\n--- came\n{finished}");
            if (command.Contains("pointsman drain", StringComparison.Ordinal)) Assert.True(await AllKnowAsync(cluster, "D", "drain"), "not all nodes heard of it");
            asked++;
        }

        Assert.Equal(4, asked);
    }

    /// <summary>Asked at A, which may not: the command goes on to D's own node, and all nodes obey.</summary>
    private static async Task DrainsFromAnotherSitesNode(DemoCluster cluster)
    {
        Assert.Equal(0, (await ProgramUnderTest.RunAsync("can-drain", "D", "--node", cluster.Admin("A"))).ExitCode);
        var drained = await ProgramUnderTest.RunAsync("drain", "D", "--reason", "kernel upgrade", "--until", "1h", "--by", "ana", "--node", cluster.Admin("A"));
        Assert.True(drained.ExitCode == 0, drained.ToString());
        Assert.Contains($"asking D's own node at {cluster.Admin("D")}", drained.Error, StringComparison.Ordinal);
        Assert.True(await AllKnowAsync(cluster, "D", "drain"), "not all nodes heard of it");
        foreach (var site in cluster.Sites) Assert.DoesNotContain("D", await cluster.SitesAnsweredAsync(site, 60));
        var explained = await cluster.AskAsync("B", "explain", "www.example.test", "--client", "192.0.2.7");
        Assert.Contains("operator ana: \"kernel upgrade\" until ", (string?)explained["excluded"]!.AsArray().Single(one => (string?)one!["site"] == "D")!["reason"], StringComparison.Ordinal);
        Assert.Contains("D is drained by ana", (await ProgramUnderTest.RunAsync("status", "--node", cluster.Admin("C"))).Output, StringComparison.Ordinal);
        Assert.Contains((await cluster.AskAsync("D", "events"))["events"]!.AsArray(), entry => ((string?)entry!["text"])!.StartsWith("drain of D ordered by operator ana", StringComparison.Ordinal));
    }

    /// <summary>A user who is there stays, and is waited for.</summary>
    private static async Task WaitsForTheLastSession(DemoCluster cluster)
    {
        using var session = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await session.ConnectAsync(cluster.Vip("D"), TestContext.Current.CancellationToken);
        await session.SendAsync(Encoding.ASCII.GetBytes("GET /where HTTP/1.1\r\nHost: www.example.test\r\n"), TestContext.Current.CancellationToken);
        Assert.True(await DemoCluster.UntilAsync(async () => Sessions(await cluster.AskAsync("D", "can-drain", "D")) > 0, Limit), "the session was never counted");
        var ranOut = await ProgramUnderTest.RunAsync("drain", "D", "--until", "1h", "--by", "ana", "--reason", "kernel upgrade", "--node", cluster.Admin("D"), "--wait", "--quiet", "2s", "--timeout", "4s");
        Assert.True(ranOut.ExitCode == 5, ranOut.ToString());
        Assert.Contains("1 session left", ranOut.Output, StringComparison.Ordinal);
        await using var waiting = ProgramUnderTest.Start("drain", "D", "--until", "1h", "--by", "ana", "--reason", "kernel upgrade", "--node", cluster.Admin("A"), "--wait", "--quiet", "2s", "--timeout", "50s");
        await waiting.WaitForErrorAsync("1 session left", Limit);
        Assert.False(waiting.HasExited);
        session.Close();
        var finished = await waiting.WaitForExitAsync(Limit);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Contains("nobody comes to D any more", finished.Output, StringComparison.Ordinal);
    }

    private static async Task OutlivesTheDeathOfAllNodes(DemoCluster cluster, List<RunningProcess> restarted)
    {
        foreach (var site in cluster.Sites) await cluster.SignalAsync(site, "KILL");
        foreach (var site in cluster.Sites) restarted.Add(ProgramUnderTest.Start("run", "--config", cluster.ConfigurationFile, "--site", site));
        Assert.True(await AllKnowAsync(cluster, "D", "drain"), "an order did not outlive the nodes");
        Assert.True(await DemoCluster.UntilAsync(async () => await cluster.SitesAnsweredAsync("A", 60) is ["A", "B", "C"], Limit), "the others are not answered, or D is");
    }

    /// <summary>D's node is dead: only a signature can lift the order; and D hears of it when it is back.</summary>
    private static async Task SignsWhatADeadSiteCannotHear(DemoCluster cluster, List<RunningProcess> restarted)
    {
        var pki = Path.Combine(Path.GetDirectoryName(cluster.ConfigurationFile)!, "pki");
        Assert.Equal(0, (await ProgramUnderTest.RunAsync("pki", "operator", "ana", "--dir", pki)).ExitCode);
        var strangers = Directory.CreateDirectory(Path.Combine(pki, "strangers")).FullName;
        Assert.Equal(0, (await ProgramUnderTest.RunAsync("pki", "init", "--dir", strangers, "--cluster", "demo")).ExitCode);
        Assert.Equal(0, (await ProgramUnderTest.RunAsync("pki", "operator", "ana", "--dir", strangers)).ExitCode);
        restarted[^1].Signal("KILL");
        await restarted[^1].WaitForExitAsync(Limit);

        var unheard = await ProgramUnderTest.RunAsync("undrain", "D", "--node", cluster.Admin("B"));
        Assert.Equal(4, unheard.ExitCode);
        Assert.Contains("sign it and give it to any node", unheard.Error, StringComparison.Ordinal);
        var forged = await ProgramUnderTest.RunAsync("undrain", "D", "--node", cluster.Admin("B"), "--operator-cert", Path.Combine(strangers, "operator-ana.crt"), "--operator-key", Path.Combine(strangers, "operator-ana.key"));
        Assert.Equal(1, forged.ExitCode);
        Assert.Contains("does not hold", forged.Error, StringComparison.Ordinal);
        Assert.True(await AllKnowAsync(cluster, "D", "drain", "A", "B", "C"), "a forged order counted");
        var signed = await ProgramUnderTest.RunAsync("undrain", "D", "--node", cluster.Admin("B"), "--operator-cert", Path.Combine(pki, "operator-ana.crt"), "--operator-key", Path.Combine(pki, "operator-ana.key"));
        Assert.True(signed.ExitCode == 0, signed.ToString());
        Assert.True(await AllKnowAsync(cluster, "D", null, "A", "B", "C"), "not all heard of the signed order");
        await ForcesUpWhatAllSeeDown(cluster, "--operator-cert", Path.Combine(pki, "operator-ana.crt"), "--operator-key", Path.Combine(pki, "operator-ana.key"));
        restarted.Add(ProgramUnderTest.Start("run", "--config", cluster.ConfigurationFile, "--site", "D"));
        Assert.True(await AllKnowAsync(cluster, "D", null), "D did not hear of what was ordered while it was dead");
        Assert.True(await DemoCluster.UntilAsync(async () => (await cluster.SitesAnsweredAsync("A", 60)).Contains("D"), Limit), "D gets no users again");
    }

    /// <summary>D's node is dead, and an operator claims otherwise: that goes before all probes, loudly, and until it is lifted.</summary>
    private static async Task ForcesUpWhatAllSeeDown(DemoCluster cluster, params string[] signing)
    {
        Assert.True(await DemoCluster.UntilAsync(async () => await cluster.SitesAnsweredAsync("A", 60) is ["A", "B", "C"], Limit), "a dead site is answered");
        var forced = await ProgramUnderTest.RunAsync(["force", "up", "D", "--until", "1h", "--reason", "the probes are wrong", "--node", cluster.Admin("B"), .. signing]);
        Assert.True(forced.ExitCode == 0, forced.ToString());
        Assert.Contains("D is FORCED UP", forced.Output, StringComparison.Ordinal);
        Assert.True(await AllKnowAsync(cluster, "D", "force-up", "A", "B", "C"), "not all heard that D is forced up");
        Assert.True(await DemoCluster.UntilAsync(async () => (await cluster.SitesAnsweredAsync("A", 60)).Contains("D"), Limit), "D is forced up and in no answer");
        Assert.Contains("FORCED UP", (await ProgramUnderTest.RunAsync("status", "--node", cluster.Admin("C"))).Output, StringComparison.Ordinal);
        var cleared = await ProgramUnderTest.RunAsync(["force", "clear", "D", "--node", cluster.Admin("C"), .. signing]);
        Assert.True(cleared.ExitCode == 0, cleared.ToString());
        Assert.True(await AllKnowAsync(cluster, "D", null, "A", "B", "C"), "not all heard that D is no longer forced up");
        Assert.True(await DemoCluster.UntilAsync(async () => await cluster.SitesAnsweredAsync("A", 60) is ["A", "B", "C"], Limit), "a dead site is answered still");
    }

    private static async Task EndsByItself(DemoCluster cluster)
    {
        Assert.Equal(0, (await ProgramUnderTest.RunAsync("force", "down", "C", "--until", "8s", "--node", cluster.Admin("C"))).ExitCode);
        Assert.True(await AllKnowAsync(cluster, "C", "force-down"), "not all heard of it");
        Assert.Equal("forced-down", (string?)(await cluster.AskAsync("A", "table", "www.example.test"))["sites"]!["C"]!["state"]);
        Assert.True(await AllKnowAsync(cluster, "C", null), "it did not end everywhere by itself");
    }

    private static async Task RefusesTheLastHealthySite(DemoCluster cluster)
    {
        foreach (var site in (string[])["B", "C", "D"]) Assert.Equal(0, (await ProgramUnderTest.RunAsync("drain", site, "--node", cluster.Admin(site))).ExitCode);
        Assert.True(await DemoCluster.UntilAsync(async () => await cluster.SitesAnsweredAsync("A", 20) is ["A"], Limit), "others are answered still");
        var asked = await ProgramUnderTest.RunAsync("can-drain", "A", "--node", cluster.Admin("A"));
        Assert.Equal(6, asked.ExitCode);
        var refused = await ProgramUnderTest.RunAsync("drain", "A", "--node", cluster.Admin("A"));
        Assert.Equal(6, refused.ExitCode);
        Assert.Contains("www.example.test: A is the last healthy site", refused.Error, StringComparison.Ordinal);
        Assert.Contains("B is draining", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await ProgramUnderTest.RunAsync("drain", "A", "--force", "--node", cluster.Admin("A"))).ExitCode);
        // All are drained: the demo's whenAllDown is last-good, and nobody is left without an answer.
        Assert.DoesNotContain("no answer", await cluster.SitesAnsweredAsync("B", 20));
        foreach (var site in cluster.Sites) Assert.Equal(0, (await ProgramUnderTest.RunAsync("undrain", site, "--node", cluster.Admin(site))).ExitCode);
        Assert.True(await DemoCluster.UntilAsync(async () => await cluster.SitesAnsweredAsync("B", 60) is ["A", "B", "C", "D"], Limit), "not all are back");
    }

    private static int Sessions(JsonNode canDrain) => (int)canDrain["comes"]!["connections"]!;

    /// <param name="kind">Null = nothing is ordered.</param>
    private static Task<bool> AllKnowAsync(DemoCluster cluster, string site, string? kind, params string[] nodes) => DemoCluster.UntilAsync(
        async () =>
        {
            foreach (var node in nodes.Length == 0 ? cluster.Sites : nodes)
            {
                var asked = await ProgramUnderTest.RunAsync("overrides", "--node", cluster.Admin(node), "-o", "json");
                if (asked.ExitCode != 0) return false;
                var held = JsonNode.Parse(asked.Output)!["overrides"]!.AsArray().Where(one => (string?)one!["site"] == site).Select(one => (string?)one!["kind"]).ToArray();
                if (kind is null ? held.Length > 0 : held is not [var only] || only != kind) return false;
            }

            return true;
        },
        Limit);
}
