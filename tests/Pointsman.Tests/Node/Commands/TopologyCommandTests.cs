using System.Text.Json.Nodes;
using Pointsman.Node.Commands;

namespace Pointsman.Tests.Node.Commands;

public sealed class TopologyCommandTests
{
    private static Task<(int Code, string Out, string Error)> Lookup(params string[] args) => Topology(["lookup", .. args]);

    private static async Task<(int Code, string Out, string Error)> Topology(params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await CommandLine.RunAsync(["topology", .. args], output, error);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    [Trait("mission", "P2.1")]
    public async Task The_shipped_tables_answer_in_json_with_these_keys()
    {
        var (code, output, error) = await Lookup("211.123.11.20", "-o", "json");
        Assert.Equal((ExitCode.Ok, ""), (code, error));
        var data = JsonNode.Parse(output)!.AsObject();
        Assert.Equal(["ip", "prefix", "country", "continent", "region", "latitude", "longitude", "source", "name", "city", "asn", "organisation", "provenance", "asnProvenance"], data.Select(pair => pair.Key));
        Assert.Equal("apnic", (string?)data["region"]);
        Assert.Null(data["country"]);
        Assert.Equal("211.0.0.0/8", (string?)data["prefix"]);
    }

    [Fact]
    public async Task Unknown_is_null_for_programs_and_a_dash_for_people()
    {
        var data = JsonNode.Parse((await Lookup("127.0.0.1", "-o", "json")).Out)!;
        Assert.Null(data["region"]);
        Assert.Null(data["latitude"]);
        Assert.Equal("special-purpose", (string?)data["source"]);
        var lines = (await Lookup("127.0.0.1")).Out.Split('\n');
        Assert.Matches("^ *IP +PREFIX +COUNTRY", lines[0]);
        Assert.Matches(@"^127\.0\.0\.1 +127\.0\.0\.0/8 +- +- +- +- +- +special-purpose +Loopback$", lines[1]);
        Assert.Matches("^by special-purpose of 2021-02-04, sha256 [0-9a-f]{12} [(]csv[)]$", lines[2]);
    }

    [Theory]
    [InlineData("10.1")]
    [InlineData("300.1.2.3")]
    [InlineData("192.0.2.0/24")]
    [InlineData("example.com")]
    [InlineData("fe80::1%eth0")]
    [InlineData("")]
    public async Task What_is_no_address_is_a_usage_error(string text)
    {
        var (code, output, error) = await Lookup(text);
        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.StartsWith($"error: IP: must be an address such as 192.0.2.1 or 2001:db8::1, was '{text}'", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("mission", "P2.3")]
    [Trait("mission", "P2.4")]
    public async Task Files_are_read_and_the_subscribers_come_first()
    {
        var folder = Directory.CreateTempSubdirectory("pointsman-topology-");
        try
        {
            var database = Path.Combine(folder.FullName, "geo.csv");
            var subscribers = Path.Combine(folder.FullName, "subscribers.csv");
            await File.WriteAllTextAsync(database, "5.6.0.0,5.6.255.255,DE\n", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(subscribers, "prefix,country,latitude,longitude,name\n5.6.7.0/24,JP,35.7,139.7,Tokyo\n", TestContext.Current.CancellationToken);

            var data = JsonNode.Parse((await Lookup("5.6.7.8", "--database", database, "--subscribers", subscribers, "-o", "json")).Out)!;
            Assert.Equal(("JP", "5.6.7.0/24", 35.7, subscribers), ((string?)data["country"], (string?)data["prefix"], (double?)data["latitude"], (string?)data["source"]));
            data = JsonNode.Parse((await Lookup("5.6.8.8", "--database", database, "--subscribers", subscribers, "-o", "json")).Out)!;
            Assert.Equal(("DE", "EU", "ripe", database), ((string?)data["country"], (string?)data["continent"], (string?)data["region"], (string?)data["source"]));

            await File.WriteAllTextAsync(database, "5.6.0.0/16,DE\n5.7.0.0/16,QB\n", TestContext.Current.CancellationToken);
            var (code, output, error) = await Lookup("5.6.7.8", "--database", database);
            Assert.Equal((ExitCode.Failed, ""), (code, output));
            Assert.Equal($"{database}:2:12: error: no country has this code (ISO 3166); was 'QB'\n", error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    [Trait("mission", "P2.3")]
    public async Task What_was_imported_says_where_an_address_is_and_who_said_so()
    {
        var folder = Directory.CreateTempSubdirectory("pointsman-topology-");
        try
        {
            string In(string name) => Path.Combine(folder.FullName, name);
            await File.WriteAllTextAsync(In("geo.csv"), "5.6.0.0,5.6.255.255,DE\n", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(In("asn.csv"), "5.6.0.0/17,64500,\"Example, Inc.\"\n", TestContext.Current.CancellationToken);
            var (code, output, error) = await Topology("import", In("geo.csv"), In("asn.csv"), "--out", In("world.places"), "-o", "json");
            Assert.Equal(ExitCode.Ok, code);
            Assert.Contains("reading", error, StringComparison.Ordinal);
            var made = JsonNode.Parse(output)!;
            Assert.Equal(("csv", 1, 3), ((string?)made["sources"]![1]!["format"], (int)made["sources"]![1]!["records"]!, (int)made["networks"]!["ipv4"]!));
            Assert.Equal(new FileInfo(In("world.places")).Length, (long)made["bytes"]!);
            Assert.Equal(3, folder.GetFiles().Length);

            var data = JsonNode.Parse((await Lookup("5.6.7.8", "--database", In("world.places"), "-o", "json")).Out)!;
            Assert.Equal(("DE", "geo.csv", 64500, "Example, Inc."), ((string?)data["country"], (string?)data["source"], (int)data["asn"]!, (string?)data["organisation"]));
            Assert.Equal((In("world.places"), "places"), ((string?)data["provenance"]!["within"]!["file"], (string?)data["provenance"]!["within"]!["format"]));

            var shown = JsonNode.Parse((await Topology("show", In("world.places"), "-o", "json")).Out)!["sources"]!.AsArray();
            Assert.Equal(["world.places", "geo.csv", "asn.csv"], shown.Select(source => Path.GetFileName((string?)source!["file"])));
            Assert.Equal((1, (string?)made["sources"]![1]!["sha256"]), ((int)shown[2]!["records"]!, (string?)shown[2]!["sha256"]));
            Assert.Matches("(?m)^  geo[.]csv +csv +[-0-9]{10} +1 +[0-9a-f]{12}$", (await Topology("show", In("world.places"))).Out);

            await File.WriteAllTextAsync(In("geo.csv"), "5.6.0.0,5.6.255.255,QB\n", TestContext.Current.CancellationToken);
            var before = await File.ReadAllBytesAsync(In("world.places"), TestContext.Current.CancellationToken);
            (code, output, error) = await Topology("import", In("geo.csv"), "--out", In("world.places"));
            Assert.Equal((ExitCode.Failed, ""), (code, output));
            Assert.Contains("geo.csv:1:21: error: no country has this code (ISO 3166); was 'QB'", error, StringComparison.Ordinal);
            Assert.Equal(before, await File.ReadAllBytesAsync(In("world.places"), TestContext.Current.CancellationToken));
            Assert.Equal(ExitCode.Failed, (await Topology("import", In("none.csv"), In("asn.csv"), "--out", In("world.places"))).Code);
            Assert.Equal(ExitCode.Failed, (await Topology("import", In("asn.csv"), "--out", In("no/such/folder"))).Code);
            Assert.Equal(3, folder.GetFiles().Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_said_in_one_line()
    {
        var (code, output, error) = await Lookup("192.0.2.1", "--database", "/nowhere/geo.csv");
        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains("/nowhere/geo.csv", error, StringComparison.Ordinal);
    }
}
