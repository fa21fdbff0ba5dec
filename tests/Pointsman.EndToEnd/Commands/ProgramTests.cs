namespace Pointsman.EndToEnd.Commands;

public sealed class ProgramTests
{
    [Fact]
    public async Task Help_ends_with_zero_and_names_the_product()
    {
        var finished = await ProgramUnderTest.RunAsync("--help");
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Contains("Pointsman", finished.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_command_is_a_usage_error_told_on_standard_error()
    {
        var finished = await ProgramUnderTest.RunAsync("no-such-command");
        Assert.NotEqual(0, finished.ExitCode);
        Assert.Contains("no-such-command", finished.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:1", 4, "error: no node answers at http://127.0.0.1:1/")]
    [InlineData("ftp://there", 2, "error: POINTSMAN_NODE: must be the http address of a node's admin endpoint")]
    public async Task The_node_to_ask_may_come_from_the_environment(string set, int expected, string told)
    {
        await using var process = RunningProcess.Start(ProgramUnderTest.File, ["status"], environment: new Dictionary<string, string?> { ["POINTSMAN_NODE"] = set });
        var finished = await process.WaitForExitAsync(TimeSpan.FromSeconds(60));
        Assert.True(finished.ExitCode == expected, finished.ToString());
        Assert.StartsWith(told, finished.Error, StringComparison.Ordinal);
    }
}
