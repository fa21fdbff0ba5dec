using System.Globalization;

namespace Pointsman.Lab.Load.Scripts;

/// <summary>
/// One line of a scenario: words in their order, and <c>key=value</c> options in any. Whoever reads it asks for what it expects; what is left over when it has
/// finished is a mistake, so that nothing is written in vain.
/// </summary>
internal sealed class Statement
{
    private readonly Mistakes mistakes;
    private readonly Queue<Word> words = new();
    private readonly List<(Word Key, Word Value)> options = [];
    private readonly List<string> asked = [];
    private readonly List<string> named = [];
    private readonly Word whole;
    private Word last;
    private bool isGivenUp;

    private Statement(int number, string text, Mistakes mistakes)
    {
        (Number, this.mistakes) = (number, mistakes);
        for (var index = 0; index < text.Length;)
        {
            if (char.IsWhiteSpace(text[index]))
            {
                index++;
                continue;
            }
            if (text[index] == '#') break;
            var end = index;
            while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
            Sort(new Word(text[index..end], index + 1));
            index = end;
        }
        whole = words.Count > 0 ? words.Peek() : options.Count > 0 ? options[0].Key : default;
        last = whole;
    }

    public int Number { get; }

    public bool IsEmpty => words.Count == 0 && options.Count == 0;

    public Word Whole => whole;

    /// <summary>The next word without taking it; empty at the end.</summary>
    public string Ahead => words.TryPeek(out var next) ? next.Text : "";

    public static Statement Read(int number, string text, Mistakes mistakes) => new(number, text, mistakes);

    public void Fail(Word word, string message, params string[] known) => mistakes.Add(Number, word, message, known);

    /// <summary>A mistake after which the rest of the line cannot be understood: nothing more is said about it.</summary>
    public void GiveUp(Word word, string message, params string[] known)
    {
        Fail(word, message, known);
        isGivenUp = true;
    }

    /// <summary>Whether it was written, rightly or not.</summary>
    public bool Names(string key) => asked.Contains(key) ? named.Contains(key) : options.Exists(option => option.Key.Text == key);

    /// <summary>Null and a mistake when there is none.</summary>
    public Word? Take(string expected)
    {
        if (words.TryDequeue(out var next))
        {
            last = next;
            return next;
        }
        GiveUp(new Word("", last.Column + last.Text.Length), $"{expected} is missing");
        return null;
    }

    /// <summary>The next word must be one of these.</summary>
    public string? TakeOneOf(string what, params string[] known)
    {
        if (Take($"{what} ({string.Join(", ", known)})") is not { } word) return null;
        if (known.Contains(word.Text, StringComparer.Ordinal)) return word.Text;
        GiveUp(word, $"{what}: must be {Or(known)}, was '{word.Text}'", known);
        return null;
    }

    /// <summary>Takes the word if it is the next one.</summary>
    public bool TryTake(string word)
    {
        if (!words.TryPeek(out var next) || next.Text != word) return false;
        last = words.Dequeue();
        return true;
    }

    public Word? Option(string key)
    {
        asked.Add(key);
        var index = options.FindIndex(option => option.Key.Text == key);
        if (index < 0) return null;
        var value = options[index].Value;
        named.Add(key);
        options.RemoveAt(index);
        return value;
    }

    /// <summary>What nobody asked for is a mistake.</summary>
    public void End()
    {
        if (isGivenUp) return;
        foreach (var word in words) Fail(word, $"nothing more was expected, was '{word.Text}'", [.. asked.Select(key => key + "=")]);
        foreach (var (key, _) in options)
        {
            if (asked.Contains(key.Text)) Fail(key, $"{key.Text} is given twice");
            else Fail(key, asked.Count == 0 ? $"{key.Text}: no option was expected here" : $"{key.Text}: unknown option; there are {string.Join(", ", asked)}", [.. asked]);
        }
    }

    /// <summary>A value, or <paramref name="otherwise"/> when the option is not given or is wrong.</summary>
    public T Option<T>(string key, T otherwise, TryRead<T> read, string expected)
    {
        if (Option(key) is not { } value) return otherwise;
        return read(value.Text, out var result) ? result : Wrong(value, key, expected, otherwise);
    }

    public T? TakeValue<T>(string what, TryRead<T> read, string expected)
        where T : struct
    {
        if (Take(what) is not { } word) return null;
        if (read(word.Text, out var result)) return result;
        GiveUp(word, $"{what}: must be {expected}, was '{word.Text}'");
        return null;
    }

    public static string Or(IReadOnlyList<string> known) => known.Count == 1 ? $"'{known[0]}'" : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", known.Take(known.Count - 1))} or {known[^1]}");

    private T Wrong<T>(Word value, string key, string expected, T otherwise)
    {
        Fail(value, $"{key}: must be {expected}, was '{value.Text}'");
        return otherwise;
    }

    private void Sort(Word word)
    {
        var equals = word.Text.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0) options.Add((new Word(word.Text[..equals], word.Column), word.From(equals + 1)));
        else words.Enqueue(word);
    }
}

internal delegate bool TryRead<T>(string text, out T value);
