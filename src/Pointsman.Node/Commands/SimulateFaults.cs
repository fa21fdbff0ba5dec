using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Pointsman.Lab.Scenarios;
using Pointsman.Lab.Simulation.Promises;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary>
/// <c>simulate</c> of faults: a story that is told (and must come out as it is written), the same story from many seeds, or random schedules, of which one that
/// breaks a promise is made short and printed as a scenario. Exit 1 when a promise was broken or the story came out otherwise.
/// </summary>
internal static class SimulateFaults
{
    /// <summary>Of broken runs so many are shown.</summary>
    private const int MostShown = 5;

    /// <summary>One story, from its own seed or another.</summary>
    public static int Tell(Printer printer, string path, Scenario scenario, int? seed)
    {
        var telling = scenario.Tell(seed);
        // From another seed other numbers come out, rightly.
        var different = seed is null && !telling.IsAsWritten ? Differences(telling) : [];
        printer.Print(
            new JsonObject
            {
                ["scenario"] = Path.GetFileNameWithoutExtension(path),
                ["seed"] = seed,
                ["told"] = telling.Text,
                ["asWritten"] = telling.IsAsWritten,
                ["violations"] = ToJson(telling.Violations),
            },
            (writer, palette) =>
            {
                writer.Write(telling.Text);
                foreach (var violation in telling.Violations) writer.WriteLine($"{palette.Apply("BROKEN", Paint.Bad)}  {violation}");
                if (telling.Violations.IsEmpty) writer.WriteLine($"{palette.Apply("ok", Paint.Good)}  no promise was broken");
            });
        foreach (var (line, written, told) in different.Take(MostShown)) printer.Fail(ExitCode.Failed, $"{path}:{line}: came out otherwise: was written '{written}', is '{told}'");
        return telling.Violations.IsEmpty && different.IsEmpty ? ExitCode.Ok : ExitCode.Failed;
    }

    /// <summary>The same story from many seeds: what is printed may differ, what is promised must hold.</summary>
    public static int TellMany(Printer printer, string path, Scenario scenario, int seed, int runs) =>
        Report(printer, Path.GetFileNameWithoutExtension(path), seed, runs, number => scenario.Tell(number).Violations, _ => null);

    /// <summary>Random schedules.</summary>
    public static int Random(Printer printer, int seed, int runs) =>
        Report(printer, "random", seed, runs, number => Schedule.Random(number).Violations(), number =>
        {
            var schedule = Schedule.Random(number);
            var promise = schedule.Violations()[0].Promise;
            return Shrinking.Shorten(schedule, other => other.Violations().Any(violation => violation.Promise == promise)).Text;
        });

    private static int Report(Printer printer, string title, int seed, int runs, Func<int, ImmutableArray<Violation>> run, Func<int, string?> storyOf)
    {
        var broken = Enumerable.Range(seed, runs).AsParallel().AsOrdered()
            .Select(number => (Seed: number, Violations: run(number))).Where(one => !one.Violations.IsEmpty).ToImmutableArray();
        var shown = broken.Take(MostShown).Select(one => (one.Seed, one.Violations, Story: storyOf(one.Seed))).ToImmutableArray();
        printer.Print(
            new JsonObject
            {
                ["scenario"] = title,
                ["firstSeed"] = seed,
                ["runs"] = runs,
                ["broken"] = broken.Length,
                ["shown"] = new JsonArray([.. shown.Select(one => new JsonObject { ["seed"] = one.Seed, ["violations"] = ToJson(one.Violations), ["story"] = one.Story })]),
            },
            (writer, palette) =>
            {
                foreach (var (number, violations, story) in shown)
                {
                    foreach (var violation in violations) writer.WriteLine($"{palette.Apply("BROKEN", Paint.Bad)}  seed {number}: {violation}");
                    if (story is not null) writer.WriteLine($"\n{story}");
                }
                writer.WriteLine(broken.IsEmpty
                    ? $"{palette.Apply("ok", Paint.Good)}  {Counted.Of(runs, "run")} from seed {seed}: no promise was broken"
                    : $"{palette.Apply("BROKEN", Paint.Bad)}  {broken.Length} of {Counted.Of(runs, "run")} from seed {seed} broke a promise");
            });
        return broken.IsEmpty ? ExitCode.Ok : ExitCode.Failed;
    }

    private static JsonArray ToJson(ImmutableArray<Violation> violations) =>
        [.. violations.Select(violation => JsonText.Of(new { AtSeconds = violation.At.Micros / 1e6, violation.Step, violation.Promise, violation.What }))];

    private static ImmutableArray<(int Line, string Written, string Told)> Differences(Telling telling)
    {
        var (written, told) = (telling.Written.Split('\n'), telling.Text.Split('\n'));
        return
        [
            .. Enumerable.Range(0, Math.Max(written.Length, told.Length))
                .Select(line => (Line: line + 1, Written: line < written.Length ? written[line] : "", Told: line < told.Length ? told[line] : ""))
                .Where(one => one.Written != one.Told),
        ];
    }
}
