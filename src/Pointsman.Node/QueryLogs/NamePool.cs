namespace Pointsman.Node.QueryLogs;

/// <summary>One string for a name however often it is asked for, lower case and without its final dot. A flood of different names costs no memory: past its size the pool takes no more.</summary>
internal sealed class NamePool
{
    private const int MostNames = 4096;

    private readonly Dictionary<string, string> byText = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> bySpan;

    public NamePool() => bySpan = byText.GetAlternateLookup<ReadOnlySpan<char>>();

    public string? Get(ReadOnlySpan<char> text)
    {
        if (text.Length == 0) return null;
        if (bySpan.TryGetValue(text, out var known)) return known;
        var made = (text.Length > 1 && text[^1] == '.' ? text[..^1] : text).ToString().ToLowerInvariant();
        if (byText.Count < MostNames) byText[text.ToString()] = made;
        return made;
    }
}
