using System.Reflection;

namespace Pointsman.Tests.Topology;

/// <summary>The test vectors beside these tests (Data/PROVENANCE.md), which are part of the test program.</summary>
internal static class Vectors
{
    public static string Text(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("topology/" + file)
            ?? throw new InvalidOperationException($"no vectors named {file}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The rows without the header, split at plain commas: none of the files that are read so quotes any.</summary>
    public static IEnumerable<string[]> Rows(string file) =>
        Text(file).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).Select(line => line.Split(','));
}
