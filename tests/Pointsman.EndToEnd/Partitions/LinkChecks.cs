using Pointsman.Wan.Cluster;

namespace Pointsman.EndToEnd.Partitions;

/// <summary>Something is wrong between some sites, and nothing with any site: no healthy one may be lost to those who reach it.</summary>
internal static class LinkChecks
{
    private static readonly string[] s_alarms = ["vip-down", "isolated"];

    public static async Task CutAsync(Trial trial)
    {
        var (first, last, others) = (trial.First, trial.Last, trial.Others(trial.First, trial.Last));
        await trial.StrikeAsync();
        await trial.SeeAsync([first], last, LabServices.Names[LabServices.Www], "down");
        await trial.SeeAsync([last], first, LabServices.Names[LabServices.Www], "down");
        await trial.UnnamedAsync([first], last, LabServices.Www);
        await trial.UnnamedAsync([last], first, LabServices.Www);
        foreach (var service in LabServices.Names) await trial.WeighAsync(trial.Lab.Sites, trial.Lab.Sites, service);
        await trial.NamedAsync(others, trial.Lab.Sites, LabServices.Www);
        await NobodyAlarmedAsync(trial, others);
        await trial.HealAsync();
    }

    public static async Task FlapsAsync(Trial trial)
    {
        var (first, last, others) = (trial.First, trial.Last, trial.Others(trial.First, trial.Last));
        await trial.StrikeAsync();
        await trial.WeighAsync(others, trial.Lab.Sites, LabServices.Names[LabServices.Www]);
        await trial.NamedAsync(others, trial.Lab.Sites, LabServices.Www);
        await NobodyAlarmedAsync(trial, others);
        // Both ends may see each other go, once a service for each time that it was long enough; never more.
        foreach (var end in new[] { first, last }) Assert.InRange((await trial.EventsSinceAsync(end, "vip-down")).Length, 0, 6);
        await trial.HealAsync();
    }

    public static async Task NobodyElseNoticesAsync(Trial trial)
    {
        var others = trial.Others(trial.First, trial.Last);
        await trial.StrikeAsync();
        await Task.Delay(trial.Lab.Settings.Bound, TestContext.Current.CancellationToken); // long enough for a death to be seen, if it were one
        await trial.WeighAsync(trial.Lab.Sites, trial.Lab.Sites, LabServices.Names[LabServices.Www]);
        await trial.NamedAsync(others, trial.Lab.Sites, LabServices.Www);
        await NobodyAlarmedAsync(trial, others);
        await trial.HealAsync();
    }

    public static async Task LossySiteAsync(Trial trial)
    {
        var others = trial.Others(trial.Third);
        await trial.StrikeAsync();
        await Task.Delay(trial.Lab.Settings.Bound, TestContext.Current.CancellationToken); // as above
        await trial.NamedAsync(others, others, LabServices.Www);
        // Of each other they lose nothing.
        foreach (var node in others)
            Assert.All(await trial.EventsSinceAsync(node, s_alarms), line => Assert.Contains($" at {trial.Third.Name} ", line, StringComparison.Ordinal));
        await trial.HealAsync();
    }

    public static async Task SlowSiteAsync(Trial trial)
    {
        var (slow, others) = (trial.Third, trial.Others(trial.Third));
        var service = LabServices.Names[LabServices.Www];
        await trial.StrikeAsync();
        await Laboratory.UntilAsync(
            async () => (await Task.WhenAll(others.Select(node => node.MillisecondsAsync(service)))).All(times => times is not null && others.All(other => !times.ContainsKey(other.Name) || times[other.Name] * 2 < times[slow.Name])),
            "everybody measures that it is slow", TimeSpan.FromSeconds(20));
        await Laboratory.UntilAsync(
            async () => (await Task.WhenAll(trial.Lab.Sites.Select(node => node.TableAsync(service)))).All(table => table is not null && table.Weights[slow.Name] > 0 && others.All(other => table.Weights[other.Name] > table.Weights[slow.Name])),
            "everybody puts it last, and keeps it", TimeSpan.FromSeconds(20));
        await trial.NamedAsync(others, [slow], LabServices.Www);
        await trial.HealAsync();
    }

    private static async Task NobodyAlarmedAsync(Trial trial, LabSite[] nodes)
    {
        foreach (var node in nodes) Assert.Empty(await trial.EventsSinceAsync(node, s_alarms));
    }
}
