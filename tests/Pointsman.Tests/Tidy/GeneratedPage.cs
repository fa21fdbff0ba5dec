namespace Pointsman.Tests.Tidy;

/// <summary>
/// A page of the documentation that the code writes. A test makes the page anew each time and compares; with <c>UPDATE_DOCS=1</c> in the
/// environment it writes instead. So the page in git is always the one that this code makes.
/// </summary>
internal static class GeneratedPage
{
    public const string Notice = "<!-- Generated: UPDATE_DOCS=1 ./test --only Pointsman.Tests --filter-namespace 'Pointsman.Tests.Tidy*' -->";

    /// <summary>Compares with the file at <paramref name="path"/> (relative to the repository), or writes it.</summary>
    public static void Verify(string path, string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var expected = content.ReplaceLineEndings("\n");
        var full = Path.Combine(SourceTree.Folder, path);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, expected);
            return;
        }
        var actual = File.Exists(full) ? File.ReadAllText(full).ReplaceLineEndings("\n") : "";
        if (actual == expected) return;
        var firstDifference = expected.Split('\n').Zip(actual.Split('\n')).TakeWhile(pair => pair.First == pair.Second).Count() + 1;
        Assert.Fail($"{path} is out of date from line {firstDifference} on. Run this test again with UPDATE_DOCS=1 in the environment, and commit what it writes.");
    }
}
