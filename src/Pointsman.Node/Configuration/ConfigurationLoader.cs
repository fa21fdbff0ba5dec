namespace Pointsman.Node.Configuration;

/// <summary>Reads the main file, <c>conf.d/*.yaml</c> beside it and every file they name, checks all of it, and gives all or nothing.</summary>
internal static class ConfigurationLoader
{
    /// <summary>Never throws for what is in the files; <paramref name="path"/> may be relative.</summary>
    public static LoadResult Load(string path, IFileSource files)
    {
        var findings = new Findings();
        findings.Error(Mark.Whole(path), "", "cannot be loaded yet");
        return findings.ToResult(null);
    }
}
