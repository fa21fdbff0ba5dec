using System.CommandLine;
using System.Globalization;
using Pointsman.Node.Geography;
using Pointsman.Node.Output;
using Pointsman.Node.QueryLogs;
using Pointsman.Topology.Diff;

namespace Pointsman.Node.Commands;

/// <summary><c>topology diff OLD NEW</c>: what a new edition of a database would change, before it is put in force. [P2.3]</summary>
internal static class TopologyDiffCommand
{
    private const int TopByDefault = 20;
    private const int MostTop = 100_000;

    /// <summary>From here on an address that stays in its country may be nearer to another site.</summary>
    private const double KilometresByDefault = 100;

    private sealed record Question(string Old, string New, string? Configuration, string? Queries, int Top, double Kilometres, double? AtMost);

    public static Command Make()
    {
        var old = new Argument<string>("OLD") { Description = "The database in force, of any kind that the configuration takes" };
        var next = new Argument<string>("NEW") { Description = "The one that would come in its place" };
        var configuration = new Option<string?>("--config") { HelpName = "FILE", Description = "Also which sites of this configuration users would go to instead; its subscribers, overrides and other databases hold for both" };
        var queries = new Option<string?>("--queries") { HelpName = "LOG", Description = "Also which share of these recorded queries would move: dnstap or a list of clients, - for standard input" };
        var top = new Option<int>("--top") { HelpName = "N", Description = "How many pairs and prefixes to show", DefaultValueFactory = _ => TopByDefault };
        var kilometres = new Option<double>("--moved") { HelpName = "KM", Description = "From which distance on an address counts as moved within its country", DefaultValueFactory = _ => KilometresByDefault };
        var atMost = new Option<double?>("--at-most")
        {
            HelpName = "PERCENT",
            Description = "Exit with 6 when more than that of the allocated IPv4 or IPv6 addresses, or of the queries, would change",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100) return percent / 100;
                result.AddError($"--at-most must be a percentage from 0 to 100, was '{text}'");
                return null;
            },
        };
        var command = new Command("diff", "What a new edition of a database would change: addresses, users, sites") { old, next, configuration, queries, top, kilometres, atMost, OutputOptions.Format };
        top.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostTop) result.AddError($"--top must be 1–{MostTop}");
        });
        kilometres.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() > 0)) result.AddError("--moved must be more than 0");
        });
        command.Examples(
            "pointsman topology diff world.places new.places",
            "pointsman topology diff world.places new.places --config pointsman.yaml --queries queries.tap",
            "pointsman topology diff world.places new.places --at-most 2% && mv new.places world.places && pointsman reload");
        command.SetAction(result => Run(Printer.For(result), new Question(
            result.GetRequiredValue(old), result.GetRequiredValue(next), result.GetValue(configuration), result.GetValue(queries),
            result.GetValue(top), result.GetValue(kilometres), result.GetValue(atMost))));
        return command;
    }

    private static int Run(Printer printer, Question question)
    {
        if (Editions.Load(printer, question.Old, question.New, question.Configuration, out var exitCode) is not { } editions) return exitCode;
        var families = new List<FamilyMoves>();
        foreach (var isIPv6 in (bool[])[false, true])
        {
            families.Add(new FamilyMoves(
                isIPv6 ? "IPv6" : "IPv4",
                FamilyDiff.Of(editions.Old, editions.New, isIPv6, question.Top, question.Kilometres),
                editions.Configuration is { } loaded ? SiteMoves.OfAddresses(loaded, editions.Old, editions.New, isIPv6) : null));
        }
        QueryMoves? queries = null;
        SiteMoves? queriedSites = null;
        if (question.Queries is { } file)
        {
            using var log = QueryLog.Open(file, Console.OpenStandardInput, out var problem);
            if (log is null) return printer.Fail(ExitCode.Failed, problem!);
            queriedSites = editions.Configuration is { } loaded ? new SiteMoves(loaded, editions.Old, editions.New) : null;
            try
            {
                queries = QueryMoves.Of(log, editions.Old, editions.New, queriedSites);
            }
            catch (IOException failure)
            {
                return printer.Fail(ExitCode.Failed, $"{file}: {failure.Message}");
            }
            if (log.Tally.FirstDamage is { } damage) printer.Warn($"{Counted.Of((int)Math.Min(int.MaxValue, log.Tally.Damaged), "line or frame")} cannot be read, the first at {damage}");
        }
        var report = new DiffReport(question.Old, question.New, editions, families, queries, queriedSites, question.Top, question.Kilometres);
        printer.Print(report.ToJson(), report.Write);
        if (question.AtMost is not { } most || (families.All(family => family.Addresses.ShareOfAllocated <= most) && !(queries?.Share > most))) return ExitCode.Ok;
        return printer.Fail(ExitCode.RefusedBySafetyRule, string.Create(CultureInfo.InvariantCulture, $"more than {most:0.####%} would change"));
    }
}
