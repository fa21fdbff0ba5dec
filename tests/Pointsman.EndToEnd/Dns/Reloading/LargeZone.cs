using System.Globalization;
using System.Text;

namespace Pointsman.EndToEnd.Dns.Reloading;

/// <summary>The zone <c>large.test</c> of 100,000 records in a folder of its own, whose addresses tell which edition of it answers.</summary>
internal sealed class LargeZone : IDisposable
{
    public const int Hosts = 99_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pointsman-large-");

    public string File => PathOf("large.zone");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Puts an edition (1 to 255) in the place of the file at once, as a careful operator does.</summary>
    public void Write(int edition) => Replace(Text(edition));

    /// <summary>A file of which the last line is wrong: all of it is read before that is known.</summary>
    public void WriteBad() => Replace(Text(99) + "last A 192.0.2.\n");

    public static int BadLine => Text(99).Count(character => character == '\n') + 1;

    private void Replace(string text)
    {
        System.IO.File.WriteAllText(File + ".new", text);
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }

    private static string Text(int edition)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"$TTL 300\n@ SOA ns hostmaster {edition} 3600 600 604800 60\n@ NS ns\nns A 192.0.2.1\n"));
        for (var i = 0; i < Hosts; i++) text.Append(CultureInfo.InvariantCulture, $"host-{i}.group-{i % 300} A 10.{edition}.{i >> 8 & 255}.{i & 255}\n");
        for (var i = 0; i < 500; i++) text.Append(CultureInfo.InvariantCulture, $"cut-{i} NS ns.cut-{i}\nns.cut-{i} A 192.0.2.{i & 127}\n");
        return text.ToString();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
