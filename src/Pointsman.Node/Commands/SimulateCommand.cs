using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Pointsman.Lab.Load;
using Pointsman.Lab.Load.Scripts;
using Pointsman.Lab.Plots;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>simulate SCENARIO</c>: a cluster under load in virtual time, by the code that decides. Exit 1 when an expectation of the scenario does not hold.</summary>
internal static class SimulateCommand
{
    // A happening a line; a thousand times what anybody writes.
    private const int MostBytes = 1 << 20;

    public static Command Make()
    {
        var scenario = new Argument<string>("SCENARIO") { Description = "What there is, what happens and what is expected: a text file" };
        var config = new Option<string?>("--config") { Description = "Take the sites, services and policies from this configuration; the scenario has the users and what happens", HelpName = "FILE" };
        var seed = new Option<int?>("--seed") { Description = "Another seed than the scenario's: other users, other probes, the same story", HelpName = "N" };
        var plot = new Option<string?>("--plot") { Description = "Draw the offered load over time; with --compare that of the fullest site under each way of answering", HelpName = "FILE.svg" };
        var compare = new Option<bool>("--compare") { Description = "Also let round robin, the nearest site and the emptiest site answer the same users" };
        seed.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number is < 0 or > 1_000_000) result.AddError("--seed: must be 0–1000000");
        });
        var command = new Command("simulate", "What if: a cluster under load in virtual time, answered by the code that answers for real") { scenario, config, seed, plot, compare, OutputOptions.Format };
        command.SetAction(result => Run(Printer.For(result), result.GetValue(scenario)!, result.GetValue(config), result.GetValue(seed), result.GetValue(plot), result.GetValue(compare)));
        return command.Examples(
            "pointsman simulate site-lost-at-peak.scenario",
            "pointsman simulate frankfurt.scenario --config pointsman.yaml --plot frankfurt.svg",
            "pointsman simulate region-over-capacity.scenario --compare",
            "pointsman simulate site-lost-at-peak.scenario --seed 7 -o json | jq .expectations");
    }

    private static int Run(Printer printer, string path, string? config, int? seed, string? plot, bool compare)
    {
        LoadedConfiguration? configuration = null;
        if (config is not null)
        {
            var load = ConfigurationLoader.Load(config);
            load.Write(printer.Error, printer.ErrorPalette);
            if (load.Configuration is not { } good) return ExitCode.ConfigurationInvalid;
            configuration = good;
        }
        if (Read(printer, path, configuration) is not { } script) return ExitCode.Failed;
        if (seed is { } other) script = script with { Scenario = script.Scenario with { Seed = other } };

        var result = LoadSimulation.Run(script.Scenario);
        var ways = compare
            ? LoadSimulation.All.Select(by => (By: by, Result: by == AnsweredBy.Decision ? result : LoadSimulation.Run(script.Scenario, by))).ToImmutableArray()
            : [];
        var checks = script.Expectations.Select(expectation => (expectation, expectation.Check(result))).ToImmutableArray();
        var title = Path.GetFileNameWithoutExtension(path);
        if (plot is not null && Draw(plot, title, result, ways) is { } problem) return printer.Fail(ExitCode.Failed, $"{plot}: {problem}");

        var report = new SimulateReport(title, result, ways, checks);
        printer.Print(report.ToJson(), report.Write);
        return checks.All(check => check.Item2.Holds) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static Script? Read(Printer printer, string path, LoadedConfiguration? configuration)
    {
        var read = DiskFiles.Instance.Read(path, MostBytes);
        if (read.Bytes is not { } bytes)
        {
            printer.Fail(ExitCode.Failed, $"{path}: {read.Problem}");
            return null;
        }
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            printer.Fail(ExitCode.Failed, $"{path}: not UTF-8 text");
            return null;
        }
        var (script, mistakes) = Script.Read(text, configuration?.Cluster, configuration?.Places);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        foreach (var mistake in mistakes) FindingOf(path, mistake, lines).Write(printer.Error, printer.ErrorPalette);
        return script;
    }

    private static Finding FindingOf(string path, Mistake mistake, string[] lines)
    {
        var nearest = mistake.Misspelt is { } word ? NearestName.Of(word, mistake.Known) : null;
        return new Finding(
            Severity.Error,
            mistake.Line == 0 ? Mark.Whole(path) : new Mark(path, mistake.Line, mistake.Column, mistake.Length),
            "",
            nearest is null ? mistake.Message : $"{mistake.Message}; did you mean '{nearest}'?",
            mistake.Line >= 1 && mistake.Line <= lines.Length ? lines[mistake.Line - 1] : null);
    }

    private static string? Draw(string path, string title, LoadOutcome result, ImmutableArray<(AnsweredBy By, LoadOutcome Result)> ways)
    {
        var chart = ways.Length > 0
            ? LoadCharts.Compared([.. ways.Select(way => (SimulateReport.NameOf(way.By), way.Result))], title)
            : LoadCharts.Offered(result, title);
        try
        {
            File.WriteAllText(path, SvgChart.Draw(chart));
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return error.Message;
        }
    }
}
