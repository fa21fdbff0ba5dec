using System.Collections.Immutable;
using System.Text;
using Pointsman.Lab.Load.Scripts;
using Pointsman.Lab.Simulation.Promises;

namespace Pointsman.Lab.Scenarios;

/// <summary>
/// A story of faults as a text file, and its telling: commands, a line <c>----</c>, what they print, an empty line; <c>#</c> begins a comment. Telling it
/// gives the same file with what was really printed, so that a test compares the two texts, and a changed behaviour shows as a changed line that a
/// reader can judge. (The form is that of "data-driven" tests.) It is read whole before anything is simulated.
/// </summary>
public sealed class Scenario
{
    private const string Separator = "----";

    /// <summary>The word that such a file begins with; a scenario of load has none.</summary>
    public const string FirstWord = "cluster";

    private readonly ImmutableArray<string> lines;
    private readonly ImmutableDictionary<int, Command> commands;

    private Scenario(ImmutableArray<string> lines, ImmutableDictionary<int, Command> commands) => (this.lines, this.commands) = (lines, commands);

    /// <summary>Whether this text is a story of faults, and not one of load.</summary>
    public static bool IsOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var words = line.Trim();
            if (words.IsEmpty || words[0] == '#') continue;
            return words.StartsWith(FirstWord, StringComparison.Ordinal) && (words.Length == FirstWord.Length || char.IsWhiteSpace(words[FirstWord.Length]));
        }
        return false;
    }

    /// <summary>Either all of it or every mistake.</summary>
    public static (Scenario? Scenario, ImmutableArray<Mistake> Mistakes) Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').ToImmutableArray();
        var mistakes = new Mistakes();
        var reader = new CommandReader(mistakes);
        var commands = ImmutableDictionary.CreateBuilder<int, Command>();
        for (var index = 0; index < lines.Length; index++)
        {
            if (lines[index] == Separator)
            {
                while (index + 1 < lines.Length && lines[index + 1].Length > 0) index++;
                continue;
            }
            var statement = Statement.Read(index + 1, lines[index], mistakes);
            if (statement.IsEmpty) continue;
            if (reader.Read(statement) is { } command) commands[index] = command;
            statement.End();
        }
        reader.Finish();
        return mistakes.Any ? (null, mistakes.InOrder()) : (new Scenario(lines, commands.ToImmutable()), []);
    }

    /// <summary>Reads and tells; throws <see cref="FormatException"/> with the first mistake.</summary>
    public static Telling Tell(string text, int? seed = null)
    {
        var (scenario, mistakes) = Read(text);
        return scenario is null ? throw new FormatException($"line {mistakes[0].Line}: {mistakes[0].Message}") : scenario.Tell(seed);
    }

    /// <param name="seed">In place of its own.</param>
    public Telling Tell(int? seed = null)
    {
        var story = new Story(seed);
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
            else if (commands.TryGetValue(index, out var command))
            {
                story.Step = $"line {index + 1}: {line}";
                command(story, printed);
            }
        }
        return new Telling(told.ToString(), string.Join('\n', lines) + "\n", story.AllViolations);
    }
}

/// <summary>How a story came out.</summary>
/// <param name="Text">The file with what was printed.</param>
/// <param name="Written">The file as it was.</param>
/// <param name="Violations">What happened against what is promised.</param>
public sealed record Telling(string Text, string Written, ImmutableArray<Violation> Violations)
{
    /// <summary>Everything printed what was written.</summary>
    public bool IsAsWritten => Text == Written;
}

/// <summary>One command of a story, read and checked: does it, and writes what it has to tell.</summary>
internal delegate void Command(Story story, StringBuilder output);
