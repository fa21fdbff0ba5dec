using System.Text;

namespace Pointsman.Tests.Node.Configuration;

/// <summary>One block of <c>mistakes.txt</c>: a change to the good configuration and all the errors that come of it.</summary>
internal sealed record Mistake(string Title, string Cut, string Put, IReadOnlyList<string> Expected)
{
    public static IReadOnlyList<Mistake> ReadAll()
    {
        var all = new List<Mistake>();
        foreach (var block in MemoryFiles.ReadBeside("mistakes.txt").Split("\n## ").Skip(1))
        {
            var lines = block.TrimEnd('\n').Split('\n');
            all.Add(new Mistake(lines[0], Join(lines, '-'), Join(lines, '+'), [.. lines.Where(line => line.StartsWith("= ", StringComparison.Ordinal)).Select(line => line[2..])]));
        }
        return all;
    }

    public string Text()
    {
        if (Cut.Length == 0) return MemoryFiles.GoodText + Put + "\n";
        var at = MemoryFiles.GoodText.IndexOf(Cut, StringComparison.Ordinal);
        Assert.True(at >= 0, $"'{Cut}' is not in good.yaml");
        // A whole line that nothing replaces takes its end with it.
        var end = at + Cut.Length + (Put.Length == 0 ? 1 : 0);
        return MemoryFiles.GoodText[..at] + Put + MemoryFiles.GoodText[end..];
    }

    public IReadOnlyList<string> Errors() =>
        [.. MemoryFiles.Good().With("pointsman.yaml", Text()).Errors().Select(error => error.Replace("pointsman.yaml:", "", StringComparison.Ordinal).Replace(" error:", "", StringComparison.Ordinal))];

    /// <summary>The file's own form again, with the errors as they are now.</summary>
    public string Write()
    {
        var text = new StringBuilder($"\n## {Title}\n");
        foreach (var line in Cut.Split('\n')) if (Cut.Length > 0) text.Append('-').Append(line).Append('\n');
        foreach (var line in Put.Split('\n')) if (Put.Length > 0) text.Append('+').Append(line).Append('\n');
        foreach (var error in Errors()) text.Append("= ").Append(error).Append('\n');
        return text.ToString();
    }

    private static string Join(string[] lines, char mark) => string.Join('\n', lines.Skip(1).Where(line => line.StartsWith(mark)).Select(line => line[1..]));
}
