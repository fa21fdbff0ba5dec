using System.Text.RegularExpressions;

namespace Pointsman.Tests.Tidy;

/// <summary>What must hold for every file: short, finished, and nothing in it of the machine where it was written.</summary>
public sealed partial class FileTests
{
    private const int MostLines = 400;

    private static readonly string[] s_text = [".cs", ".md", ".csproj", ".props", ".proto", ".sh", ".json", ".yaml", ".yml", ".service", ".txt", ".slnx", ".zone"];

    private static readonly string[] s_leftovers = [".orig", ".rej", ".bak", ".swp"];

    [Fact]
    public void No_file_of_code_is_longer_than_a_chapter()
        => SourceTree.AssertNone(
            from file in SourceTree.EndingWith(".cs").Concat(SourceTree.EndingWith(".sh"))
            let lines = SourceTree.Lines(file).Length
            where lines > MostLines
            select $"{file}: {lines} lines",
            $"longer than {MostLines} lines");

    [Fact]
    public void Nothing_in_src_says_that_it_is_unfinished()
        => SourceTree.AssertNone(
            from file in SourceTree.Under("src", ".cs")
            from line in Numbered(file)
            where Unfinished().IsMatch(line.Text)
            select $"{file}:{line.Number}: {line.Text.Trim()}",
            "unfinished");

    [Fact]
    public void No_catch_block_is_empty()
        => SourceTree.AssertNone(
            from file in SourceTree.Under("src", ".cs")
            where EmptyCatch().IsMatch(SourceTree.Read(file))
            select file,
            "an error swallowed without a word");

    [Fact]
    public void No_file_names_a_path_of_somebodys_machine()
        => SourceTree.AssertNone(
            from file in SourceTree.Files.Where(file => s_text.Contains(Path.GetExtension(file), StringComparer.Ordinal) || !file.Contains('.', StringComparison.Ordinal))
            where file != "tests/Pointsman.Tests/Tidy/FileTests.cs" // it has to name them
            from line in Numbered(file)
            where MachinePath().IsMatch(line.Text)
            select $"{file}:{line.Number}: {line.Text.Trim()}",
            "paths of a machine");

    [Fact]
    public void No_leftover_of_a_merge_or_an_editor_is_kept()
        => SourceTree.AssertNone(SourceTree.Files.Where(file => s_leftovers.Contains(Path.GetExtension(file), StringComparer.Ordinal)), "leftovers of patch, merge or editor");

    [Fact]
    public void Every_file_of_code_ends_with_one_newline_and_has_no_tab()
        => SourceTree.AssertNone(
            from file in SourceTree.EndingWith(".cs")
            let text = SourceTree.Read(file)
            where !text.EndsWith('\n') || text.EndsWith("\n\n", StringComparison.Ordinal) || text.Contains('\t', StringComparison.Ordinal)
            select file,
            "tab, or no single newline at the end");

    private static IEnumerable<(int Number, string Text)> Numbered(string file) => SourceTree.Lines(file).Select((text, index) => (index + 1, text));

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedException", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\bcatch\b[^{;]*\{\s*\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"(?<![\w.])/(work|root|home/\w+|tmp/(wt|brief))/", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MachinePath();
}
