using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>Everything that can be asked of HTTP/1.1 and expected of it.</summary>
public sealed class HttpProbeTests
{
    [Fact]
    [Trait("mission", "P4.2")]
    [Trait("rfc", "9110 §8.6")]
    public async Task Method_headers_and_body_are_sent_as_written()
    {
        var seen = "";
        await using var server = new ScriptedServer(async connection =>
        {
            seen = await connection.ReadHeadAsync();
            while (!seen.EndsWith("{\"ping\":1}", StringComparison.Ordinal))
            {
                var buffer = new byte[1024];
                seen += System.Text.Encoding.UTF8.GetString(buffer, 0, await connection.Socket.ReceiveAsync(buffer, connection.Stop));
            }

            await connection.SendAsync("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        });
        var check = new HttpCheck
        {
            Path = "/orders",
            Method = "POST",
            Headers = [new("Content-Type", "application/json"), new("user-agent", "monitor/1")],
            Body = "{\"ping\":1}",
            ExpectStatus = [(200, 299)],
        };
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, check));
        Assert.Equal((true, "201 Created"), (result.Succeeded, result.Reason));
        Assert.StartsWith("POST /orders HTTP/1.1\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/json\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 10\r\n", seen, StringComparison.Ordinal);
        Assert.Single(seen.Split("\r\n"), line => line.StartsWith("user-agent:", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("X-Health", "ok", null, "as it is")]
    [InlineData("x-health", "all", null, "the name's case means nothing, a part of the value is enough")]
    [InlineData("X-Health", "bad", "200 OK, but no header X-Health with 'bad'", "another value")]
    [InlineData("X-Other", "ok", "200 OK, but no header X-Other with 'ok'", "not there")]
    [Trait("rfc", "9110 §5.1")]
    public async Task A_header_can_be_expected(string name, string value, string? failure, string _)
    {
        await using var server = ScriptedServer.Replying("HTTP/1.1 200 OK\r\nx-HEALTH: all ok\r\nContent-Length: 0\r\n\r\n");
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new HttpCheck { ExpectHeaders = [new(name, value)] }));
        Assert.Equal((failure is null, failure ?? "200 OK"), (result.Succeeded, result.Reason));
    }

    [Theory]
    [InlineData("load: [0-9]+", null)]
    [InlineData("(?m)^load: 12$", null)]
    [InlineData("load: 13", "200 OK, but nothing matches 'load: 13' in 18 bytes of its body")]
    public async Task A_pattern_can_be_expected(string pattern, string? failure)
    {
        await using var server = ScriptedServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nstate: ok\nload: 12");
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new HttpCheck { ExpectBodyMatches = pattern }));
        Assert.Equal((failure is null, failure ?? "200 OK"), (result.Succeeded, result.Reason));
    }

    [Fact]
    public async Task A_pattern_that_would_backtrack_for_ever_elsewhere_ends()
    {
        await using var server = ScriptedServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + new string('a', 60_000));
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new HttpCheck { ExpectBodyMatches = "(a+)+$b" }, timeoutMs: 20_000));
        Assert.StartsWith("200 OK, but nothing matches", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rfc", "9110 §6.4.1")]
    public async Task The_reply_to_HEAD_has_no_body_whatever_length_it_names()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
            await connection.HangAsync();
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new HttpCheck { Method = "HEAD" }));
        Assert.True(result.Succeeded, result.Reason);
    }

    public static TheoryData<string, int, string> Redirects => new()
    {
        { "/health", 5, "200 OK" },
        { "/there", 0, "status 302 Found, expected 200 (it leads to /health)" },
        { "/there", 1, "200 OK" },
        { "/absolute", 1, "200 OK" },
        { "/far", 1, "more than 1 redirects; the last one leads to /health" },
        { "/far", 2, "200 OK" },
        { "/loop", 5, "a redirect loop: 302 Found leads back to /loop" },
        { "/self", 5, "a redirect loop: 302 Found leads back to /self" },
        { "/endless", 5, "more than 5 redirects; the last one leads to /endless/" },
        { "/elsewhere", 5, "302 Found leads to another place: http://other.example/" },
        { "/secure", 5, "302 Found leads to another place: https://www.example.com/" },
        { "/nowhere", 5, "302 Found leads nowhere" },
        { "/bad", 5, "302 Found leads nowhere" },
    };

    [Theory]
    [MemberData(nameof(Redirects))]
    [Trait("rfc", "9110 §15.4")]
    public async Task Redirects_are_followed_as_far_as_is_asked_within_the_host(string path, int most, string reason)
    {
        await using var server = new ScriptedServer(async connection =>
        {
            var asked = (await connection.ReadHeadAsync()).Split(' ')[1];
            var location = asked switch
            {
                "/there" or "/far/2" => "/health",
                "/far" => "/far/2",
                "/absolute" => $"http://www.example.com:{((System.Net.IPEndPoint)connection.Socket.LocalEndPoint!).Port}/health",
                "/loop" => "/loop/2",
                "/loop/2" => "/loop",
                "/self" => "/self",
                "/elsewhere" => "http://other.example/",
                "/secure" => "https://www.example.com/",
                "/bad" => "http://[:",
                "/nowhere" => null,
                _ => asked.StartsWith("/endless", StringComparison.Ordinal) ? asked + "/x" : null,
            };
            await connection.SendAsync(asked == "/health" ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" : $"HTTP/1.1 302 Found\r\n{(location is null ? "" : $"Location: {location}\r\n")}Content-Length: 0\r\n\r\n");
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new HttpCheck { Path = path, FollowRedirects = most, ExpectBody = "ok" }));
        Assert.StartsWith(reason, result.Reason, StringComparison.Ordinal);
        Assert.Equal(reason == "200 OK", result.Succeeded);
        Assert.InRange(server.Accepted, 1, most + 1);
    }

    [Fact]
    [Trait("rfc", "9110 §15.4")]
    public async Task A_303_after_a_POST_is_asked_for_by_GET_and_a_307_is_posted_again()
    {
        foreach (var (status, method) in new[] { (303, "GET"), (302, "GET"), (307, "POST") })
        {
            var last = "";
            await using var server = new ScriptedServer(async connection =>
            {
                last = await connection.ReadHeadAsync();
                await connection.SendAsync(last.Contains(" /done ", StringComparison.Ordinal) ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : $"HTTP/1.1 {status} Over There\r\nLocation: /done\r\nContent-Length: 0\r\n\r\n");
            });
            var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new HttpCheck { Method = "POST", Body = "x", FollowRedirects = 1 }));
            Assert.True(result.Succeeded, result.Reason);
            Assert.StartsWith($"{method} /done ", last, StringComparison.Ordinal);
        }
    }
}
