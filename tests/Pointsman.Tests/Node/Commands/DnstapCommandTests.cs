using System.Text.Json.Nodes;
using Pointsman.Node.Commands;
using Pointsman.Tests.Dnstap;

namespace Pointsman.Tests.Node.Commands;

public sealed class DnstapCommandTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"pointsman-{Guid.NewGuid():n}.tap");

    public void Dispose() => File.Delete(_file);

    private async Task<(int Code, string Output, string Error)> Run(byte[] stream, params string[] arguments)
    {
        File.WriteAllBytes(_file, stream);
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(["dnstap", _file, .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task A_table_has_a_line_for_each_message()
    {
        var (code, output, error) = await Run(Recorded.Stream(2));
        Assert.Equal((ExitCode.Ok, ""), (code, error));
        var lines = output.TrimEnd('\n').Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Equal(5, lines.Count);
        Assert.Equal("2026-03-01T12:00:00.123Z auth-query 198.51.100.7:40000 203.0.113.0/24 www.example.com. A", lines[1]);
        Assert.Equal("2026-03-01T12:00:00.123Z auth-response 198.51.100.7:40000 203.0.113.0/24/0 www.example.com. A NOERROR 192.0.2.80", lines[2]);
    }

    [Fact]
    public async Task Json_has_everything()
    {
        var (_, output, _) = await Run(Recorded.Stream(1), "-o", "json");
        var json = JsonNode.Parse(output)!;
        Assert.Equal(("false", "0", null), (json["more"]!.ToJsonString(), json["skipped"]!.ToJsonString(), json["note"]));
        var answer = json["messages"]![1]!;
        Assert.Equal(
            "auth-response udp 198.51.100.7:40000 192.0.2.53:53 node-1 www.example.com. A 203.0.113.0/24 0 NOERROR 192.0.2.80",
            string.Join(' ', new[] { "kind", "protocol", "client", "server", "identity", "name", "type", "subnet", "scope", "rcode" }.Select(key => answer[key]!.ToString())) + " " + answer["answers"]![0]!["data"]);
    }

    [Fact]
    public async Task No_more_than_the_limit_is_printed_and_that_is_said()
    {
        var (code, output, error) = await Run(Recorded.Stream(10), "--limit", "3");
        Assert.Equal((ExitCode.Ok, 4), (code, output.TrimEnd('\n').Split('\n').Length));
        Assert.Contains("--limit 3", error, StringComparison.Ordinal);
        Assert.Equal("", (await Run(Recorded.Stream(10), "--limit", "20")).Error);
    }

    [Fact]
    public async Task A_file_cut_short_gives_what_is_whole_with_a_warning()
    {
        var (code, output, error) = await Run(Recorded.Stream(2)[..^30]);
        Assert.Equal((ExitCode.Ok, 4), (code, output.TrimEnd('\n').Split('\n').Length));
        Assert.Contains("without a STOP frame", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_recording_fails()
    {
        var (code, _, error) = await Run("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("no frame stream", error, StringComparison.Ordinal);
        File.Delete(_file);
        var missing = new StringWriter();
        Assert.Equal(ExitCode.Failed, await CommandLine.RunAsync(["dnstap", _file], new StringWriter(), missing));
        Assert.StartsWith($"error: cannot read {_file}", missing.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1000001")]
    [InlineData("many")]
    public async Task A_limit_that_cannot_be_is_a_usage_error(string limit)
    {
        var (code, _, error) = await Run([], "--limit", limit);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"was '{limit}'", error, StringComparison.Ordinal);
    }
}
