using System.Text.Json.Nodes;
using Pointsman.Node.Commands;

namespace Pointsman.Tests.Node.Commands;

[Trait("mission", "P2.3")]
public sealed class TopologyDiffCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pointsman-diff-").FullName;

    public TopologyDiffCommandTests()
    {
        Write("old.csv", "5.0.0.0/8,DE\n60.0.0.0/8,JP\n");
        Write("new.csv", "5.0.0.0/9,JP\n5.128.0.0/9,DE\n60.0.0.0/8,JP\n");
        Write("queries.txt", "5.1.2.3\n5.1.2.4\n5.200.0.1\n60.0.0.1\nnonsense here and there\n");
        Write("pointsman.yaml", """
            cluster: { name: test }
            sites:
              paris: { id: 1, location: { country: FR }, nodes: { paris-1: { dns: ["127.0.0.1:5300"] } } }
              tokyo: { id: 2, location: { country: JP }, nodes: { tokyo-1: { dns: ["127.0.0.2:5300"] } } }
            zones: { example.com: { file: example.com.zone } }
            services:
              www.example.com: { id: 1, policy: { metric: [geography, response-time] }, vips: { paris: { address: "192.0.2.1:80" }, tokyo: { address: "192.0.2.2:80" } } }
              all.example.com: { id: 2, vips: { paris: { address: "192.0.2.1:81" }, tokyo: { address: "192.0.2.2:81" } } }
            topology: { databases: [ old.csv ], subscribers: subscribers.csv }
            """);
        Write("example.com.zone", "@ 60 SOA ns1 root 1 2 3 4 5\n@ 60 NS ns1\nns1 60 A 192.0.2.53\n");
        Write("subscribers.csv", "prefix,country\n5.0.0.0/10,DE\n");
    }

    private void Write(string name, string text) => File.WriteAllText(In(name), text);

    private string In(string name) => Path.Combine(_folder, name);

    private static async Task<(int Code, string Out, string Error)> Diff(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(["topology", "diff", .. args], output, error);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task Addresses_and_queries_that_would_be_elsewhere_are_told()
    {
        var (code, output, error) = await Diff(In("old.csv"), In("new.csv"), "--queries", In("queries.txt"), "-o", "json");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("cannot be read, the first at", error, StringComparison.Ordinal);
        var data = JsonNode.Parse(output)!;
        Assert.Equal(("DE", "JP", 8388608.0), ((string?)data["ipv4"]!["pairs"]![0]!["from"], (string?)data["ipv4"]!["pairs"]![0]!["to"], (double)data["ipv4"]!["pairs"]![0]!["addresses"]!));
        Assert.Equal("5.0.0.0/9", (string?)data["ipv4"]!["prefixes"]![0]!["prefix"]);
        Assert.Equal(0.0, (double)data["ipv6"]!["shareOfAllocated"]!);
        Assert.Equal((4L, 2L, 0.5), ((long)data["queries"]!["queries"]!, (long)data["queries"]!["changed"]!, (double)data["queries"]!["share"]!));
        Assert.Null(data["queries"]!["services"]);
    }

    [Fact]
    public async Task With_a_configuration_the_sites_are_told_and_its_subscribers_stay_where_they_are()
    {
        var (code, output, error) = await Diff(In("old.csv"), In("new.csv"), "--config", In("pointsman.yaml"), "--queries", In("queries.txt"), "-o", "json");
        Assert.True(code == ExitCode.Ok, error);
        var data = JsonNode.Parse(output)!;
        // 5.0.0.0/10 are subscribers: only the other half of the /9 moves.
        Assert.Equal("5.64.0.0/10", (string?)data["ipv4"]!["prefixes"]![0]!["prefix"]);
        var services = data["ipv4"]!["services"]!.AsArray();
        Assert.Equal(["all.example.com", "www.example.com"], services.Select(service => (string?)service!["service"]));
        Assert.Equal(0.0, (double)services[0]!["share"]!);
        Assert.Equal(("paris", "tokyo"), ((string?)services[1]!["moves"]![0]!["from"], (string?)services[1]!["moves"]![0]!["to"]));
        Assert.Equal((double)data["ipv4"]!["shareOfAllocated"]!, (double)services[1]!["share"]!, 12);
        Assert.Equal(0.0, (double)data["queries"]!["services"]![1]!["share"]!);
    }

    [Fact]
    public async Task For_people_it_is_tables_and_a_limit_makes_it_a_gate()
    {
        var (code, output, error) = await Diff(In("old.csv"), In("new.csv"), "--config", In("pointsman.yaml"), "--at-most", "0.1%");
        Assert.Equal(ExitCode.RefusedBySafetyRule, code);
        Assert.Contains("error: more than 0.1% would change", error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^IPv4 +0\.11 % +0\.1 % +4194304 +0 %$", output);
        Assert.Matches(@"(?m)^DE +JP +0\.11 % +4194304$", output);
        Assert.Matches(@"(?m)^ *5\.64\.0\.0/10 +DE +JP$", output);
        Assert.Contains("www.example.com: 0.11 % of the allocated IPv4 addresses go to other sites", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^paris +tokyo +0\.11 %$", output);
        Assert.Equal(ExitCode.Ok, (await Diff(In("old.csv"), In("new.csv"), "--at-most", "1")).Code);
    }

    [Theory]
    [InlineData("--top", "0", "--top must be 1–100000")]
    [InlineData("--moved", "0", "--moved must be more than 0")]
    [InlineData("--at-most", "many", "--at-most must be a percentage from 0 to 100, was 'many'")]
    public async Task Options_out_of_range_are_usage_errors(string option, string value, string expected)
    {
        var (code, _, error) = await Diff(In("old.csv"), In("new.csv"), option, value);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_told()
    {
        Assert.Equal(ExitCode.Failed, (await Diff(In("old.csv"), In("none.csv"))).Code);
        Assert.Equal(ExitCode.Failed, (await Diff(In("old.csv"), In("new.csv"), "--queries", In("none"))).Code);
        Assert.Equal(ExitCode.ConfigurationInvalid, (await Diff(In("old.csv"), In("new.csv"), "--config", In("old.csv"))).Code);
        Write("new.csv", "5.0.0.0/8,QB");
        var (code, output, error) = await Diff(In("old.csv"), In("new.csv"));
        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Contains("no country has this code", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
