using Pointsman.Node.Output;

namespace Pointsman.Node.Configuration;

/// <summary>An error keeps the configuration from being used; a warning does not.</summary>
internal enum Severity { Error, Warning }

/// <summary>One thing wrong with a configuration or with a file that it names: what, where, and the line itself.</summary>
/// <param name="Path">The key's path, such as <c>sites.paris.id</c>; empty when the file as a whole is meant.</param>
/// <param name="Message">The value seen and what was expected.</param>
/// <param name="SourceLine">The line of the file that <paramref name="Mark"/> points into, or null.</param>
internal sealed record Finding(Severity Severity, Mark Mark, string Path, string Message, string? SourceLine = null)
{
    // A line longer than a screen is cut, around the place that matters.
    private const int SnippetWidth = 120;

    /// <summary>The first line alone: <c>FILE:LINE:COL: error: PATH: MESSAGE</c>.</summary>
    public override string ToString()
    {
        var severity = Severity == Severity.Error ? "error" : "warning";
        return Printable.Line(Path.Length == 0 ? $"{Mark}: {severity}: {Message}" : $"{Mark}: {severity}: {Path}: {Message}");
    }

    /// <summary>Writes the first line, then the source line and a caret under what is meant.</summary>
    public void Write(TextWriter writer, Palette palette)
    {
        var paint = Severity == Severity.Error ? Paint.Bad : Paint.Warning;
        var head = ToString();
        var word = Severity == Severity.Error ? " error: " : " warning: ";
        var at = palette.Colours ? head.IndexOf(word, StringComparison.Ordinal) : -1;
        writer.WriteLine(at < 0
            ? head
            : $"{palette.Apply(head[..at], Paint.Bold)}{palette.Apply(word.TrimEnd(), paint)} {head[(at + word.Length)..]}");
        if (SourceLine is null || Mark.Line == 0) return;

        var column = Math.Clamp(Mark.Column - 1, 0, SourceLine.Length);
        var start = column < SnippetWidth ? 0 : column - (SnippetWidth / 2);
        var shown = SourceLine.Substring(start, Math.Min(SnippetWidth, SourceLine.Length - start));
        var length = Math.Clamp(Mark.Length, 1, Math.Max(1, shown.Length - (column - start)));
        var gutter = FormattableString.Invariant($"{Mark.Line,5} | ");
        // The caret stands under the character: what comes before it is measured as it is printed.
        var cutBefore = start > 0 ? "…" : "";
        var cutAfter = start + shown.Length < SourceLine.Length ? "…" : "";
        var before = cutBefore.Length + Printable.Line(shown[..(column - start)]).Length;
        writer.WriteLine(palette.Apply(gutter, Paint.Dim) + cutBefore + Printable.Line(shown) + cutAfter);
        writer.WriteLine(palette.Apply("      | ", Paint.Dim) + new string(' ', before) + palette.Apply("^" + new string('~', length - 1), paint));
    }
}
