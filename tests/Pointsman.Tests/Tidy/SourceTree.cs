namespace Pointsman.Tests.Tidy;

/// <summary>
/// The repository's own files, as the tidy tests read them: everything below the folder with <c>Pointsman.slnx</c> but what was
/// built and what git keeps for itself. Paths are relative to that folder, with forward slashes, in ordinal order, so that a generated
/// page comes out the same on every machine.
/// </summary>
internal static class SourceTree
{
    private static readonly string[] s_notOurs = [".git", "artifacts", "bin", "obj", ".vs", ".idea", ".vscode", "TestResults"];

    public static string Folder { get; } = FindFolder();

    /// <summary>Every file.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Folder).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Under(string folder, string ending)
        => Files.Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal) && file.EndsWith(ending, StringComparison.Ordinal));

    public static IEnumerable<string> EndingWith(string ending) => Files.Where(file => file.EndsWith(ending, StringComparison.Ordinal));

    public static bool Exists(string path)
    {
        var full = Path.Combine(Folder, path);
        return File.Exists(full) || Directory.Exists(full);
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(Folder, path));

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Folder, path));

    /// <summary>Fails with every finding at once, one a line.</summary>
    public static void AssertNone(IEnumerable<string> findings, string rule)
    {
        var all = findings.Distinct(StringComparer.Ordinal).ToList();
        Assert.True(all.Count == 0, $"{rule}:\n  {string.Join("\n  ", all)}");
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pointsman.slnx"))) return folder.FullName;
        }
        throw new InvalidOperationException($"no Pointsman.slnx above {AppContext.BaseDirectory}");
    }

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder)) yield return Path.GetRelativePath(Folder, file).Replace('\\', '/');
        foreach (var below in Directory.EnumerateDirectories(folder))
        {
            if (s_notOurs.Contains(Path.GetFileName(below), StringComparer.Ordinal)) continue;
            foreach (var file in Walk(below)) yield return file;
        }
    }
}
