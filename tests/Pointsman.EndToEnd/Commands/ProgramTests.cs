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
}
