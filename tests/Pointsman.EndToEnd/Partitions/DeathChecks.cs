using Pointsman.Wan.Cluster;

namespace Pointsman.EndToEnd.Partitions;

/// <summary>Something of one site is dead: the others stop naming exactly that, within the bound, and take it back when it lives.</summary>
internal static class DeathChecks
{
    private static readonly string s_www = LabServices.Names[LabServices.Www], s_files = LabServices.Names[LabServices.Files];

    public static async Task SiteDiesAsync(Trial trial)
    {
        var (dead, others) = (trial.Third, trial.Others(trial.Third));
        await using var resolver = await LabResolver.StartAsync(trial.Lab);
        await trial.StrikeAsync();
        foreach (var service in LabServices.Names)
        {
            await trial.SeeAsync(others, dead, service, "down");
            await trial.AgreeAsync(others, service, without: dead);
        }

        await trial.UnnamedAsync(others, dead, LabServices.Www);
        await trial.UnnamedAsync(others, dead, LabServices.Files);
        await trial.NamedAsync(others, others, LabServices.Www);
        // And so do users behind a real resolver, which has one dead name server in six.
        for (var i = 0; i < 10; i++)
        {
            var places = await resolver.AskAsync(i % 2 == 0 ? "dig" : "kdig", LabServices.Names[i % 4 / 2]);
            Assert.NotEmpty(places);
            Assert.DoesNotContain(dead.Place, places);
        }

        // Somebody saw it first and said so; the rest looked at once, out of turn.
        Assert.Contains(await AllEventsAsync(trial, others, "vip-suspect"), line => line.Contains(dead.Name, StringComparison.Ordinal));
        Assert.All(await Task.WhenAll(others.Select(node => node.IsIsolatedAsync())), isolated => Assert.False(isolated));
        await trial.HealAsync();
        await trial.NamedAsync(trial.Lab.Sites, [dead], LabServices.Www);
        Assert.All(await Task.WhenAll(others.Select(node => trial.EventsSinceAsync(node, "site-restarted"))), lines => Assert.Single(lines));
    }

    public static async Task NodeDiesAsync(Trial trial)
    {
        var (dead, others) = (trial.Third, trial.Others(trial.Third));
        await trial.StrikeAsync();
        await trial.SeeAsync(others, dead, s_www, "down");
        await trial.AgreeAsync(others, s_www, without: dead);
        await trial.UnnamedAsync(others, dead, LabServices.Www);
        // Its stream is gone, and its other service is alive: a lost stream says nothing of that.
        await trial.SeenAsync("no stream with it", async () => (await Task.WhenAll(others.Select(node => node.PeerAsync(dead.Name)))).All(peer => peer is { Connected: false }));
        await trial.SeeAsync(others, dead, s_files, "up");
        await trial.WeighAsync(others, trial.Lab.Sites, s_files);
        await trial.NamedAsync(others, trial.Lab.Sites, LabServices.Files);
        await trial.HealAsync();
    }

    public static async Task ServersDieAsync(Trial trial)
    {
        var (site, others) = (trial.Third, trial.Others(trial.Third));
        await trial.StrikeAsync();
        // The node itself says no for its VIP, and everybody believes that at once.
        await trial.SeenAsync("it says so itself", async () => (await Task.WhenAll(others.Select(node => node.ConditionAsync(site.Name, s_www)))).All(condition => condition == "down"));
        await trial.AgreeAsync(trial.Lab.Sites, s_www, without: site);
        await trial.UnnamedAsync(trial.Lab.Sites, site, LabServices.Www);
        await trial.UnnamedAsync(trial.Lab.Sites, site, LabServices.Files);
        Assert.All(await Task.WhenAll(others.Select(node => node.PeerAsync(site.Name))), peer => Assert.Equal((true, true), peer));
        await trial.HealAsync();
    }

    public static async Task NodeStandsStillAsync(Trial trial)
    {
        var (still, others) = (trial.Third, trial.Others(trial.Third));
        await trial.StrikeAsync();
        // The kernel still accepts connections for it: only a probe that asks something tells.
        await trial.SeeAsync(others, still, s_www, "down");
        await trial.UnnamedAsync(others, still, LabServices.Www);
        await trial.SeeAsync(others, still, s_files, "up");
        await trial.WeighAsync(others, trial.Lab.Sites, s_files);
        await trial.HealAsync();
        // It is the same process with the same memory: nobody takes it for restarted.
        Assert.All(await Task.WhenAll(others.Select(node => trial.EventsSinceAsync(node, "site-restarted"))), Assert.Empty);
    }

    private static async Task<string[]> AllEventsAsync(Trial trial, IEnumerable<LabSite> nodes, string kind) => [.. (await Task.WhenAll(nodes.Select(node => trial.EventsSinceAsync(node, kind)))).SelectMany(lines => lines)];
}
