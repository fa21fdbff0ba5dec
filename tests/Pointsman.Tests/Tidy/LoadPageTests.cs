using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pointsman.Lab.Load;
using Pointsman.Lab.Load.Scripts;
using Pointsman.Lab.Plots;

namespace Pointsman.Tests.Tidy;

/// <summary>Keeps docs/explanation/load-and-stability.md true: its pictures and its figures are what the simulation of the example scenarios gives now.</summary>
public sealed class LoadPageTests
{
    private const string Page = "docs/explanation/load-and-stability.md";

    private static readonly ImmutableArray<(AnsweredBy By, string Name)> ways =
    [
        (AnsweredBy.Decision, "the decision"), (AnsweredBy.RoundRobin, "round robin"), (AnsweredBy.NearestOnly, "nearest only"), (AnsweredBy.WinnerTakesAll, "winner takes all"),
    ];

    [Theory]
    [InlineData("site-lost-at-peak", "A site lost at peak")]
    [InlineData("region-over-capacity", "Three times as many users in Europe")]
    public void Its_pictures_and_figures_are_up_to_date(string scenario, string title)
    {
        var (script, mistakes) = Script.Read(SourceTree.Read($"docs/examples/scenarios/{scenario}.scenario"));
        Assert.Empty(mistakes);
        var results = ways.Select(way => (way.Name, Result: LoadSimulation.Run(script!.Scenario, way.By))).ToImmutableArray();
        GeneratedPage.Verify($"docs/explanation/plots/{scenario}.svg", SvgChart.Draw(LoadCharts.Offered(results[0].Result, title)));
        GeneratedPage.Verify($"docs/explanation/plots/{scenario}-compared.svg", SvgChart.Draw(LoadCharts.Compared(results, $"{title}, answered in four ways")));
        VerifyBlock(scenario, Figures(results));
    }

    /// <summary>The lines between two marks of the page.</summary>
    private static void VerifyBlock(string name, string block)
    {
        var page = SourceTree.Read(Page).ReplaceLineEndings("\n");
        var (begin, end) = ($"<!-- figures of {name}: {GeneratedPage.Notice[5..]}\n", $"<!-- end of {name} -->");
        var from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = page.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"{Page} has no place for the figures of {name}: '{begin.Trim()}' … '{end}'");
        GeneratedPage.Verify(Page, string.Concat(page.AsSpan(0, from), block, page.AsSpan(to)));
    }

    private static string Figures(ImmutableArray<(string Name, LoadOutcome Result)> results)
    {
        var table = new StringBuilder("| answered by | longest above 110 % | most offered | settled after | swing | handed on | lost | round trip |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var (name, result) in results)
        {
            var phases = LoadMeasures.Phases(result, Stability.LongestConvergence(result.Scenario));
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {Span(LoadMeasures.LongestOverload(result).Length)} ")
                .Append(CultureInfo.InvariantCulture, $"| {100 * Enumerable.Range(0, result.Seconds).Max(second => LoadMeasures.WorstOffered(result, second)):0} % ")
                .Append(CultureInfo.InvariantCulture, $"| {Span(phases.Max(phase => phase.Convergence) ?? TimeSpan.Zero)} | {100 * phases.Max(phase => phase.Swing.Points):0.0} % ")
                .Append(CultureInfo.InvariantCulture, $"| {result.Totals.Sum(site => site.HandedOn)} | {result.UsersLost} | {LoadMeasures.MeanRoundTrip(result).TotalMilliseconds:0} ms |\n");
        }
        return table.ToString();
    }

    private static string Span(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes}:{span.Seconds:00}");
}
