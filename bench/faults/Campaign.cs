using System.Diagnostics;
using System.Globalization;
using Pointsman.Wan.Cluster;
using Pointsman.Wan.Faults;
using Pointsman.Wan.Queries;

namespace Pointsman.Faults;

/// <summary>One fault, once.</summary>
/// <param name="WholeAgain">From the healing until all nodes held the same tables with all sites up in them.</param>
/// <param name="LastDeadPerNode">Name of the node → when its last answer with a dead site came after the death.</param>
internal sealed record Outcome(string Fault, int Round, Costs Costs, TimeSpan WholeAgain, IReadOnlyDictionary<string, TimeSpan> LastDeadPerNode);

/// <summary>Strikes every fault in turn, lets it last as long as the cluster may take to see it and some seconds, heals it, and counts; and all of that again.</summary>
internal static class Campaign
{
    private static readonly TimeSpan s_longer = TimeSpan.FromSeconds(1), s_healing = TimeSpan.FromSeconds(120);

    /// <param name="outcomes">Grows as they come, so that what was counted is not lost when a later one fails.</param>
    public static async Task RunAsync(Laboratory laboratory, IReadOnlyList<Fault> faults, int rounds, List<Outcome> outcomes, TextWriter progress)
    {
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var fault in faults)
            {
                var outcome = await StrikeAsync(laboratory, fault, round);
                outcomes.Add(outcome);
                await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{round} {fault.Name}: {outcome.Costs}, whole again after {outcome.WholeAgain.TotalSeconds:0.0} s"));
            }
        }
    }

    private static async Task<Outcome> StrikeAsync(Laboratory laboratory, Fault fault, int round)
    {
        var settings = laboratory.Settings;
        // Probes have their phases; a fault at a fixed time after the last one's end would always meet the same.
        await Task.Delay(settings.ProbeInterval * ((round * 0.37) % 1));
        var struck = Stopwatch.GetTimestamp();
        await fault.StrikeAsync(laboratory);
        await Task.Delay(settings.Bound + s_longer);
        var healed = Stopwatch.GetTimestamp();
        await fault.HealAsync(laboratory);
        await laboratory.AgreedAsync(s_healing);
        var whole = Stopwatch.GetElapsedTime(healed);
        await Task.Delay(settings.Patience + TimeSpan.FromSeconds(1));
        var records = laboratory.Ledger.Since(struck);
        var perNode = new Dictionary<string, TimeSpan>();
        foreach (var site in laboratory.Sites)
        {
            var own = records.Where(record => record.Node == site.Place).ToList();
            if (Costs.Of(own, laboratory.Truth, settings.Bound, settings.Patience).LastDead is { } last) perNode[site.Name] = last;
        }

        return new Outcome(fault.Name, round, Costs.Of(records, laboratory.Truth, settings.Bound, settings.Patience), whole, perNode);
    }
}
