using System.Net;
using Pointsman.Health;
using Pointsman.Health.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>Probes against servers that behave.</summary>
public sealed class SocketProberTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [Trait("mission", "P4.2")]
    public async Task TCP_open_and_close_is_enough_where_nothing_else_is_asked(string address)
    {
        await using var server = new ScriptedServer(connection => connection.ReadHeadAsync(), IPAddress.Parse(address));
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, iterations: 3));
        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal("connected", result.Reason);
        Assert.Null(result.ThroughputBytesPerSecond);
    }

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task HTTP_asks_for_the_path_and_finds_the_text()
    {
        var head = "";
        await using var server = new ScriptedServer(async connection =>
        {
            head = await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nall is ok");
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok));
        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal("200 OK", result.Reason);
        Assert.StartsWith($"GET /health HTTP/1.1\r\nHost: www.example.com:{server.Address.Port}\r\n", head, StringComparison.Ordinal);
        Assert.Equal(9, result.BodyBytes);
        Assert.True(result.ThroughputBytesPerSecond > 0);
    }

    [Fact]
    [Trait("mission", "P4.1")]
    public async Task The_time_runs_from_the_start_of_the_first_iteration_to_the_end_of_the_last_each_on_a_connection_of_its_own()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WaitAsync(60);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok, timeoutMs: 10_000, iterations: 4));
        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal(4, server.Accepted);
        Assert.Equal(8, result.BodyBytes);
        Assert.InRange(result.ElapsedMicros, 236_000, 5_000_000);
        Assert.InRange(result.TransferMicros, 236_000, result.ElapsedMicros);
    }

    [Fact]
    public async Task A_chunked_reply_after_an_interim_one_is_read_as_it_trickles_in()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            foreach (var part in new[] { "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 20", "0 OK\r\nTransfer-Encoding: chun", "ked\r\n\r\n1\r\no\r\n1", "\r\nk\r\n0\r\n", "\r\n" })
            {
                await connection.SendAsync(part);
                await connection.WaitAsync(10);
            }

            await connection.HangAsync();
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok));
        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal(2, result.BodyBytes);
    }

    [Fact]
    public async Task It_connects_from_the_source_address_given()
    {
        var source = Loopback.NextAddress();
        IPAddress? seen = null;
        await using var server = new ScriptedServer(async connection =>
        {
            seen = connection.From;
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok) with { Source = source });
        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal(source, seen);
    }

    [Fact]
    public async Task A_source_that_is_not_ours_says_so()
    {
        await using var server = ScriptedServer.Replying("");
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address) with { Source = IPAddress.Parse("192.0.2.77") });
        Assert.Equal(ProbeVerdict.Inconclusive, result.Verdict);
        Assert.Contains("not probed: cannot connect from 192.0.2.77", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_a_relay_it_still_asks_for_the_VIP()
    {
        var head = "";
        await using var relay = new ScriptedServer(async connection =>
        {
            head = await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        var vip = new IPEndPoint(IPAddress.Parse("192.0.2.10"), 80);
        var result = await ProbeOf.RunAsync(ProbeOf.Target(vip, ProbeOf.Ok) with { ConnectTo = Pointsman.Model.Endpoint.From(relay.Address) });
        Assert.True(result.Succeeded, result.Reason);
        Assert.Contains("\r\nHost: www.example.com\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_it_ends_at_once()
    {
        await using var server = new ScriptedServer(connection => connection.HangAsync());
        using var cancel = new CancellationTokenSource();
        var probing = new SocketProber(TimeProvider.System).ProbeAsync(ProbeOf.Target(server.Address, ProbeOf.Ok, timeoutMs: 60_000), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probing.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }
}
