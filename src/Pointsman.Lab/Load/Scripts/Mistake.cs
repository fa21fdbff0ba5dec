using System.Collections.Immutable;

namespace Pointsman.Lab.Load.Scripts;

/// <summary>One thing wrong with a scenario: where, the value seen, what was expected.</summary>
/// <param name="Line">From 1; 0 = the file as a whole.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Misspelt">A word that may be one of <paramref name="Known"/> with a slip in it; whoever prints this may ask "did you mean".</param>
public sealed record Mistake(int Line, int Column, int Length, string Message, string? Misspelt, ImmutableArray<string> Known);

/// <summary>Collects them; bounded, because past that it is the wrong file.</summary>
internal sealed class Mistakes
{
    private const int Most = 100;
    private readonly List<Mistake> all = [];

    public bool Any => all.Count > 0;

    public ImmutableArray<Mistake> InOrder() => [.. all.OrderBy(mistake => mistake.Line).ThenBy(mistake => mistake.Column)];

    public void Add(int line, Word word, string message, params string[] known)
    {
        if (all.Count < Most) all.Add(new Mistake(line, word.Column, Math.Max(1, word.Text.Length), message, known.Length > 0 ? word.Text : null, [.. known]));
    }
}

/// <summary>A word and where it begins, from 1.</summary>
internal readonly record struct Word(string Text, int Column)
{
    /// <summary>A part of it.</summary>
    public Word From(int index) => new(Text[index..], Column + index);
}
