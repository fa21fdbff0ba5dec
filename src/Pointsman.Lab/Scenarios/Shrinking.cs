using System.Collections.Immutable;
using System.Globalization;

namespace Pointsman.Lab.Scenarios;

/// <summary>
/// Makes a schedule that breaks a promise short, so that a reader sees why: lines are left out as long as the same promise still breaks, large parts first
/// (Zeller's delta debugging); then what time there is between them is made shorter. Each try is a whole simulation, so that they are counted.
/// </summary>
public static class Shrinking
{
    /// <summary>A try takes some hundredths of a second.</summary>
    public const int MostTries = 400;

    /// <param name="broken">Whether this one still breaks what the first broke.</param>
    public static Schedule Shorten(Schedule schedule, Func<Schedule, bool> broken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(broken);
        var tries = 0;
        bool Breaks(Schedule one) => tries++ < MostTries && broken(one);

        for (var part = Math.Max(1, schedule.Lines.Length / 2); ; part = Math.Max(1, part / 2))
        {
            var any = false;
            for (var start = 0; start < schedule.Lines.Length;)
            {
                var without = schedule.With(schedule.Lines.RemoveRange(start, Math.Min(part, schedule.Lines.Length - start)));
                if (Breaks(without)) (schedule, any) = (without, true);
                else start += part;
            }
            if (tries >= MostTries || (part == 1 && !any)) break;
        }

        for (var index = 0; index < schedule.Lines.Length; index++)
        {
            for (var shorter = Halved(schedule.Lines[index]); shorter is not null; shorter = Halved(shorter))
            {
                var other = schedule.With(schedule.Lines.SetItem(index, shorter));
                if (!Breaks(other)) break;
                schedule = other;
            }
        }
        return Joined(schedule, Breaks);
    }

    private static string? Halved(string line) =>
        Milliseconds(line) is { } span and > 20 ? string.Create(CultureInfo.InvariantCulture, $"run {span / 2}ms") : null;

    /// <summary>Two spans with nothing between are one.</summary>
    private static Schedule Joined(Schedule schedule, Func<Schedule, bool> breaks)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var line in schedule.Lines)
        {
            if (lines.Count > 0 && Milliseconds(lines[^1]) is { } before && Milliseconds(line) is { } more) lines[^1] = string.Create(CultureInfo.InvariantCulture, $"run {before + more}ms");
            else lines.Add(line);
        }
        var joined = schedule.With(lines.ToImmutable());
        return joined.Lines.Length < schedule.Lines.Length && breaks(joined) ? joined : schedule;
    }

    private static int? Milliseconds(string line) =>
        line.StartsWith("run ", StringComparison.Ordinal) && line.EndsWith("ms", StringComparison.Ordinal) && int.TryParse(line[4..^2], NumberStyles.None, CultureInfo.InvariantCulture, out var span) ? span : null;
}
