using System.Text.Json.Nodes;
using Pointsman.Node.Commands;

namespace Pointsman.Tests.Node.Commands;

public sealed class CheckZoneCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pointsman-zone-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Errors_are_data_for_a_program_that_asks_for_json()
    {
        var file = Path.Combine(folder, "bad.zone");
        await File.WriteAllTextAsync(file, "$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nbad A 192.0.2.\n", TestContext.Current.CancellationToken);
        var (code, output, error) = await Run("check-zone", "example.com", file, "-o", "json");
        Assert.Equal((ExitCode.ConfigurationInvalid, ""), (code, error));
        var data = JsonNode.Parse(output)!;
        Assert.False((bool)data["ok"]!);
        Assert.Equal((file, 4, 7), ((string?)data["errors"]![0]!["file"], (int)data["errors"]![0]!["line"]!, (int)data["errors"]![0]!["column"]!));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_all_that_is_said()
    {
        var (code, output, error) = await Run("check-zone", "example.com", "/nowhere/a.zone");
        Assert.Equal((ExitCode.ConfigurationInvalid, ""), (code, output));
        Assert.Equal("/nowhere/a.zone: error: cannot read /nowhere/a.zone: no such file\n", error);
    }

    [Fact]
    public async Task Warnings_are_printed_and_the_zone_is_good()
    {
        var file = Path.Combine(folder, "odd.zone");
        await File.WriteAllTextAsync(file, "$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nns A 192.0.2.1\n", TestContext.Current.CancellationToken);
        var (code, output, error) = await Run("check-zone", "example.com", file);
        Assert.Equal((ExitCode.Ok, "example.com. 3 records, serial 1\n"), (code, output));
        Assert.Equal($"{file}:5:1: warning: ns.example.com. A is written twice: it counts once\n", error);
        (code, output, error) = await Run("check-zone", "example.com", file, "-o", "json");
        Assert.Equal((ExitCode.Ok, ""), (code, error));
        Assert.Equal((true, 5), ((bool)JsonNode.Parse(output)!["ok"]!, (int)JsonNode.Parse(output)!["warnings"]![0]!["line"]!));
    }

    private static async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
