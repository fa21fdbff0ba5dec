using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Lab.Load;
using Pointsman.Lab.Load.Scripts;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary>What a simulation came to, for people and for programs.</summary>
internal sealed class SimulateReport(
    string title, LoadOutcome result, ImmutableArray<(AnsweredBy By, LoadOutcome Result)> ways, ImmutableArray<(Expectation Expectation, Verified Verified)> checks)
{
    private readonly ImmutableArray<Phase> phases = LoadMeasures.Phases(result, Stability.LongestConvergence(result.Scenario));
    private readonly Overload overload = LoadMeasures.LongestOverload(result);

    public static string NameOf(AnsweredBy by) => by switch
    {
        AnsweredBy.RoundRobin => "round robin",
        AnsweredBy.NearestOnly => "nearest only",
        AnsweredBy.WinnerTakesAll => "winner takes all",
        _ => "the decision",
    };

    public JsonObject ToJson()
    {
        var data = new JsonObject
        {
            ["scenario"] = title,
            ["service"] = result.Scenario.TheService.Name,
            ["seed"] = result.Scenario.Seed,
            ["seconds"] = result.Seconds,
            ["users"] = result.Users,
            ["refused"] = result.UsersRefused,
            ["lost"] = result.UsersLost,
            ["answers"] = result.Answers,
            ["deadAnswers"] = result.DeadAnswers,
            ["lastDeadAnswerSeconds"] = result.LastDeadAnswer.TotalSeconds,
            ["longestOverload"] = new JsonObject { ["seconds"] = overload.Length.TotalSeconds, ["site"] = overload.Site?.Name, ["fromSecond"] = overload.Site is null ? null : overload.Since.TotalSeconds },
            ["mostAboveMaximum"] = Math.Max(0, LoadMeasures.MostAboveMaximum(result)),
            ["meanRoundTripMilliseconds"] = Math.Round(LoadMeasures.MeanRoundTrip(result).TotalMilliseconds, 1),
            ["phases"] = new JsonArray([.. phases.Select(PhaseJson)]),
            ["sites"] = new JsonObject(Enumerable.Range(0, result.Sites.Length).Select(site => KeyValuePair.Create(result.Sites[site].Name, SiteJson(site)))),
            ["expectations"] = new JsonArray([.. checks.Select(check => JsonText.Of(new { check.Expectation.Line, check.Expectation.Text, check.Verified.Holds, check.Verified.Measured }))]),
        };
        if (ways.Length > 0) data["ways"] = new JsonObject(ways.Select(way => KeyValuePair.Create(NameOf(way.By), WayJson(way.Result))));
        return data;
    }

    public void Write(TextWriter writer, Palette palette)
    {
        writer.WriteLine($"{result.Scenario.TheService.Name}: {Counted.Of(result.Sites.Length, "site")}, {Counted.Of(result.Scenario.Regions.Length, "region")}, {Duration.Format(TimeSpan.FromSeconds(result.Seconds))} of virtual time, seed {Whole(result.Scenario.Seed)}");
        writer.WriteLine();
        WritePhases(writer, palette);
        writer.WriteLine();
        WriteSites(writer, palette);
        writer.WriteLine();
        WriteFigures(writer, palette);
        if (ways.Length > 0)
        {
            writer.WriteLine();
            WriteWays(writer, palette);
        }
        if (checks.Length == 0) return;
        writer.WriteLine();
        foreach (var (expectation, verified) in checks)
            writer.WriteLine($"{(verified.Holds ? palette.Apply("ok", Paint.Good) : palette.Apply("FAILED", Paint.Bad))}  line {Whole(expectation.Line)}: {expectation.Text}: {verified.Measured}");
    }

    private void WritePhases(TextWriter writer, Palette palette)
    {
        var table = new Table("TIME", "WHAT", "SETTLED AFTER", "SWING", "FULL", "REFUSED", "LOST");
        foreach (var phase in phases)
        {
            var (first, end) = ((int)phase.Start.TotalSeconds, (int)(phase.Start + phase.Length).TotalSeconds);
            table.Row(Clock(phase.Start), phase.Words, phase.Convergence is { } time ? Duration.Format(time) : "-", Percent(phase.Swing.Points), FullIn(first, end), Whole(Sum(first, end, result.RefusedAt)), Whole(Sum(first, end, result.LostAt)));
        }
        table.Write(writer, palette);
    }

    private void WriteSites(TextWriter writer, Palette palette)
    {
        var table = new Table("SITE", "MAX", "MOST OFFERED", "MOST CONNECTIONS", "SENT", "ACCEPTED", "HANDED ON", "HANDED IN", "REFUSED", "LOST");
        for (var site = 0; site < result.Sites.Length; site++)
        {
            var totals = result.Totals[site];
            table.Row(
                result.Sites[site].Name, result.MaxAt(site, 0) is { } max ? Whole(max) : "-", MostOffered(site) is { } part ? Percent(part) : "-",
                Whole(Enumerable.Range(0, result.Seconds).Max(second => result.ActiveAt(site, second))),
                Whole(totals.Sent), Whole(totals.Accepted), Whole(totals.HandedOn), Whole(totals.HandedIn), Whole(totals.Refused), Whole(totals.Lost + totals.Dropped));
        }
        table.Write(writer, palette);
    }

    private void WriteFigures(TextWriter writer, Palette palette) => new Table("FIGURE", "VALUE")
        .Row("users", Whole(result.Users))
        .Row("refused everywhere", Whole(result.UsersRefused))
        .Row("lost with a dead site", Whole(result.UsersLost))
        .Row("answers that named a dead site", result.DeadAnswers == 0 ? "0" : $"{Whole(result.DeadAnswers)}, the last {Duration.Format(result.LastDeadAnswer)} after its death")
        .Row("longest above 110 % while another had room", overload.Site is null ? "never" : $"{Duration.Format(overload.Length)}, {overload.Site} from {Clock(overload.Since)}")
        .Row("mean round trip to the users", RoundTrip(result))
        .Row("most connections above a maximum", Whole(Math.Max(0, LoadMeasures.MostAboveMaximum(result))))
        .Write(writer, palette);

    private void WriteWays(TextWriter writer, Palette palette)
    {
        var table = new Table("ANSWERED BY", "LONGEST OVERLOAD", "MOST OFFERED", "SETTLED AFTER", "SWING", "HANDED ON", "REFUSED", "LOST", "ROUND TRIP");
        foreach (var (by, way) in ways)
        {
            var over = LoadMeasures.LongestOverload(way);
            var course = LoadMeasures.Phases(way, Stability.LongestConvergence(way.Scenario));
            table.Row(
                NameOf(by), over.Site is null ? "0s" : Duration.Format(over.Length), Percent(WorstOf(way)),
                course.Select(phase => phase.Convergence).Max() is { } settled ? Duration.Format(settled) : "-",
                Percent(course.Max(phase => phase.Swing.Points)), Whole(way.Totals.Sum(site => site.HandedOn)), Whole(way.UsersRefused), Whole(way.UsersLost), RoundTrip(way));
        }
        table.Write(writer, palette);
    }

    private JsonNode? PhaseJson(Phase phase) => JsonText.Of(new
    {
        Second = phase.Start.TotalSeconds,
        What = phase.Words,
        SettledAfterSeconds = phase.Convergence?.TotalSeconds,
        Swing = Math.Round(phase.Swing.Points, 4),
        SwingSite = phase.Swing.Site?.Name,
    });

    private JsonNode? SiteJson(int site) => JsonText.Of(new
    {
        Max = result.MaxAt(site, 0),
        MostOffered = MostOffered(site) is { } part ? Math.Round(part, 4) : (double?)null,
        MostConnections = Enumerable.Range(0, result.Seconds).Max(second => result.ActiveAt(site, second)),
        result.Totals[site].Sent,
        result.Totals[site].Accepted,
        result.Totals[site].HandedOn,
        result.Totals[site].HandedIn,
        result.Totals[site].Refused,
        Lost = result.Totals[site].Lost + result.Totals[site].Dropped,
    });

    private static JsonNode? WayJson(LoadOutcome way)
    {
        var course = LoadMeasures.Phases(way, Stability.LongestConvergence(way.Scenario));
        return JsonText.Of(new
        {
            LongestOverloadSeconds = LoadMeasures.LongestOverload(way).Length.TotalSeconds,
            MostOffered = Math.Round(WorstOf(way), 4),
            SettledAfterSeconds = course.Select(phase => phase.Convergence).Max()?.TotalSeconds,
            Swing = Math.Round(course.Max(phase => phase.Swing.Points), 4),
            HandedOn = way.Totals.Sum(site => site.HandedOn),
            Refused = way.UsersRefused,
            Lost = way.UsersLost,
            MeanRoundTripMilliseconds = Math.Round(LoadMeasures.MeanRoundTrip(way).TotalMilliseconds, 1),
        });
    }

    private static double WorstOf(LoadOutcome way) => Enumerable.Range(0, way.Seconds).Max(second => LoadMeasures.WorstOffered(way, second));

    private double? MostOffered(int site) => result.MaxAt(site, 0) is null ? null : Enumerable.Range(0, result.Seconds).Max(second => result.OfferedAt(site, second) / (result.MaxAt(site, second) ?? double.PositiveInfinity));

    /// <summary>Who was full in these seconds, and for how long.</summary>
    private string FullIn(int first, int end)
    {
        var full = Enumerable.Range(0, result.Sites.Length)
            .Select(site => (Site: result.Sites[site], Seconds: Enumerable.Range(first, end - first).Count(second => result.ActiveAt(site, second) >= result.MaxAt(site, second))))
            .Where(pair => pair.Seconds > 0).OrderByDescending(pair => pair.Seconds).ToArray();
        // The longest few say it; a hundred would be no table any more.
        const int Named = 3;
        var more = full.Length > Named ? $" and {full.Length - Named} more" : "";
        return string.Join(", ", full.Take(Named).Select(pair => $"{pair.Site} {Duration.Format(TimeSpan.FromSeconds(pair.Seconds))}")) + more;
    }

    private static long Sum(int first, int end, Func<int, int> value) => Enumerable.Range(first, end - first).Sum(second => (long)value(second));

    private static string Clock(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes:00}:{time.Seconds:00}");

    private static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{100 * part:0.0} %");

    private static string RoundTrip(LoadOutcome way) => string.Create(CultureInfo.InvariantCulture, $"{LoadMeasures.MeanRoundTrip(way).TotalMilliseconds:0} ms");

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);
}
