using Pointsman.EndToEnd.Wan;
using Pointsman.Wan.Faults;

namespace Pointsman.EndToEnd.Partitions;

/// <summary>
/// Every fault of the laboratory, on six real nodes with real servers under a stream of real questions: what the nodes believe, answer and show, and that nobody but the
/// fault's own victim pays for it. The page docs/explanation/partitions.md says the same in words.
/// </summary>
[Collection(Alone.Name)]
public sealed class FaultTests(LaboratoryFixture fixture) : IClassFixture<LaboratoryFixture>
{
    private static readonly Dictionary<string, Func<Trial, Task>> s_checks = new(StringComparer.Ordinal)
    {
        [FaultList.SiteDies] = DeathChecks.SiteDiesAsync,
        [FaultList.NodeDies] = DeathChecks.NodeDiesAsync,
        [FaultList.ServersDie] = DeathChecks.ServersDieAsync,
        [FaultList.NodeStandsStill] = DeathChecks.NodeStandsStillAsync,
        [FaultList.HalvesPart] = PartitionChecks.HalvesPartAsync,
        [FaultList.OneParts] = PartitionChecks.OnePartsAsync,
        [FaultList.LinkCut] = LinkChecks.CutAsync,
        [FaultList.LinkOneWay] = LinkChecks.CutAsync,
        [FaultList.LinkFlaps] = LinkChecks.FlapsAsync,
        [FaultList.LinkLossy] = LinkChecks.NobodyElseNoticesAsync,
        [FaultList.SiteLossy] = LinkChecks.LossySiteAsync,
        [FaultList.SiteSlow] = LinkChecks.SlowSiteAsync,
        [FaultList.DsspBlocked] = NodeChecks.DsspBlockedAsync,
        [FaultList.DiskFull] = NodeChecks.DiskFullAsync,
        [FaultList.AllRestart] = NodeChecks.AllRestartAsync,
    };

    // Each takes ten seconds to a minute, and ./test has to end within its quarter of an hour: those that are most unlike one another, unless all are asked for.
    private static readonly string[] s_usual =
    [
        FaultList.SiteDies, FaultList.ServersDie, FaultList.NodeStandsStill, FaultList.HalvesPart, FaultList.LinkOneWay, FaultList.SiteSlow, FaultList.DiskFull, FaultList.AllRestart,
    ];

    /// <summary>With POINTSMAN_FAULTS=all every one of the list, else the usual ones.</summary>
    public static IEnumerable<TheoryDataRow<string>> Faults =>
        LaboratoryRows.Of(Environment.GetEnvironmentVariable("POINTSMAN_FAULTS") == "all" ? FaultList.All.Select(fault => fault.Name) : s_usual);

    [Theory]
    [MemberData(nameof(Faults))]
    [Trait("mission", "P4.4")]
    [Trait("mission", "P5.6")]
    [Trait("mission", "P5.7")]
    public async Task Nodes_believe_and_answer_what_they_should_when(string fault)
    {
        var lab = await fixture.GetAsync();
        try
        {
            var trial = new Trial(lab, FaultList.All.Single(known => known.Name == fault));
            await s_checks[fault](trial);
            var costs = await trial.CountAsync();
            Assert.True(costs.Asked > 200, $"{costs}");
            Assert.True(costs is { Lost: 0, Refused: 0, Wrong: 0 }, $"{costs}");
        }
        catch (Exception)
        {
            await fixture.DropAsync();
            throw;
        }
    }
}
