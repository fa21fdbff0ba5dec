using System.Text.Json;

namespace Pointsman.EndToEnd.Commands;

/// <summary><c>check</c> as scripts call it: exit codes, and which words go to which stream.</summary>
public sealed class CheckCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pointsman-check-");

    public CheckCommandTests()
    {
        Write("secret.key", new string('k', 32));
        Write("example.test.zone", "@ 60 SOA ns1 root 1 2 3 4 5\n@ 60 NS ns1\nns1 60 A 127.0.0.1\n");
    }

    public void Dispose() => folder.Delete(recursive: true);

    private const string Good = """
        cluster: { name: c, secret: secret.key }
        sites:
          a: { id: 1, nodes: { n: { dns: ["127.0.1.1:5300"] } } }
          b: { id: 2, nodes: { n: { dns: ["127.0.1.2:5300"] } } }
        services:
          www.example.test: { id: 1, vips: { a: { address: "127.0.1.1:8000" }, b: { address: "127.0.1.2:8000" } } }
        zones:
          example.test: { file: example.test.zone }
        """;

    [Fact]
    public async Task Good_configuration_exits_0_and_says_what_it_holds()
    {
        var finished = await ProgramUnderTest.RunAsync("check", Write("good.yaml", Good));
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.StartsWith("ok: 2 sites, 2 nodes, 1 service, 2 VIPs, 0 real servers, 1 zone (3 records)\n", finished.Output, StringComparison.Ordinal);
        Assert.Contains("warning: sites.a: no node of it has a 'dssp' address", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_configuration_exits_3_with_every_error_a_snippet_and_a_caret_on_stderr()
    {
        var file = Write("bad.yaml", Good.Replace("127.0.1.1:8000", "127.0.1.1:70000", StringComparison.Ordinal).Replace("id: 2", "id: 1", StringComparison.Ordinal));
        var finished = await ProgramUnderTest.RunAsync("check", file);
        Assert.True(finished.ExitCode == 3, finished.ToString());
        Assert.Equal("", finished.Output);
        Assert.Contains($"{file}:4:12: error: sites.b.id: must be unlike every other site's, but 1 is taken by 'a'\n", finished.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"{file}:6:52: error: services.www.example.test.vips.a.address: the port must be 1–65535, was 70000\n"
            + "    6 |   www.example.test: { id: 1, vips: { a: { address: \"127.0.1.1:70000\" }, b: { address: \"127.0.1.2:8000\" } } }\n",
            finished.Error, StringComparison.Ordinal);
        Assert.Contains("      |" + new string(' ', 52) + "^~~~~~~~~~~~~~~~~\n", finished.Error, StringComparison.Ordinal);
        Assert.EndsWith("2 errors: nothing of this configuration would be used\n", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_same_errors_as_data()
    {
        var finished = await ProgramUnderTest.RunAsync("check", Write("bad.yaml", Good + "\napi: {}\n"), "-o", "json");
        Assert.True(finished.ExitCode == 3, finished.ToString());
        var root = JsonDocument.Parse(finished.Output).RootElement;
        Assert.False(root.GetProperty("ok").GetBoolean());
        var error = Assert.Single(root.GetProperty("errors").EnumerateArray());
        Assert.Equal((9, 1, "api"), (error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32(), error.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task File_that_is_not_there_exits_3()
    {
        var finished = await ProgramUnderTest.RunAsync("check", Path.Combine(folder.FullName, "none.yaml"));
        Assert.True(finished.ExitCode == 3, finished.ToString());
        Assert.Contains("none.yaml: error: no such file", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_is_no_configuration()
    {
        var finished = await ProgramUnderTest.RunAsync("check", folder.FullName);
        Assert.True(finished.ExitCode == 3, finished.ToString());
        Assert.Contains("is a folder, not a file", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_file_at_all_is_a_usage_error()
    {
        var finished = await ProgramUnderTest.RunAsync("check");
        Assert.True(finished.ExitCode == 2, finished.ToString());
        Assert.Contains("FILE is missing", finished.Error, StringComparison.Ordinal);
        Assert.Equal("", finished.Output);
    }

    [Theory]
    [InlineData("-o", "xml", "must be table, json or yaml, was 'xml'")]
    [InlineData("--shcema", "x", "did you mean '--schema'?")]
    public async Task Wrong_option_is_a_usage_error_with_the_right_word(string option, string value, string expected)
    {
        var finished = await ProgramUnderTest.RunAsync("check", Write("good.yaml", Good), option, value);
        Assert.True(finished.ExitCode == 2, finished.ToString());
        Assert.Contains(expected, finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_is_one_json_document()
    {
        var finished = await ProgramUnderTest.RunAsync("check", "--schema");
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", JsonDocument.Parse(finished.Output).RootElement.GetProperty("$schema").GetString());
    }

    [Fact]
    public async Task Output_that_cannot_be_written_is_one_line_and_no_stack()
    {
        await using var running = RunningProcess.Start("sh", ["-c", "\"$0\" check --schema > /dev/full", ProgramUnderTest.File]);
        var finished = await running.WaitForExitAsync(TimeSpan.FromSeconds(60));
        Assert.True(finished.ExitCode == 1, finished.ToString());
        Assert.Equal("error: No space left on device\n", finished.Error);
    }

    [Fact]
    public async Task Version_is_three_numbers()
    {
        var finished = await ProgramUnderTest.RunAsync("--version");
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", finished.Output);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
