using Pointsman.Wan.Cluster;

namespace Pointsman.EndToEnd.Partitions;

/// <summary>The network falls into two: each part serves its own users with its own sites, and nothing has to be decided by hand when it is whole again.</summary>
internal static class PartitionChecks
{
    public static async Task HalvesPartAsync(Trial trial)
    {
        LabSite[] west = [.. trial.Lab.Sites.Take(3)], east = [.. trial.Lab.Sites.Skip(3)];
        await trial.StrikeAsync();
        foreach (var (here, there) in new[] { (west, east), (east, west) })
        {
            foreach (var gone in there)
            {
                await trial.SeeAsync(here, gone, LabServices.Names[LabServices.Www], "down");
                await trial.UnnamedAsync(here, gone, LabServices.Www);
                await trial.UnnamedAsync(here, gone, LabServices.Files);
            }

            await trial.NamedAsync(here, here, LabServices.Www);
            await trial.NamedAsync(here, here, LabServices.Files);
        }

        // Three of five peers are more than half: each may be the sick one, and says so [S10].
        await trial.SeenAsync("all six are alarmed", async () => (await Task.WhenAll(trial.Lab.Sites.Select(node => node.IsIsolatedAsync()))).All(isolated => isolated == true));
        await trial.HealAsync();
        await trial.SeenAsync("the alarm is over", async () => (await Task.WhenAll(trial.Lab.Sites.Select(node => node.IsIsolatedAsync()))).All(isolated => isolated == false));
    }

    public static async Task OnePartsAsync(Trial trial)
    {
        var (alone, others) = (trial.Last, trial.Others(trial.Last));
        await trial.StrikeAsync();
        await trial.SeeAsync(others, alone, LabServices.Names[LabServices.Www], "down");
        await trial.AgreeAsync(others, LabServices.Names[LabServices.Www], without: alone);
        await trial.UnnamedAsync(others, alone, LabServices.Www);
        await trial.NamedAsync(others, others, LabServices.Www);
        // The one that is alone names itself, for the users who still reach it.
        foreach (var gone in others) await trial.UnnamedAsync([alone], gone, LabServices.Www);
        await trial.NamedAsync([alone], [alone], LabServices.Www);
        await trial.SeenAsync("it is alarmed", async () => await alone.IsIsolatedAsync() == true);
        Assert.All(await Task.WhenAll(others.Select(node => node.IsIsolatedAsync())), isolated => Assert.False(isolated));
        await trial.HealAsync();
    }
}
