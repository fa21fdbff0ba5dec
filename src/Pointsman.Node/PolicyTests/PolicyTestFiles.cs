using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Node.Configuration;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.PolicyTests;

/// <summary>
/// The files of policy tests beside a configuration: <c>NAME.tests.yaml</c> (of the configuration <c>NAME.yaml</c>, or of any when there is none of that
/// name), <c>tests.yaml</c>, <c>policy-tests.yaml</c>, and what the folders <c>policy-tests</c> and <c>tests</c> hold. A file found there whose content is no list is something else's.
/// </summary>
internal static class PolicyTestFiles
{
    private const long MaxBytes = 16 * 1024 * 1024;

    private static readonly string[] folders = ["policy-tests", "tests"];
    private static readonly string[] stems = ["policy-tests", "tests"];
    private static readonly string[] suffixes = [".tests", ".test"];

    /// <summary>In the order found; absolute paths.</summary>
    /// <param name="configuration">The main file.</param>
    public static ImmutableArray<string> Beside(string configuration, IFileSource files)
    {
        var main = Path.GetFullPath(configuration);
        var folder = Path.GetDirectoryName(main) ?? "/";
        var here = files.ListYaml(folder);
        var beside = here.Where(file => file != main && IsOf(main, file, here));
        return [.. beside.Concat(folders.SelectMany(name => files.ListYaml(Path.Combine(folder, name))))];
    }

    /// <summary>All tests of one file.</summary>
    /// <param name="shown">As the operator would name it.</param>
    /// <param name="named">Named by the operator, so that it must hold tests; else it is one that was found.</param>
    public static ImmutableArray<WrittenTest> Read(string path, string shown, bool named, Cluster cluster, IFileSource files, Findings findings)
    {
        var read = files.Read(Path.GetFullPath(path), MaxBytes);
        if (read.Bytes is not { } bytes)
        {
            findings.Error(Mark.Whole(shown), "", read.Problem!);
            return [];
        }
        if (!named && IsEmpty(bytes)) return [];
        // Found and not even YAML: likelier a test with a slip than a file of something else, so that is an error too.
        if (YamlFile.ReadNode(shown, bytes, findings) is not { } root || (root is not YamlList && !named)) return [];
        return PolicyTestKeys.Read(root, cluster, findings);
    }

    /// <summary>Nothing but blanks and remarks.</summary>
    private static bool IsEmpty(byte[] bytes)
    {
        foreach (var line in bytes.AsSpan().Split((byte)'\n'))
        {
            var text = bytes.AsSpan(line).Trim(" \t\r"u8);
            if (!text.IsEmpty && text[0] != (byte)'#') return false;
        }
        return true;
    }

    private static bool IsOf(string main, string file, IReadOnlyList<string> here)
    {
        var stem = Path.GetFileNameWithoutExtension(file);
        if (stems.Contains(stem)) return true;
        foreach (var suffix in suffixes)
        {
            if (!stem.EndsWith(suffix, StringComparison.Ordinal) || stem.Length == suffix.Length) continue;
            var of = stem[..^suffix.Length];
            return of == Path.GetFileNameWithoutExtension(main) || !here.Any(other => Path.GetFileNameWithoutExtension(other) == of);
        }
        return false;
    }
}
