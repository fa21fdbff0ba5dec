using System.Security.Cryptography;
using Pointsman.Node.Configuration;

namespace Pointsman.Tests.Node.Configuration;

/// <summary>A reload makes anew only what changed [S24].</summary>
public sealed class UnchangedFileTests
{
    private const string OtherZone = MemoryFiles.Zone + "other 60 A 192.0.2.9\n";

    private static LoadedConfiguration First(MemoryFiles files) => files.Load().Configuration!;

    [Theory]
    [InlineData("zones/example.com.zone", OtherZone, false, true, "the zone")]
    [InlineData("geo.csv", "first,last,country\n198.18.0.0,198.18.0.255,DE\n", true, false, "a database")]
    [InlineData("subscribers.csv", "prefix,country\n192.0.2.128/25,CA\n", true, false, "the subscribers")]
    [InlineData("secret.key", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", true, true, "neither")]
    public void What_was_made_of_files_that_hold_the_same_is_kept(string changed, string text, bool keepsZone, bool keepsPlaces, string _)
    {
        var files = MemoryFiles.Good();
        var inForce = First(files);
        files.With(changed, text);
        var next = files.Load(inForce).Configuration!;
        Assert.Equal((keepsZone, keepsPlaces), (ReferenceEquals(inForce.Zones[0], next.Zones[0]), ReferenceEquals(inForce.Places, next.Places)));
        // Kept or read, it is the configuration that a start would make.
        var fresh = First(files);
        Assert.Equal(fresh.Cluster.Digest, next.Cluster.Digest);
        Assert.Equal(fresh.Files.Order(), next.Files.Order());
        Assert.Equal(fresh.Zones[0].RecordCount, next.Zones[0].RecordCount);
        Assert.NotEqual(inForce.Cluster.Digest, next.Cluster.Digest);
    }

    [Theory]
    [InlineData(", overrides: { RU: { continent: AS } } }", "an override")]
    [InlineData(", scope: { ipv4: 20 } }", "a ceiling")]
    public void Places_are_made_anew_when_what_is_said_of_them_changed(string added, string _)
    {
        var files = MemoryFiles.Good();
        var inForce = First(files);
        files.With("pointsman.yaml", MemoryFiles.GoodText.Replace("subscribers: subscribers.csv }", "subscribers: subscribers.csv" + added, StringComparison.Ordinal));
        var next = files.Load(inForce).Configuration!;
        Assert.NotSame(inForce.Places, next.Places);
        Assert.NotEqual(inForce.Places.Settings, next.Places.Settings);
        Assert.Same(next.Places, files.Load(next).Configuration!.Places);
    }

    [Fact]
    public void A_broken_table_is_told_with_its_name_and_what_is_in_force_stays()
    {
        var files = MemoryFiles.Good();
        var inForce = First(files);
        var result = files.With("geo.csv", "PMPLACES\u0001 broken").Load(inForce);
        Assert.Null(result.Configuration);
        Assert.StartsWith("/etc/pointsman/geo.csv: error: is a file of topology import and damaged", Assert.Single(result.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_zone_made_anew_is_the_one_that_the_next_reload_keeps()
    {
        var files = MemoryFiles.Good().With("zones/example.com.zone", MemoryFiles.Zone);
        var next = files.With("zones/example.com.zone", OtherZone).Load(First(files)).Configuration!;
        Assert.Same(next.Zones[0], files.Load(next).Configuration!.Zones[0]);
    }

    [Fact]
    public void A_zone_is_read_again_when_a_file_that_it_includes_changed()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, name), text);
            Write("pointsman.yaml", "cluster: { name: test }\nsites:\n  a: { id: 1, nodes: { a-1: { dns: [\"127.0.0.1:5300\"] } } }\nzones: { example.com: { file: main.zone } }\n");
            Write("main.zone", MemoryFiles.Zone + "$INCLUDE part.zone\n");
            Write("part.zone", "www 60 A 192.0.2.1\n");
            LoadedConfiguration Load(LoadedConfiguration? inForce)
            {
                var result = ConfigurationLoader.Load(Path.Combine(folder.FullName, "pointsman.yaml"), inForce);
                Assert.True(result.Configuration is not null, string.Join('\n', result.Errors));
                return result.Configuration!;
            }
            var first = Load(null);
            Assert.Same(first.Zones[0], Load(first).Zones[0]);
            Write("part.zone", "www 60 A 192.0.2.2\n");
            Assert.NotSame(first.Zones[0], Load(first).Zones[0]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_zone_that_gave_a_warning_gives_it_again()
    {
        var files = MemoryFiles.Good().With("zones/example.com.zone", MemoryFiles.Zone + "mail 60 MX 10 alias\nalias 60 CNAME ns1\n");
        var first = files.Load();
        Assert.NotEmpty(first.Warnings);
        Assert.Equal(first.Warnings.Select(warning => warning.ToString()), files.Load(first.Configuration).Warnings.Select(warning => warning.ToString()));
    }

    [Fact]
    public void A_file_that_became_bad_is_an_error_although_it_was_good()
    {
        var files = MemoryFiles.Good();
        var inForce = First(files);
        Assert.Null(files.With("zones/example.com.zone", "nonsense").Load(inForce).Configuration);
        Assert.Null(MemoryFiles.Good().Without("geo.csv").Load(inForce).Configuration);
    }

    [Fact]
    public void The_hash_of_a_file_on_disk_is_that_of_its_bytes_or_not_told()
    {
        var path = Path.GetTempFileName();
        try
        {
            var bytes = new byte[200_000];
            new Random(1).NextBytes(bytes);
            File.WriteAllBytes(path, bytes);
            Assert.Equal(SHA256.HashData(bytes), DiskFiles.Instance.Hash(path, bytes.Length));
            Assert.Null(DiskFiles.Instance.Hash(path, bytes.Length - 1));
            Assert.Null(DiskFiles.Instance.Hash(Path.GetTempPath(), bytes.Length));
            Assert.Null(DiskFiles.Instance.Hash(path + ".none", bytes.Length));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
