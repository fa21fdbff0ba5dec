using Pointsman.Health;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>Connect, first byte and total apart, and a limit for each.</summary>
public sealed class PhaseTests
{
    [Fact]
    [Trait("mission", "P4.1")]
    public async Task The_wait_for_the_first_byte_is_told_apart_from_the_rest()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.WaitAsync(60);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            await connection.WaitAsync(60);
            await connection.SendAsync("ok");
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok, timeoutMs: 10_000, iterations: 2));
        Assert.True(result.Succeeded, result.Reason);
        Assert.InRange(result.FirstByteMicros, 59_000, result.ElapsedMicros / 2);
        Assert.InRange(result.ElapsedMicros - (2 * (result.ConnectMicros + result.FirstByteMicros)), 118_000, result.ElapsedMicros);
        Assert.InRange(result.ConnectMicros, 1, 5_000_000);
        Assert.Equal(0, result.TlsMicros);
    }

    [Fact]
    public async Task A_connection_that_nobody_speaks_over_has_no_first_byte()
    {
        await using var server = new ScriptedServer(connection => connection.HangAsync());
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address));
        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal(0, result.FirstByteMicros);
        Assert.True(result.ConnectMicros > 0);
    }

    [Fact]
    public async Task A_phase_that_takes_too_long_ends_the_probe_though_the_whole_had_time_left()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.HangAsync();
        });
        var target = ProbeOf.Target(server.Address, ProbeOf.Ok, timeoutMs: 60_000);
        target = target with { Settings = target.Settings with { Timeouts = new PhaseTimeouts(null, null, TimeSpan.FromMilliseconds(120)) } };
        var result = await ProbeOf.RunAsync(target).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((ProbeVerdict.Failed, "timeout after 120.0 ms while waiting for the reply"), (result.Verdict, result.Reason));
    }

    [Fact]
    public async Task A_limit_for_the_first_byte_ends_with_the_first_byte()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\n");
            await connection.WaitAsync(900);
            await connection.SendAsync("Content-Length: 2\r\n\r\nok");
        });
        var target = ProbeOf.Target(server.Address, ProbeOf.Ok, timeoutMs: 60_000);
        target = target with { Settings = target.Settings with { Timeouts = new PhaseTimeouts(null, null, TimeSpan.FromMilliseconds(600)) } };
        var result = await ProbeOf.RunAsync(target);
        Assert.True(result.Succeeded, result.Reason);
    }
}
