using System.Text.Json.Nodes;
using Pointsman.Node.Commands;
using Pointsman.Tests.Policy;

namespace Pointsman.Tests.Node.Commands;

public sealed class HandoffCommandTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"pointsman-{Guid.NewGuid():n}.csv");

    public void Dispose() => File.Delete(_file);

    [Fact]
    [Trait("mission", "P3.2")]
    [Trait("mission", "P3.3")]
    [Trait("mission", "P3.4")]
    public async Task Table_I_gives_Tables_II_and_III_as_json_with_sites_in_their_order()
    {
        var (code, output, error) = await Run(PatentTables.Csv, "--weights", "4,2,1,0", "-o", "json");
        Assert.Equal((ExitCode.Ok, ""), (code, error));
        var json = JsonNode.Parse(output)!;
        Assert.Equal(["preferences", "weights", "shares"], json.AsObject().Select(entry => entry.Key));
        Assert.Equal(PatentTables.Sites, json["weights"]!.AsObject().Select(entry => entry.Key));
        foreach (var site in PatentTables.Sites)
        {
            Assert.Equal(PatentTables.Orders[site], string.Concat(json["preferences"]![site]!.AsArray().Select(other => other!.GetValue<string>())));
            Assert.Equal(PatentTables.Totals[site], json["weights"]![site]!.GetValue<int>());
            Assert.Equal(Math.Round(PatentTables.Totals[site] / 42.0, 4), json["shares"]![site]!.GetValue<double>());
        }
    }

    [Theory]
    [InlineData("4,2,65", "65")]
    [InlineData("4,-1", "-1")]
    [InlineData("", "''")]
    [InlineData("1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", "17")]
    public async Task Weights_that_cannot_be_are_a_usage_error(string weights, string words)
    {
        var (code, output, error) = await Run(PatentTables.Csv, "--weights", weights);
        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_file_fails_with_every_mistake_by_line_and_column()
    {
        var (code, output, error) = await Run("tested,A,B\nA,,x\nB,-1,");
        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Equal(
            $"{_file}:2:4: error: expected milliseconds from 0 to 1000000000 or 'down', was 'x'\n{_file}:3:3: error: expected milliseconds from 0 to 1000000000 or 'down', was '-1'\n",
            error);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_and_a_file_that_is_not_there_fail_in_one_line()
    {
        File.WriteAllBytes(_file, [0xFF, 0xFE, 0x00]);
        var error = new StringWriter();
        Assert.Equal(ExitCode.Failed, await CommandLine.RunAsync(["handoff", "--matrix", _file], new StringWriter(), error));
        Assert.Equal($"error: {_file}: not UTF-8 text\n", error.ToString());
        File.Delete(_file);
        Assert.Equal(ExitCode.Failed, await CommandLine.RunAsync(["handoff", "--matrix", _file], new StringWriter(), error));
    }

    private async Task<(int Code, string Out, string Error)> Run(string csv, params string[] args)
    {
        File.WriteAllText(_file, csv);
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(["handoff", "--matrix", _file, .. args], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
