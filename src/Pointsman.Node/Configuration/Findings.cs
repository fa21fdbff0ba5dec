namespace Pointsman.Node.Configuration;

/// <summary>
/// Collects all that is wrong, so that an operator mends a file once and not error by error. Bounded: a hostile or hopeless file must not
/// make a gigabyte of complaints.
/// </summary>
internal sealed class Findings
{
    /// <summary>More errors than this help nobody; the rest are counted.</summary>
    public const int Most = 100;

    /// <summary>A message quotes what was written, which may be megabytes; logs and the event list keep messages. Room for the names of 100 sites.</summary>
    private const int MostCharacters = 8000;

    private readonly List<Finding> all = [];
    private readonly Dictionary<string, string[]> lines = new(StringComparer.Ordinal);
    private readonly HashSet<(string File, int Line)> hidden = [];
    private int errors;
    private int warnings;

    public bool HasErrors => errors > 0;

    /// <summary>Registers a file's text, for the snippets of what is found in it.</summary>
    public void AddSource(string file, string text) => lines[file] = text.ReplaceLineEndings("\n").Split('\n');

    /// <summary>The line at <paramref name="mark"/> holds what must not be shown: no finding quotes it.</summary>
    public void Hide(Mark mark) => hidden.Add((mark.File, mark.Line));

    public void Error(Mark mark, string path, string message)
    {
        if (errors++ < Most) Add(Severity.Error, mark, path, message);
    }

    public void Warning(Mark mark, string path, string message)
    {
        if (warnings++ < Most) Add(Severity.Warning, mark, path, message);
    }

    public LoadResult ToResult(LoadedConfiguration? configuration)
    {
        // Stable: what stands at one place stays in the order it was found.
        var sorted = all.Select(Shown).OrderBy(finding => finding.Mark.File, StringComparer.Ordinal).ThenBy(finding => finding.Mark.Line).ThenBy(finding => finding.Mark.Column);
        return new LoadResult(HasErrors ? null : configuration, [.. sorted], Math.Max(0, errors - Most) + Math.Max(0, warnings - Most));
    }

    private Finding Shown(Finding finding) => hidden.Contains((finding.Mark.File, finding.Mark.Line)) ? finding with { SourceLine = null } : finding;

    private void Add(Severity severity, Mark mark, string path, string message)
    {
        var source = lines.TryGetValue(mark.File, out var text) && mark.Line >= 1 && mark.Line <= text.Length ? text[mark.Line - 1] : null;
        all.Add(new Finding(severity, mark, Cut(path), Cut(message), source));
    }

    private static string Cut(string text) => text.Length <= MostCharacters ? text : string.Concat(text.AsSpan(0, MostCharacters), "…");
}
