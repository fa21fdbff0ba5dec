using System.Text.RegularExpressions;

namespace Pointsman.Tests.Tidy;

/// <summary>A name that says nothing attracts code that belongs nowhere. A thing that two projects need is a fact of the domain, or is written twice.</summary>
public sealed partial class NameTests
{
    private static readonly HashSet<string> s_meaningless = new(StringComparer.Ordinal)
    {
        "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Shared", "Manager", "Misc",
    };

    [Fact]
    public void No_file_or_folder_has_a_meaningless_name()
        => SourceTree.AssertNone(
            SourceTree.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
                .Where(file => file[..^3].Split('/', '.').Any(HasMeaninglessWord)),
            "names that say nothing");

    [Fact]
    public void No_type_has_a_meaningless_name()
        => SourceTree.AssertNone(
            from file in SourceTree.EndingWith(".cs")
            from line in SourceTree.Lines(file)
            let declaration = Declaration().Match(line)
            where declaration.Success && HasMeaninglessWord(declaration.Groups["name"].Value)
            select $"{file}: {declaration.Groups["name"].Value}",
            "names that say nothing");

    private static bool HasMeaninglessWord(string name) => Word().Matches(name).Any(word => s_meaningless.Contains(word.Value));

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe) )*(?:class|struct|record|record struct|interface|enum) (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"[A-Z][a-z0-9]*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();
}
