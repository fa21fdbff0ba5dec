using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Pointsman.Lab.Load;
using Pointsman.Lab.Load.Scripts;
using Pointsman.Lab.Plots;
using Pointsman.Lab.Scenarios;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary>
/// <c>simulate [SCENARIO]</c>: a cluster under load, or under faults, in virtual time, by the code that decides. Exit 1 when an expectation of the scenario does not
/// hold, or something happened against what is promised. Without a scenario random faults are simulated.
/// </summary>
internal static class SimulateCommand
{
    // A happening a line; a thousand times what anybody writes.
    private const int MostBytes = 1 << 20;

    /// <summary>Each takes a tenth of a second and some.</summary>
    private const int MostRuns = 100_000;
    private const int RandomRuns = 100;

    public static Command Make()
    {
        var scenario = new Argument<string?>("SCENARIO") { Description = "What there is, what happens and what is expected: a text file. None = random faults", Arity = ArgumentArity.ZeroOrOne };
        var config = new Option<string?>("--config") { Description = "Take the sites, services and policies from this configuration; the scenario has the users and what happens", HelpName = "FILE" };
        var seed = new Option<int?>("--seed") { Description = "Another seed than the scenario's: other users, other probes, the same story", HelpName = "N" };
        var runs = new Option<int?>("--runs") { Description = "Of faults: so many runs, each from the next seed; without SCENARIO 100", HelpName = "N" };
        var plot = new Option<string?>("--plot") { Description = "Draw the offered load over time; with --compare that of the fullest site under each way of answering", HelpName = "FILE.svg" };
        var compare = new Option<bool>("--compare") { Description = "Also let round robin, the nearest site and the emptiest site answer the same users" };
        seed.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number is < 0 or > 1_000_000) result.AddError("--seed: must be 0–1000000");
        });
        runs.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number is < 1 or > MostRuns) result.AddError($"--runs: must be 1–{MostRuns}");
        });
        var command = new Command("simulate", "What if: a cluster under load or faults in virtual time, by the code that answers for real") { scenario, config, seed, runs, plot, compare, OutputOptions.Format };
        command.SetAction(result =>
        {
            var printer = Printer.For(result);
            var (path, number, times) = (result.GetValue(scenario), result.GetValue(seed), result.GetValue(runs));
            var ofLoad = result.GetValue(config) is not null ? "--config" : result.GetValue(plot) is not null ? "--plot" : result.GetValue(compare) ? "--compare" : null;
            if (path is null) return ofLoad is null ? SimulateFaults.Random(printer, number ?? 1, times ?? RandomRuns) : printer.Fail(ExitCode.Usage, $"{ofLoad}: needs a SCENARIO of load");
            if (Text(printer, path) is not { } text) return ExitCode.Failed;
            if (!Scenario.IsOne(text)) return times is null ? Run(printer, path, text, result.GetValue(config), number, result.GetValue(plot), result.GetValue(compare)) : printer.Fail(ExitCode.Usage, "--runs: is for scenarios of faults; this is one of load");
            return ofLoad is null ? Faults(printer, path, text, number, times) : printer.Fail(ExitCode.Usage, $"{ofLoad}: is for scenarios of load; {path} is one of faults");
        });
        return command.Examples(
            "pointsman simulate site-lost-at-peak.scenario",
            "pointsman simulate frankfurt.scenario --config pointsman.yaml --plot frankfurt.svg",
            "pointsman simulate region-over-capacity.scenario --compare",
            "pointsman simulate site-lost-at-peak.scenario --seed 7 -o json | jq .expectations",
            "pointsman simulate one-cut-link.txt",
            "pointsman simulate one-cut-link.txt --seed 1 --runs 200",
            "pointsman simulate --runs 2000");
    }

    private static int Faults(Printer printer, string path, string text, int? seed, int? runs)
    {
        var (scenario, mistakes) = Scenario.Read(text);
        WriteMistakes(printer, path, text, mistakes);
        if (scenario is null) return ExitCode.Failed;
        return runs is { } times ? SimulateFaults.TellMany(printer, path, scenario, seed ?? 1, times) : SimulateFaults.Tell(printer, path, scenario, seed);
    }

    private static int Run(Printer printer, string path, string text, string? config, int? seed, string? plot, bool compare)
    {
        LoadedConfiguration? configuration = null;
        if (config is not null)
        {
            var load = ConfigurationLoader.Load(config);
            load.Write(printer.Error, printer.ErrorPalette);
            if (load.Configuration is not { } good) return ExitCode.ConfigurationInvalid;
            configuration = good;
        }
        var (read, mistakes) = Script.Read(text, configuration?.Cluster, configuration?.Places);
        WriteMistakes(printer, path, text, mistakes);
        if (read is not { } script) return ExitCode.Failed;
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

    private static string? Text(Printer printer, string path)
    {
        var read = DiskFiles.Instance.Read(path, MostBytes);
        if (read.Bytes is not { } bytes)
        {
            printer.Fail(ExitCode.Failed, $"{path}: {read.Problem}");
            return null;
        }
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            printer.Fail(ExitCode.Failed, $"{path}: not UTF-8 text");
            return null;
        }
    }

    private static void WriteMistakes(Printer printer, string path, string text, ImmutableArray<Mistake> mistakes)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        foreach (var mistake in mistakes) FindingOf(path, mistake, lines).Write(printer.Error, printer.ErrorPalette);
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
