using System.Text.Json.Nodes;
using Pointsman.Node.Commands;

namespace Pointsman.Tests.Node.Commands;

/// <summary><c>check</c> with policy tests, <c>verify</c> and <c>replay</c> over the example of the documentation.</summary>
public sealed class WhatIfCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pointsman-whatif-").FullName;

    public WhatIfCommandTests()
    {
        var examples = Path.Combine(Tidy.SourceTree.Folder, "docs", "examples");
        foreach (var file in Directory.EnumerateFiles(examples, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(examples, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        File.WriteAllText(Path.Combine(folder, "secret.key"), new string('k', 32));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Config => Path.Combine(folder, "pointsman.yaml");

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task Check_runs_the_tests_beside_the_configuration()
    {
        var (code, output, error) = await Run("check", Config);
        Assert.True(code == ExitCode.Ok, error);
        Assert.EndsWith("policy tests: 4 passed, 0 failed, in 1 file\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_exits_1_when_a_test_fails_and_says_what_came()
    {
        var (code, output, error) = await Run("check", Config, "--tests", Write("more.yaml", "- { client: 2.0.0.1, expect: tokyo }"));
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("failed: client 2.0.0.1, all up: expected tokyo, was paris, then tokyo, then san-jose: tokyo is wrong at place 1\n", error, StringComparison.Ordinal);
        Assert.EndsWith("policy tests: 4 passed, 1 failed, in 2 files\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_exits_3_when_a_test_cannot_be_read()
    {
        var (code, output, error) = await Run("check", Config, "--tests", Write("more.yaml", "- { client: 2.0.0.1, expect: tokio }"));
        Assert.Equal((ExitCode.ConfigurationInvalid, ""), (code, output));
        Assert.EndsWith("1 error: no policy test was run\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_can_leave_the_tests_out()
    {
        Write("pointsman.tests.yaml", "- nonsense");
        Assert.Equal(ExitCode.ConfigurationInvalid, (await Run("check", Config)).Code);
        Assert.Equal(ExitCode.Ok, (await Run("check", Config, "--no-tests")).Code);
        Assert.Equal(ExitCode.Usage, (await Run("check", Config, "--no-tests", "--tests", "x.yaml")).Code);
    }

    [Fact]
    public async Task Check_lists_the_tests_as_data()
    {
        var (code, output, _) = await Run("check", Config, "-o", "json", "--tests", Write("more.yaml", "- { client: 2.0.0.1, expect: tokyo }"));
        var json = JsonNode.Parse(output)!;
        Assert.Equal((ExitCode.Failed, false, 4, 1), (code, (bool)json["ok"]!, (int)json["tests"]!["passed"]!, (int)json["tests"]!["failed"]!));
        var failed = json["tests"]!["results"]!.AsArray().Single(result => !(bool)result!["passed"]!)!;
        Assert.Equal("[[\"paris\"],[\"tokyo\"],[\"san-jose\"]]", failed["order"]!.ToJsonString());
        Assert.NotEmpty(failed["trace"]!.AsArray());
    }

    [Fact]
    public async Task Verify_proves_the_example()
    {
        var (code, output, error) = await Run("verify", Config);
        Assert.True(code == ExitCode.Ok, output + error);
        Assert.StartsWith("proven: 1 service, 5 kinds of clients, 3 sites down one at a time, every address down alone, every link cut alone\n", output, StringComparison.Ordinal);
        var json = JsonNode.Parse((await Run("verify", Config, "--failures", "2", "-o", "json")).Output)!;
        Assert.True((bool)json["proven"]!);
        Assert.Equal(1 + 3 + 3 + 3 + 3, (int)json["cases"]!);
    }

    [Fact]
    public async Task Verify_explains_one_decision()
    {
        var (code, output, error) = await Run("verify", Config, "--client", "211.123.11.20", "--down", "tokyo");
        Assert.Equal((ExitCode.Ok, ""), (code, error));
        Assert.StartsWith("tokyo down, as paris decides:\nwww.example.com A for 211.123.11.20", output, StringComparison.Ordinal);
        Assert.Contains("eligibility  tokyo out: Down: 2 of 2 observers see it down", output, StringComparison.Ordinal);
        Assert.Contains("\nno node was asked: a cluster at rest, as seen at paris, configuration ", output, StringComparison.Ordinal);
        var redirect = JsonNode.Parse((await Run("verify", Config, "--client", "211.123.11.20", "--arrived-at", "tokyo", "-o", "json")).Output)!;
        Assert.Equal("san-jose", redirect["sites"]![0]!["site"]!.ToString());
    }

    [Fact]
    public async Task Verify_warns_where_what_fails_does_not_fit_into_the_rest()
        => Assert.Contains("www.example.com: with san-jose down, 24000 connections (60 % of 40000) do not fit into the 20000 of the others\n", (await Run("verify", Config, "--load", "60")).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("--down tokyo", "--down, --full, --cut, --as and --arrived-at go with --client: without it every failure is tried")]
    [InlineData("--client 1.2.3", "--client must be an address such as 192.0.2.1 or 2001:db8::1, was '1.2.3'")]
    [InlineData("--client 1.2.3.4 --down tokio", "--down: no site is named 'tokio'; did you mean 'tokyo'?")]
    [InlineData("--client 1.2.3.4 --down tokyo/192.0.2.1", "--down: 'tokyo' has no VIP at the address '192.0.2.1'")]
    [InlineData("--client 1.2.3.4 --cut tokyo", "--cut must be two sites as SITE:SITE, was 'tokyo'")]
    [InlineData("--client 1.2.3.4 --cut tokyo:rome", "--cut: no site is named 'rome'")]
    [InlineData("--client 1.2.3.4 --arrived-at pariss", "--arrived-at: no site is named 'pariss'; did you mean 'paris'?")]
    [InlineData("--client 1.2.3.4 --service www.example.org", "--service: no service is named 'www.example.org'; did you mean 'www.example.com'?")]
    [InlineData("--sites tokyo,rome", "--sites: no site is named 'rome'")]
    [InlineData("--failures many", "--failures must be 0–100, was 'many'")]
    [InlineData("--load 0", "--load must be 1–100, was '0'")]
    public async Task Verify_names_what_is_wrong_on_its_line(string line, string error)
    {
        var came = await Run(["verify", Config, .. line.Split(' ')]);
        Assert.Equal(ExitCode.Usage, came.Code);
        Assert.StartsWith($"error: {error}\n", came.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_has_nothing_to_say_of_a_configuration_that_is_invalid()
        => Assert.Equal(ExitCode.ConfigurationInvalid, (await Run("verify", Write("bad.yaml", "sites: {}"))).Code);

    [Fact]
    public async Task Replay_tells_what_a_lost_site_would_move()
    {
        var log = Write("clients.txt", "www.example.com 211.123.11.20\nWWW.example.com. 2.0.0.1 AAAA\nwww.example.com 2.0.0.0/24 TXT\nother.example 2.0.0.1\nnonsense\n211.123.11.21\n");
        var (code, output, error) = await Run("replay", log, "--config", Config, "--down", "tokyo");
        Assert.True(code == ExitCode.Ok, error);
        Assert.StartsWith($"{log}: 5 queries, 3 decided, 1 for other names, 1 of types that no site is chosen for\nbefore: the same, all up; after: the configuration, tokyo down; 66.7 % move\n", output, StringComparison.Ordinal);
        Assert.Equal($"warning: {log}: 1 damaged, the first: line 5: no word of it is an address, or address/prefix\n", error);
        var json = JsonNode.Parse((await Run("replay", log, "--config", Config, "--down", "tokyo", "--peak", "30000", "-o", "json")).Output)!;
        Assert.Equal((2.0, 3, 1), ((double)json["moved"]!, (int)json["decided"]!, (int)json["damaged"]!));
        var sanJose = json["sites"]!.AsArray().Single(site => site!["site"]!.ToString() == "san-jose")!;
        Assert.Equal((0, 2, 20000.0, 16000, 20000), ((int)sanJose["before"]!, (int)sanJose["after"]!, (double)sanJose["offered"]!, (int)sanJose["target"]!, (int)sanJose["max"]!));
        Assert.Contains("san-jose would have 20000 connections, over its target of 16000", json["warnings"]!.AsArray().Select(warning => warning!.ToString()));
    }

    [Fact]
    public async Task Replay_compares_two_configurations()
    {
        var log = Write("clients.txt", "211.123.11.20\n2.0.0.1\n");
        var other = Write("new.yaml", File.ReadAllText(Config).Replace("[geography, response-time]", "[static]\n      order: [san-jose, paris, tokyo]", StringComparison.Ordinal));
        var json = JsonNode.Parse((await Run("replay", log, "--config", other, "--against", Config, "-o", "json")).Output)!;
        Assert.Equal(2.0, (double)json["moved"]!);
        Assert.Equal("{\"san-jose\":1}", json["regions"]![0]!["after"]!.ToJsonString());
    }

    [Fact]
    public async Task Replay_compares_no_sites_that_have_changed_their_numbers()
    {
        var other = Write("new.yaml", File.ReadAllText(Config).Replace("    id: 3\n", "    id: 4\n", StringComparison.Ordinal));
        var (code, _, error) = await Run("replay", Write("clients.txt", "2.0.0.1\n"), "--config", other, "--against", Config);
        Assert.Equal((ExitCode.Failed, "error: --against: the site tokyo is number 3 there and 4 in the new one: the two are compared by number\n"), (code, error));
    }

    [Fact]
    public async Task Replay_reads_dnstap()
    {
        var (code, output, error) = await Run("replay", Path.Combine(folder, "queries.tap"), "--config", Config);
        Assert.Equal((ExitCode.Ok, ""), (code, error));
        Assert.Contains(": 4 queries, 1 decided, 3 for other names\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--down tokio", ExitCode.Usage, "--down: no site is named 'tokio'; did you mean 'tokyo'?")]
    [InlineData("--service ww.example.com", ExitCode.Usage, "--service: no service is named 'ww.example.com'; did you mean 'www.example.com'?")]
    [InlineData("--peak 0", ExitCode.Usage, "--peak must be a number of connections, 1 or more, was '0'")]
    [InlineData("--down tokyo,paris,san-jose", ExitCode.Failed, "every site is down: nobody answers")]
    public async Task Replay_names_what_is_wrong_on_its_line(string line, int code, string error)
    {
        var came = await Run(["replay", Write("clients.txt", "2.0.0.1\n"), "--config", Config, .. line.Split(' ')]);
        Assert.Equal(code, came.Code);
        Assert.StartsWith($"error: {error}\n", came.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_of_a_log_that_is_not_there_fails_in_words()
    {
        var (code, _, error) = await Run("replay", "none.txt", "--config", Config);
        Assert.Equal((ExitCode.Failed, "error: cannot read none.txt: no such file\n"), (code, error));
    }
}
