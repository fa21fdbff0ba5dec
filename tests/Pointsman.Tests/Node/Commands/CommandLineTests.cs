using Pointsman.Node.Commands;

namespace Pointsman.Tests.Node.Commands;

public sealed class CommandLineTests
{
    private static async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task Unknown_option_exits_2_and_says_nothing_on_stdout()
    {
        var (code, output, error) = await Run("--no-colour");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal("", output);
        Assert.Equal("error: unknown option '--no-colour'\n       did you mean '--no-color'?\nTry 'pointsman --help'.\n", error);
    }

    [Fact]
    public async Task Version_is_one_line_on_stdout()
    {
        var (code, output, error) = await Run("--version");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", output);
        Assert.Equal("", error);
    }

    [Fact]
    public async Task Help_goes_to_stdout()
    {
        var (code, output, _) = await Run("--help");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("--no-color", output, StringComparison.Ordinal);
    }
}
