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
    public async Task A_story_of_faults_is_told_and_comes_out_as_it_is_written()
    {
        const string story = "cluster A B C\nrun 1m\ncut A B\nrun 30s\nanswers\n----\nA: A C\nB: B C\nC: A B C\n";
        var (exit, output, error) = await RunAsync(Write(story));
        Assert.Equal((ExitCode.Ok, story + "ok  no promise was broken\n", ""), (exit, output, error));

        (exit, output, error) = await RunAsync(Write(story.Replace("C: A B C", "C: A C", StringComparison.Ordinal)));
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains(":9: came out otherwise: was written 'C: A C', is 'C: A B C'", error, StringComparison.Ordinal);

        // From another seed other numbers would come out, rightly: only what is promised counts.
        (exit, output, error) = await RunAsync(Write(story.Replace("C: A B C", "C: A C", StringComparison.Ordinal)), "--seed", "5");
        Assert.Equal((ExitCode.Ok, ""), (exit, error));
        (exit, output, _) = await RunAsync(Write(story), "--runs", "3");
        Assert.Equal((ExitCode.Ok, "ok  3 runs from seed 1: no promise was broken\n"), (exit, output));
    }

    [Fact]
    public async Task A_broken_promise_is_exit_1_and_named_with_its_step()
    {
        // A word that is lost and never said again: with the period off and streams that lose what they carry there is no promise to keep.
        var (exit, output, _) = await RunAsync(Write("cluster A B C interval=off few=weights\nrun 2m\nweather loss=1\nvip B draining\nrun 5s\nvip B up\nrun 20m\nweather\nrun 3m\n"));
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("line 9: run 3m: A holds edition", output, StringComparison.Ordinal);
        Assert.Contains("(views are equal three periods after everything is healed)", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cluster A B\nkill C\n", ":2:6: error: there is no site 'C'")]
    [InlineData("cluster A B\ncutt A B\n", ":2:1: error: unknown command 'cutt'; did you mean 'cut'?")]
    [InlineData("cluster A B\nrun 5 minutes\n", ":2:5: error: how long: must be a duration")]
    [InlineData("cluster A B\nrun 5m now\n", ":2:8: error: nothing more was expected, was 'now'")]
    [InlineData("cluster A B\nvip A asleep\n", ":2:7: error: what it is: must be up, full")]
    [InlineData("cluster A B proeb=5s\n", ":1:13: error: proeb: unknown option")]
    [InlineData("cluster A A\n", ":1:11: error: there are two sites 'A'")]
    [InlineData("cluster sites=101\n", ":1:15: error: sites: must be 1 to 100, was '101'")]
    [InlineData("cluster A B\ndrift A 50%\n", ":2:9: error: drift: must be -5% to 5%, was '50%'")]
    [InlineData("cluster sites=100 services=16 probe=1s\nrun 240h\n", ": error: this would take 3")]
    public async Task A_mistake_in_a_story_is_named_with_its_place_and_nothing_is_simulated(string story, string words)
    {
        var file = Write(story);
        var (exit, output, error) = await RunAsync(file);
        Assert.Equal((ExitCode.Failed, ""), (exit, output));
        Assert.Contains(file + words, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("site a country=DE max=9\nregion r country=DE users=100000/s\nduration 24h\n")]
    [InlineData("site a country=DE max=9\nregion r country=DE users=1/s resolvers=100000\nduration 24h\n")]
    [InlineData("site a country=DE max=9\nregion r country=DE users=90/s\nduration 24h\nat 1h region r users=x1000\n")]
    public async Task More_than_anybody_would_wait_for_is_refused_with_what_to_do(string scenario)
    {
        var (exit, output, error) = await RunAsync(Write(scenario));
        Assert.Equal((ExitCode.Failed, ""), (exit, output));
        Assert.Contains("this would simulate ", error, StringComparison.Ordinal);
        Assert.Contains("times as much as at most: fewer users", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_the_one_kind_are_refused_for_the_other()
    {
        const string story = "cluster A B\nrun 1m\n";
        Assert.Equal(ExitCode.Usage, (await RunAsync(Write(story), "--compare")).Exit);
        Assert.Equal(ExitCode.Usage, (await RunAsync(Write(Small), "--runs", "2")).Exit);
        Assert.Equal(ExitCode.Usage, (await RunAsync("--plot", "x.svg")).Exit);
    }

    [Fact]
    public async Task Without_a_scenario_random_faults_are_simulated()
    {
        var (exit, output, error) = await RunAsync("--runs", "2", "--seed", "11");
        Assert.Equal((ExitCode.Ok, "ok  2 runs from seed 11: no promise was broken\n", ""), (exit, output, error));
        var data = JsonNode.Parse((await RunAsync("--runs", "1", "-o", "json")).Output)!;
        Assert.Equal((1, 0), ((int)data["runs"]!, (int)data["broken"]!));
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
