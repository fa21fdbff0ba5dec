using System.Text.Json.Nodes;
using Pointsman.EndToEnd.Health;

namespace Pointsman.EndToEnd.Commands;

/// <summary><c>pointsman probe</c>, as an operator uses it.</summary>
public sealed class ProbeCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pointsman-probe-").FullName;

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task A_service_is_probed_from_here_and_each_phase_is_shown()
    {
        await using var good = ScriptedServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var bad = ScriptedServer.Replying("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
        var file = await WriteAsync($$"""
            cluster: { name: probing }
            sites:
              a: { id: 1, nodes: { a-1: {} } }
              b: { id: 2, nodes: { b-1: {} }, probeThrough: { a: {{good.Address.Address}} } }
            services:
              www.example.com:
                id: 1
                probe: { http: { path: /health, expectBody: ok } }
                vips: { a: { address: "{{good.Address}}" }, b: { address: "{{bad.Address}}" } }
            """);
        var table = await ProgramUnderTest.RunAsync("probe", "--config", file, "www.example.com");
        Assert.Equal(1, table.ExitCode);
        Assert.Matches($@"(?m)^a +{good.Address} +http +up +[\d.]+ ms +[\d.]+ ms +– +[\d.]+ ms +200 OK$", table.Output);
        Assert.Matches($@"(?m)^b +{bad.Address} +http +failed .* status 503 Busy, expected 200$", table.Output);

        var json = await ProgramUnderTest.RunAsync("probe", "--config", file, "WWW.example.com.@a", "-o", "json");
        Assert.Equal(0, json.ExitCode);
        var one = Assert.Single(JsonNode.Parse(json.Output)!.AsArray())!;
        Assert.Equal(("a", "up", "200 OK", 2), ((string?)one["site"], (string?)one["verdict"], (string?)one["reason"], (int)one["bodyBytes"]!));
        Assert.True((double)one["connectMilliseconds"]! > 0 && (double)one["firstByteMilliseconds"]! > 0);

        // Its own VIP has no hunt group: what serves it is its real server, which is checked by serverProbe, TCP here.
        var asSite = await ProgramUnderTest.RunAsync("probe", "--config", file, "www.example.com", "--site", "b", "-o", "json");
        Assert.True(asSite.ExitCode == 0, asSite.ToString());
        Assert.Equal(["http", "tcp"], JsonNode.Parse(asSite.Output)!.AsArray().Select(row => (string?)row!["check"]).Order());
    }

    [Theory]
    [InlineData("ww.example.com", "no service is named 'ww.example.com'; did you mean 'www.example.com'?")]
    [InlineData("www.example.com@c", "no site is named 'c'")]
    [InlineData("www.example.com@b", "nothing to probe: 'www.example.com' has no VIP at b")]
    public async Task What_is_not_there_is_said(string service, string error)
    {
        var file = await WriteAsync("""
            cluster: { name: probing }
            sites: { a: { id: 1, nodes: { a-1: {} } }, b: { id: 2, nodes: { b-1: {} } } }
            services: { www.example.com: { id: 1, vips: { a: { address: "192.0.2.1:80" } } } }
            """);
        var finished = await ProgramUnderTest.RunAsync("probe", "--config", file, service);
        Assert.Equal(1, finished.ExitCode);
        Assert.Contains(error, finished.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> WriteAsync(string text)
    {
        var file = Path.Combine(_folder, "pointsman.yaml");
        await File.WriteAllTextAsync(file, text);
        return file;
    }
}
