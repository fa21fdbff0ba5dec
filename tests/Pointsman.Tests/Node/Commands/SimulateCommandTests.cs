using System.Text.Json.Nodes;
using System.Xml.Linq;
using Pointsman.Node.Commands;
using Pointsman.Tests.Tidy;

namespace Pointsman.Tests.Node.Commands;

public sealed class SimulateCommandTests : IDisposable
{
    private const string Small = """
        site a country=DE max=100
        site b country=US max=100
        site c country=BR max=100
        site d country=JP max=100
        region europe country=DE users=2/s
        duration 3m
        warm-up 1m
        at 1m site a down

        """;

    private readonly string folder = Directory.CreateTempSubdirectory("pointsman-simulate-").FullName;

    /// <summary>All that name their own sites; the one that needs a configuration is run by its how-to page.</summary>
    public static TheoryData<string> Examples =>
        [.. Directory.GetFiles(Path.Combine(SourceTree.Folder, "docs/examples/scenarios"), "*.scenario").Select(Path.GetFileNameWithoutExtension).OfType<string>().Where(name => name != "frankfurt-dies-at-peak").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Every_example_comes_out_as_it_expects(string example)
    {
        var (exit, output, _) = await RunAsync(Path.Combine(SourceTree.Folder, "docs/examples/scenarios", example + ".scenario"));
        Assert.True(exit == ExitCode.Ok, output);
        Assert.Contains("ok  line", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expectation_that_does_not_hold_is_exit_1_and_says_what_was_measured()
    {
        var (exit, output, _) = await RunAsync(Write(Small + "expect share b above 99%\nexpect refused below 50%\n"));
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("FAILED  line 9: share b above 99%:", output, StringComparison.Ordinal);
        Assert.Contains("ok  line 10: refused below 50%: 0%", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_name_file_line_and_column_and_the_nearest_word_and_nothing_is_simulated()
    {
        var file = Write(Small + "at 2m site a dwon\nexpect stabel\n");
        var (exit, output, error) = await RunAsync(file);
        Assert.Equal((ExitCode.Failed, ""), (exit, output));
        Assert.Contains($"{file}:9:14: error: what happens to it: must be down, up, fails, drains, recovers, slow, fast or flaps, was 'dwon'; did you mean 'down'?", error, StringComparison.Ordinal);
        Assert.Contains($"{file}:10:8: error:", error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'stable'?", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sites: {}", 3, "a configuration that is none")]
    [InlineData(null, 3, "no configuration")]
    public async Task A_configuration_that_is_not_valid_is_exit_3(string? content, int exit, string _)
    {
        var config = Path.Combine(folder, "pointsman.yaml");
        if (content is not null) await File.WriteAllTextAsync(config, content);
        Assert.Equal(exit, (await RunAsync(Write("region r country=DE users=1\n"), "--config", config)).Exit);
    }

    [Fact]
    public async Task With_a_configuration_the_sites_and_the_policy_are_its_own()
    {
        CopyExample();
        var config = Path.Combine(folder, "six-sites.yaml");
        var (exit, output, error) = await RunAsync(Write("region r country=DE users=1/s\nduration 2m\nwarm-up 1m\nexpect share frankfurt above 90%\n"), "--config", config);
        Assert.True(exit == ExitCode.Ok, output + error);
        Assert.Contains("frankfurt     2000", output, StringComparison.Ordinal);

        (exit, _, error) = await RunAsync(Write("site x country=DE max=9\nregion r country=DE users=1/s\nat 1m site frankfrut down\n"), "--config", config);
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains(":1:1: error: site: comes from the configuration", error, StringComparison.Ordinal);
        Assert.Contains("no site of www.example.com is named 'frankfrut'; did you mean 'frankfurt'?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plot_is_well_formed_and_the_same_again_and_another_seed_another()
    {
        var (first, again, other) = (Path.Combine(folder, "first.svg"), Path.Combine(folder, "again.svg"), Path.Combine(folder, "other.svg"));
        await RunAsync(Write(Small), "--plot", first);
        await RunAsync(Write(Small), "--plot", again);
        await RunAsync(Write(Small), "--plot", other, "--seed", "9");
        Assert.Equal(await File.ReadAllTextAsync(first), await File.ReadAllTextAsync(again));
        Assert.NotEqual(await File.ReadAllTextAsync(first), await File.ReadAllTextAsync(other));
        Assert.Equal(4, XDocument.Load(first).Descendants().Count(element => element.Name.LocalName == "path"));
        Assert.Equal(ExitCode.Failed, (await RunAsync(Write(Small), "--plot", Path.Combine(folder, "nowhere", "plot.svg"))).Exit);
    }

    [Fact]
    public async Task Json_has_everything_that_the_tables_have()
    {
        var (_, output, _) = await RunAsync(Write(Small + "expect refused below 50%\n"), "-o", "json", "--compare");
        var data = JsonNode.Parse(output)!;
        Assert.Equal(4, data["sites"]!.AsObject().Count);
        Assert.Equal(["the decision", "round robin", "nearest only", "winner takes all"], data["ways"]!.AsObject().Select(way => way.Key));
        Assert.Equal(2, data["phases"]!.AsArray().Count);
        Assert.True((bool)data["expectations"]![0]!["holds"]!);
        Assert.Equal((long)data["users"]!, data["sites"]!.AsObject().Sum(site => (long)site.Value!["sent"]!));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void CopyExample()
    {
        var examples = Path.Combine(SourceTree.Folder, "docs/examples");
        Directory.CreateDirectory(Path.Combine(folder, "zones"));
        File.Copy(Path.Combine(examples, "six-sites.yaml"), Path.Combine(folder, "six-sites.yaml"));
        File.Copy(Path.Combine(examples, "zones/example.com.zone"), Path.Combine(folder, "zones/example.com.zone"));
        File.WriteAllText(Path.Combine(folder, "secret.key"), new string('k', 32));
    }

    private string Write(string scenario)
    {
        var file = Path.Combine(folder, "test.scenario");
        File.WriteAllText(file, scenario);
        return file;
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await CommandLine.RunAsync(["simulate", .. args], output, error);
        return (exit, output.ToString(), error.ToString());
    }
}
