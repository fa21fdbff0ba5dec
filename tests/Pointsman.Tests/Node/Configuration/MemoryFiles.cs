using System.Text;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
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
        .With("zones/example.com.zone", "");

    public static string GoodText { get; } = ReadBeside("good.yaml");

    public static string ReadBeside(string name) =>
        File.ReadAllText(Path.Combine(Tidy.SourceTree.Folder, "tests", "Pointsman.Tests", "Node", "Configuration", name));

    public MemoryFiles With(string path, string text) => With(path, Encoding.UTF8.GetBytes(text));

    public MemoryFiles With(string path, byte[] bytes)
    {
        content[Path.GetFullPath(path, Folder)] = bytes;
        return this;
    }

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

    public LoadResult Load() => ConfigurationLoader.Load($"{Folder}/pointsman.yaml", this, ReadZone);

    /// <summary>Each finding's first line, without the folder.</summary>
    public IEnumerable<string> Errors() => Load().Errors.Select(Short);

    public IEnumerable<string> Warnings() => Load().Warnings.Select(Short);

    private static string Short(Finding finding) => finding.ToString().Replace(Folder + "/", "", StringComparison.Ordinal);

    /// <summary>A zone of SOA and NS, and lines <c>OWNER TYPE</c>; a line <c>error</c> is an error in column 3.</summary>
    private MasterFileResult ReadZone(DomainName origin, string path)
    {
        var lines = Encoding.UTF8.GetString(content[path]).Split('\n');
        var bad = Array.IndexOf(lines, "error");
        if (bad >= 0) return new MasterFileResult(null, [new ZoneError(new ZonePlace(path, bad + 1, 3), "a record was expected")], [path]);
        var target = DomainName.Parse("elsewhere.test");
        var builder = ZoneBuilder.Minimal(origin, [target]);
        foreach (var line in lines)
        {
            if (line.Split(' ') is [var owner, var type]) builder.Add(DomainName.Parse(owner), Enum.Parse<RrType>(type), 60, Rdata.OfName(target));
        }
        Assert.True(builder.TryBuild(out var zone, out var errors));
        return new MasterFileResult(zone, errors, [path]);
    }
}
