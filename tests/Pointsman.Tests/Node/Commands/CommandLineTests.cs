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

    [Theory]
    [InlineData("pki", "error: a command is missing: one of init, issue, operator, show, bundle\nTry 'pointsman pki --help'.\n")]
    [InlineData("table", "error: SERVICE is missing: The service's name, as www.example.com\nTry 'pointsman table --help'.\n")]
    [InlineData("dns --listen 127.0.0.1:0", "error: no zone: give --zone ORIGIN=FILE or --zone-list FILE\nTry 'pointsman dns --help'.\n")]
    [InlineData("dns --listen 127.0.0.1:0 --zone example.com", "error: --zone must be ORIGIN=FILE, was 'example.com'\nTry 'pointsman dns --help'.\n")]
    [InlineData("dns --listen 127.0.0.1:0 --zone a=b --threads 65", "error: --threads must be 1–64, was '65'\nTry 'pointsman dns --help'.\n")]
    [InlineData("dns --listen 127.0.0.1:0 --zone a=b --udp-payload big", "error: --udp-payload must be 512–4096, was 'big'\nTry 'pointsman dns --help'.\n")]
    [InlineData("dns --listen 127.0.0.1:0 --zone a=b --rate-limit 0", "error: --rate-limit must be 1–1000000, was '0'\nTry 'pointsman dns --help'.\n")]
    [InlineData("dns --listen 127.0.0.1:0 --zone a=b --rate-limit 5 --rate-limit-exempt 10.0.0.1/8", "error: --rate-limit-exempt must be a network such as 192.0.2.0/24, was '10.0.0.1/8'\nTry 'pointsman dns --help'.\n")]
    [InlineData("dns --listen 127.0.0.1:0 --zone a=b --rate-limit-slip 1", "error: --rate-limit-slip, --rate-limit-exempt and --rate-limit-log-only need --rate-limit\nTry 'pointsman dns --help'.\n")]
    [InlineData("dns --listen 127.0.0.1:0 --zone a=b --cookies off --cookie-secret s", "error: --cookie-secret goes with cookies; --cookies was 'off'\nTry 'pointsman dns --help'.\n")]
    [InlineData("status --node ftp://there", "error: --node: must be the http address of a node's admin endpoint, as http://127.0.0.1:8080; was 'ftp://there'\nTry 'pointsman status --help'.\n")]
    public async Task What_is_missing_or_malformed_is_named(string line, string told) =>
        Assert.Equal((ExitCode.Usage, "", told), await Run(line.Split(' ')));

    [Theory]
    [InlineData("check|", "FILE", "check")]
    [InlineData("verify|", "FILE", "verify")]
    [InlineData("simulate|", "SCENARIO", "simulate")]
    [InlineData("replay||--config|x.yaml", "LOG", "replay")]
    [InlineData("replay|x|--config|", "--config", "replay")]
    [InlineData("topology|import|a||--out|b", "FILE", "topology import")]
    [InlineData("topology|import|a|--out|", "--out", "topology import")]
    [InlineData("topology|diff|a|", "NEW", "topology diff")]
    public async Task An_empty_path_is_a_usage_error(string line, string name, string command) =>
        Assert.Equal((ExitCode.Usage, "", $"error: {name} must be a path, is empty\nTry 'pointsman {command} --help'.\n"), await Run(line.Split('|')));

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
