using System.Text;
using Pointsman.Node.Configuration;

namespace Pointsman.Tests.Node.Configuration;

/// <summary>Files that exist in a test alone, all in the folder <c>/etc/pointsman</c> unless they are named absolutely.</summary>
internal sealed class MemoryFiles : IFileSource
{
    private const string Folder = "/etc/pointsman";
    private readonly SortedDictionary<string, byte[]> content = new(StringComparer.Ordinal);

    /// <summary>A configuration whose every kind of key is used, and the files it names.</summary>
    public static MemoryFiles Good() => new MemoryFiles()
        .With("pointsman.yaml", GoodText)
        .With("secret.key", new string('k', 32))
        .With("subscribers.csv", "prefix,country\n192.0.2.128/25,US\n")
        .With("geo.csv", "first,last,country\n198.18.0.0,198.18.0.255,FR\n")
        .With("zones/example.com.zone", Zone);

    /// <summary>The first line of every zone here; records of a test follow it.</summary>
    public const string Zone = "@ 60 SOA ns1 root 1 2 3 4 5\n@ 60 NS ns1\nns1 60 A 192.0.2.1\n";

    public static string GoodText { get; } = ReadBeside("good.yaml");

    public static string ReadBeside(string name) =>
        File.ReadAllText(Path.Combine(Tidy.SourceTree.Folder, "tests", "Pointsman.Tests", "Node", "Configuration", name));

    public MemoryFiles With(string path, string text) => With(path, Encoding.UTF8.GetBytes(text));

    public MemoryFiles With(string path, byte[] bytes)
    {
        content[Path.GetFullPath(path, Folder)] = bytes;
        return this;
    }

    /// <summary>Who may read the files; null = it cannot be told.</summary>
    public UnixFileMode? ModeOfAll { get; set; }

    public UnixFileMode? Mode(string path) => ModeOfAll;

    public MemoryFiles Without(string path)
    {
        content.Remove(Path.GetFullPath(path, Folder));
        return this;
    }

    public FileRead Read(string path, long maxBytes) =>
        !content.TryGetValue(path, out var bytes) ? FileRead.Failed("no such file")
        : bytes.Length > maxBytes ? FileRead.Failed("is too large")
        : FileRead.Of(bytes);

    public IReadOnlyList<string> ListYaml(string folder) =>
        [.. content.Keys.Where(path => Path.GetDirectoryName(path) == folder && path.EndsWith(".yaml", StringComparison.Ordinal))];

    public LoadResult Load(LoadedConfiguration? inForce = null) => ConfigurationLoader.Load($"{Folder}/pointsman.yaml", this, inForce);

    /// <summary>Each finding's first line, without the folder.</summary>
    public IEnumerable<string> Errors() => Load().Errors.Select(Short);

    public IEnumerable<string> Warnings() => Load().Warnings.Select(Short);

    private static string Short(Finding finding) => finding.ToString().Replace(Folder + "/", "", StringComparison.Ordinal);
}
