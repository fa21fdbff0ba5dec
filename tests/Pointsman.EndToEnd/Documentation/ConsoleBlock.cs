namespace Pointsman.EndToEnd.Documentation;

/// <summary>
/// A fenced block of a page that shows a terminal: lines beginning with <c>$ </c> are typed, the lines below each are what comes back.
/// A block is marked to be run by a second word: <c>```console run</c>. A line of output that is only <c>…</c> stands for any lines,
/// a <c>…</c> within a line for any text, and nothing shown below a command says nothing about its output.
/// </summary>
internal sealed record ConsoleBlock(string Page, int Line, bool Run, IReadOnlyList<(string Command, IReadOnlyList<string> Output)> Steps)
{
    private const string Any = "…";

    public static IEnumerable<ConsoleBlock> All()
        => Directory.EnumerateFiles(ProgramUnderTest.RepositoryFolder, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(ProgramUnderTest.RepositoryFolder, "docs"), "*.md", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal)
            .SelectMany(Of);

    /// <summary>Whether what came back is what the page shows.</summary>
    public static bool Matches(IReadOnlyList<string> shown, IReadOnlyList<string> came) => shown.Count == 0 || Matches(shown, 0, came, 0);

    public override string ToString() => $"{Path.GetRelativePath(ProgramUnderTest.RepositoryFolder, Page)}:{Line}";

    private static IEnumerable<ConsoleBlock> Of(string page)
    {
        var lines = File.ReadAllLines(page);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```console", StringComparison.Ordinal)) continue;
            var run = lines[i].EndsWith(" run", StringComparison.Ordinal);
            var first = i + 1;
            var steps = new List<(string, IReadOnlyList<string>)>();
            for (i++; i < lines.Length && lines[i] != "```"; i++)
            {
                if (lines[i].StartsWith("$ ", StringComparison.Ordinal)) steps.Add((lines[i][2..], new List<string>()));
                else if (steps.Count > 0) ((List<string>)steps[^1].Item2).Add(lines[i]);
            }
            yield return new ConsoleBlock(page, first, run, steps);
        }
    }

    private static bool Matches(IReadOnlyList<string> shown, int s, IReadOnlyList<string> came, int c)
    {
        while (s < shown.Count)
        {
            if (shown[s].Trim() == Any)
            {
                for (var skip = c; skip <= came.Count; skip++)
                {
                    if (Matches(shown, s + 1, came, skip)) return true;
                }
                return false;
            }
            if (c >= came.Count || !LineMatches(shown[s].TrimEnd(), came[c].TrimEnd())) return false;
            s++;
            c++;
        }
        return c == came.Count;
    }

    private static bool LineMatches(string shown, string came)
    {
        var parts = shown.Split(Any);
        if (!came.StartsWith(parts[0], StringComparison.Ordinal)) return false;
        var at = parts[0].Length;
        for (var i = 1; i < parts.Length; i++)
        {
            var found = i == parts.Length - 1 && parts[i].Length == 0 ? came.Length : came.IndexOf(parts[i], at, StringComparison.Ordinal);
            if (found < 0) return false;
            at = found + parts[i].Length;
        }
        return at == came.Length;
    }
}
