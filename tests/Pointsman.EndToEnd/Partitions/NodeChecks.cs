using Pointsman.Wan.Cluster;

namespace Pointsman.EndToEnd.Partitions;

/// <summary>Something is wrong with nodes, and nothing with the sites: users notice nothing.</summary>
internal static class NodeChecks
{
    public static async Task DsspBlockedAsync(Trial trial)
    {
        var (silent, others) = (trial.Third, trial.Others(trial.Third));
        await trial.StrikeAsync();
        await Laboratory.UntilAsync(
            async () => (await Task.WhenAll(others.Select(node => node.PeerAsync(silent.Name)))).All(peer => peer is { Fresh: false }),
            "its last word has run out everywhere", TimeSpan.FromSeconds(20)); // it holds for ten seconds at the least
        foreach (var service in LabServices.Names)
        {
            await trial.SeeAsync(others, silent, service, "up");
            await trial.WeighAsync(trial.Lab.Sites, trial.Lab.Sites, service);
        }

        await trial.NamedAsync(trial.Lab.Sites, trial.Lab.Sites, LabServices.Www);
        foreach (var node in others) Assert.Empty(await trial.EventsSinceAsync(node, "vip-down", "isolated"));
        await trial.HealAsync();
    }

    public static async Task DiskFullAsync(Trial trial)
    {
        var site = trial.Third;
        await trial.StrikeAsync();
        // The worst moment for it: the node dies, and starts with no room to write a word.
        site.KillNode();
        site.StartNode();
        await site.ReadyAsync();
        await trial.SeenAsync("it says so", async () => (await site.EventsAsync("state-unsaved")).Length > 0);
        await trial.NamedAsync(trial.Lab.Sites, trial.Lab.Sites, LabServices.Www);
        await trial.HealAsync();
    }

    public static async Task AllRestartAsync(Trial trial)
    {
        await trial.StrikeAsync();
        await trial.HealAsync();
        await trial.NamedAsync(trial.Lab.Sites, trial.Lab.Sites, LabServices.Www);
        // It left with a word, so that nobody had to find out.
        Assert.Contains("leaving", trial.Third.NodeLog, StringComparison.Ordinal);
        // The last one restarted has seen the others only before and after: they all knew that it came back.
        Assert.All(await Task.WhenAll(trial.Others(trial.Last).Select(node => node.EventsAsync("site-restarted"))), lines => Assert.Contains(lines, line => line.Contains(trial.Last.Name, StringComparison.Ordinal)));
    }
}
