using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Pointsman.Health;

namespace Pointsman.EndToEnd.Health;

/// <summary>Probes against servers that do not behave: always a reason, never much later than the timeout, never much memory.</summary>
public sealed class HostileServerTests
{
    private const int TimeoutMs = 400;

    // How much later than its timeout a probe may end on a busy machine.
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(4);

    public static TheoryData<string, string> BadReplies => new()
    {
        { "SSH-2.0-OpenSSH_9.2\r\n", "not an HTTP/1 reply: 'SSH-2.0-OpenSSH_9.2'" },
        { "\0\u0001\u0002\u001b[31m", "not an HTTP/1 reply: '???" },
        { "", "closed without a reply" },
        { "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", "status 500 Internal Server Error, expected 200" },
        { "HTTP/1.1 301 Moved\r\nLocation: /health\r\nContent-Length: 0\r\n\r\n", "status 301 Moved, expected 200" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlost", "'ok' is not in 4 bytes of its body" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nok", "closed after 2 bytes of the body" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "a bad chunk size: 'xyz'" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "a bad chunk size" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\nok", "closed after 2 bytes of the body" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat("1;" + new string('x', 900) + "\r\no\r\n", 100)), "more than 64 KiB of head" },
        { string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000)), "more than 8 interim replies" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "a bad header line" },
    };

    [Theory]
    [MemberData(nameof(BadReplies))]
    [Trait("mission", "P4.2")]
    public async Task A_bad_reply_fails_with_its_reason(string reply, string reason)
    {
        await using var server = ScriptedServer.Replying(reply);
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok));
        Assert.Equal(ProbeVerdict.Failed, result.Verdict);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Reason, char.IsControl);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("mission", "P4.2")]
    public async Task Nobody_there_is_refused(bool http)
    {
        var nobody = Loopback.NextEndPoint();
        var result = await ProbeOf.RunAsync(ProbeOf.Target(nobody, http ? ProbeOf.Ok : null));
        Assert.Equal((ProbeVerdict.Failed, "connection refused"), (result.Verdict, result.Reason));
    }

    [Fact]
    public async Task A_server_that_hangs_runs_into_the_timeout()
    {
        await using var server = new ScriptedServer(connection => connection.HangAsync());
        await TimesOutAsync(server.Address, "while waiting for the reply");
    }

    [Fact]
    public async Task A_server_that_sends_a_byte_now_and_then_runs_into_the_timeout_all_the_same()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            foreach (var character in "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" + new string('x', 200))
            {
                await connection.SendAsync(character.ToString());
                await connection.WaitAsync(25);
            }
        });
        await TimesOutAsync(server.Address, "while waiting for the reply");
    }

    [Fact]
    public async Task A_server_that_accepts_nothing_runs_into_the_timeout()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(Loopback.NextAddress(), 0));
        listener.Listen(0);
        // Its queue holds a connection or two; the next one's SYN is dropped.
        var filling = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var socket in filling) _ = socket.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None).AsTask().ContinueWith(static done => done.Exception, TaskScheduler.Default);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        await TimesOutAsync((IPEndPoint)listener.LocalEndPoint!, "while connecting");
        foreach (var socket in filling) socket.Dispose();
    }

    [Fact]
    public async Task All_iterations_share_one_timeout_and_the_reason_says_which_one_ran_out()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await (connection.Number < 3 ? connection.WaitAsync(20) : connection.HangAsync());
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await TimesOutAsync(server.Address, "(iteration 3 of 4)", iterations: 4);
    }

    [Fact]
    [Trait("mission", "P4.1")]
    public async Task One_failed_iteration_fails_the_probe()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync($"HTTP/1.1 {(connection.Number == 2 ? "503 Busy" : "200 OK")}\r\nContent-Length: 2\r\n\r\nok");
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok, iterations: 3));
        Assert.Equal((ProbeVerdict.Failed, "status 503 Busy, expected 200 (iteration 2 of 3)"), (result.Verdict, result.Reason));
        Assert.Equal(2, server.Accepted);
    }

    [Fact]
    public async Task A_server_that_closes_its_half_and_reads_on_is_done_and_waited_for_no_longer()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\n");
            connection.Socket.Shutdown(SocketShutdown.Send);
            await connection.HangAsync();
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok, timeoutMs: 60_000)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((ProbeVerdict.Failed, "closed in the middle of the head"), (result.Verdict, result.Reason));
    }

    [Fact]
    public async Task A_server_that_resets_says_so()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\n");
            await connection.WaitAsync(50);
            connection.Reset();
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok));
        Assert.Equal((ProbeVerdict.Failed, "reset by the server"), (result.Verdict, result.Reason));
    }

    [Fact]
    public async Task Of_a_body_without_end_a_mebibyte_is_read_and_the_rest_left()
    {
        long sent = 0;
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nok");
            var block = new byte[65536];
            while (true) Interlocked.Add(ref sent, await connection.Socket.SendAsync(block, connection.Stop));
        });
        var before = GC.GetTotalAllocatedBytes();
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok));
        var allocated = GC.GetTotalAllocatedBytes() - before;
        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal("200 OK, first 1 MiB", result.Reason);
        Assert.Equal(1024 * 1024, result.BodyBytes);
        // What the two sockets' buffers took, and no more.
        Assert.InRange(Interlocked.Read(ref sent), 1024 * 1024, 64 * 1024 * 1024);
        // Other tests of this process allocate too; a body kept whole would be a gigabyte.
        Assert.InRange(allocated, 0, 256 * 1024 * 1024);
    }

    [Fact]
    public async Task A_head_without_end_is_given_up()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\n");
            var line = "X-Filler: " + new string('x', 8000) + "\r\n";
            while (true) await connection.SendAsync(line);
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok));
        Assert.Equal((ProbeVerdict.Failed, "more than 64 KiB of head"), (result.Verdict, result.Reason));
    }

    private static async Task TimesOutAsync(IPEndPoint server, string reason, int iterations = 1)
    {
        var watch = Stopwatch.StartNew();
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server, ProbeOf.Ok, TimeoutMs, iterations)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(TimeoutMs - 20), TimeSpan.FromMilliseconds(TimeoutMs) + s_slack);
        Assert.Equal(ProbeVerdict.Failed, result.Verdict);
        Assert.StartsWith($"timeout after {TimeoutMs}.0 ms ", result.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
    }
}
