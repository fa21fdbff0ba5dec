using System.Text.RegularExpressions;

namespace Pointsman.Tests.Tidy;

/// <summary>
/// docs/explanation/partitions.md says for every fault what happens; none of it may be said without a test. A row names a simulated scenario, or is marked <c>live</c>, and then the laboratory
/// has a fault of that very name; and no fault of the laboratory is missing from the page.
/// </summary>
public sealed partial class PartitionsPageTests
{
    private const string Page = "docs/explanation/partitions.md", Faults = "tests/Pointsman.Wan/Faults/FaultList.cs", Checks = "tests/Pointsman.EndToEnd/Partitions/FaultTests.cs";
    private const int Columns = 6;

    [Fact]
    public void Every_row_has_its_test()
    {
        var live = LiveFaults();
        SourceTree.AssertNone(
            from row in Rows()
            let tests = row[^1]
            let wrong = tests.Contains("live", StringComparison.Ordinal)
                ? live.Contains(row[0]) ? null : $"{Faults} has no fault of that name"
                : tests.Contains("scenarios/", StringComparison.Ordinal) ? null : "names neither a scenario nor a live test"
            where wrong is not null
            select $"{row[0]}: {wrong}",
            $"rows of {Page} without a test");
    }

    [Fact]
    public void Every_fault_of_the_laboratory_has_its_row_and_its_check()
    {
        var rows = Rows().Where(row => row[^1].Contains("live", StringComparison.Ordinal)).Select(row => row[0]).ToHashSet(StringComparer.Ordinal);
        var checks = SourceTree.Read(Checks);
        SourceTree.AssertNone(
            [.. LiveFaults().Except(rows).Select(fault => $"{fault}: no row"),
             .. FaultName().Matches(SourceTree.Read(Faults)).Select(match => match.Groups["constant"].Value).Where(constant => !checks.Contains($"[FaultList.{constant}]", StringComparison.Ordinal)).Select(constant => $"{constant}: no check")],
            $"{Faults}, {Page} and {Checks} differ");
    }

    private static HashSet<string> LiveFaults() => [.. FaultName().Matches(SourceTree.Read(Faults)).Select(match => match.Groups["name"].Value)];

    private static IEnumerable<string[]> Rows()
        => SourceTree.Lines(Page).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Trim('|', ' ').Split(" | "))
            .Where(cells => cells.Length == Columns && cells[0] != "fault" && !cells[0].StartsWith("---", StringComparison.Ordinal));

    [GeneratedRegex("public const string (?<constant>\\w+) = \"(?<name>[^\"]+)\";", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FaultName();
}
