using System.Globalization;
using System.Text;

namespace Pointsman.Lab.Scenarios;

/// <summary>
/// A story as a text file, and its telling: commands, a line <c>----</c>, what they print, an empty line; <c>#</c> begins a comment. Running a
/// file gives the same file with what was really printed, so that a test compares the two texts, and a changed behaviour shows as a
/// changed line that a reader can judge. (The form is that of "data-driven" tests.)
/// </summary>
public static class Scenario
{
    private const string Separator = "----";

    /// <summary>Throws <see cref="FormatException"/> with the line's number where a command makes no sense.</summary>
    public static string Run(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        var commands = new ScenarioCommands();
        var told = new StringBuilder();
        var printed = new StringBuilder();
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index];
            told.Append(line).Append('\n');
            if (line == Separator)
            {
                told.Append(printed);
                printed.Clear();
                while (index + 1 < lines.Length && lines[index + 1].Length > 0) index++;
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                try
                {
                    commands.Do(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), printed);
                }
                catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
                {
                    throw new FormatException($"line {index + 1}: {line}: {exception.Message}", exception);
                }
            }
        }

        return told.ToString();
    }

    /// <summary>500ms, 30s, 5m, 24h.</summary>
    internal static TimeSpan Span(string text)
    {
        var unit = text.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.');
        var number = double.Parse(text.AsSpan(0, text.Length - unit.Length), CultureInfo.InvariantCulture);
        return unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => throw new FormatException($"'{text}' is no duration: 500ms, 30s, 5m or 24h"),
        };
    }
}
