namespace Pointsman.Tests.Node.Configuration;

public sealed class NamedFileTests
{
    [Theory]
    [InlineData("zones/example.com.zone", MemoryFiles.Zone + "x 60 A 192.0.2.1\n", "a zone")]
    [InlineData("subscribers.csv", "prefix,country\n192.0.2.128/25,CA\n", "the subscribers table")]
    [InlineData("geo.csv", "first,last,country\n198.18.0.0,198.18.0.255,DE\n", "a database")]
    [InlineData("secret.key", "another secret of at least sixteen bytes", "the secret")]
    [InlineData("conf.d/empty.yaml", "{}\n", "a file beside")]
    public void Digest_covers_every_file_that_the_configuration_names(string file, string text, string _)
    {
        var before = MemoryFiles.Good().Load().Configuration!.Cluster.Digest;
        Assert.Matches("^[0-9a-f]{64}$", before);
        Assert.NotEqual(before, MemoryFiles.Good().With(file, text).Load().Configuration!.Cluster.Digest);
    }

    [Fact]
    public void Digest_covers_the_main_file()
    {
        var other = MemoryFiles.Good().With("pointsman.yaml", MemoryFiles.GoodText.Replace("ttl: 1m", "ttl: 2m", StringComparison.Ordinal));
        Assert.NotEqual(MemoryFiles.Good().Load().Configuration!.Cluster.Digest, other.Load().Configuration!.Cluster.Digest);
    }

    [Fact]
    public void Digest_does_not_depend_on_keys_and_certificates() => Assert.Equal(
        MemoryFiles.Good().Load().Configuration!.Cluster.Digest,
        MemoryFiles.Good().With("pki/paris.key", "key").With("pki/authority.crt", "certificate").Load().Configuration!.Cluster.Digest);

    [Fact]
    public void Errors_of_a_zone_stand_in_its_own_file()
    {
        var load = MemoryFiles.Good().With("zones/example.com.zone", MemoryFiles.Zone + "www 60 A 192.0.2.300\n").Load();
        var error = Assert.Single(load.Errors);
        Assert.Equal(("/etc/pointsman/zones/example.com.zone:4:10", "www 60 A 192.0.2.300"), (error.Mark.ToString(), error.SourceLine));
    }

    [Fact]
    public void Errors_of_a_table_stand_in_its_own_file()
    {
        var error = Assert.Single(MemoryFiles.Good().With("subscribers.csv", "prefix,country\n192.0.2.300/25,US\n").Errors());
        Assert.StartsWith("subscribers.csv:2:1: error: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("www 60 CNAME elsewhere.test.", "the zone example.com has a CNAME record at this name: a service cannot stand beside it")]
    [InlineData("www 60 NS ns.elsewhere.test.", "the zone example.com delegates 'www.example.com' to other name servers: the service would never be asked for here")]
    public void Service_needs_its_name_in_the_zone_to_itself(string record, string expected)
    {
        var error = Assert.Single(MemoryFiles.Good().With("zones/example.com.zone", $"{MemoryFiles.Zone}{record}\n").Load().Errors);
        Assert.Equal(("services.www.example.com", expected), (error.Path, error.Message));
    }

    [Theory]
    [InlineData("shop 60 NS ns.elsewhere.test.", "delegates 'shop.example.com'")]
    [InlineData("shop 60 DNAME elsewhere.test.", "has a DNAME record at 'shop.example.com'")]
    public void Nothing_above_a_service_gives_its_name_away(string record, string expected)
    {
        var files = MemoryFiles.Good()
            .With("pointsman.yaml", MemoryFiles.GoodText.Replace("api.example.com", "api.shop.example.com", StringComparison.Ordinal))
            .With("zones/example.com.zone", $"{MemoryFiles.Zone}{record}\n");
        Assert.Contains(expected, Assert.Single(files.Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void All_files_read_are_named()
    {
        Assert.Equal(
            ["/etc/pointsman/pointsman.yaml", "/etc/pointsman/secret.key", "/etc/pointsman/subscribers.csv", "/etc/pointsman/geo.csv", "/etc/pointsman/zones/example.com.zone"],
            MemoryFiles.Good().Load().Configuration!.Files);
    }

    [Fact]
    public void HTTPS_records_come_from_the_zone_or_from_the_service_but_not_from_both()
    {
        var text = MemoryFiles.GoodText.Replace("    httpRedirect: true\n", "    httpRedirect: true\n    https: {}\n", StringComparison.Ordinal);
        var files = MemoryFiles.Good().With("pointsman.yaml", text).With("zones/example.com.zone", MemoryFiles.Zone + "www 60 HTTPS 1 .\n");
        Assert.Equal("pointsman.yaml:23:3: error: services.www.example.com.https: the zone example.com has an HTTPS record at this name: leave out one or the other", Assert.Single(files.Errors()));
    }

    [Fact]
    public void Warnings_of_a_zone_stand_in_its_own_file()
    {
        var files = MemoryFiles.Good().With("zones/example.com.zone", MemoryFiles.Zone + "x 60 A 192.0.2.1\nx 60 A 192.0.2.1\nwww 60 A 192.0.2.1\n");
        Assert.Equal(
            ["pointsman.yaml:23:3: warning: services.www.example.com: the zone example.com has A records at this name: the service answers in their place",
             "zones/example.com.zone:5:1: warning: x.example.com. A is written twice: it counts once"],
            files.Warnings().Order(StringComparer.Ordinal));
    }
}
