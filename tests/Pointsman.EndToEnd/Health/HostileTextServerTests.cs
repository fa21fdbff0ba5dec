using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>Probes of text protocols against servers that do not behave: always a reason, never much later than the timeout, never much memory.</summary>
public sealed class HostileTextServerTests
{
    private const int TimeoutMs = 1500;
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task One_byte_at_a_time_ends_at_the_timeout()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            while (true)
            {
                await connection.SendAsync("2");
                await connection.WaitAsync(50);
            }
        });
        await ExpectAsync(server.Address, new FtpCheck(), "timeout after 1500.0 ms while waiting for the greeting");
    }

    [Theory]
    [InlineData("x", "the greeting has a line of more than ")]
    [InlineData("220-more\r\n", "the greeting has more than 256 lines")]
    [InlineData("220 \0\r\n", "the greeting has a NUL or a lone CR in it: '220 ?'")]
    [InlineData("220 hi\r\n", "timeout|bytes came unasked before the reply to USER")]
    public async Task A_gigabyte_of_anything_ends_soon(string piece, string failure)
    {
        var block = string.Concat(Enumerable.Repeat(piece, 65536 / piece.Length));
        await using var server = new ScriptedServer(async connection =>
        {
            for (var sent = 0L; sent < 1_000_000_000; sent += block.Length) await connection.SendAsync(block);
        });
        var before = GC.GetTotalAllocatedBytes();
        await ExpectAsync(server.Address, new FtpCheck(), failure.Split('|')[^1], contains: true);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 64_000_000, $"{GC.GetTotalAllocatedBytes() - before} bytes allocated, by the server's blocks among others");
    }

    [Fact]
    [Trait("rfc", "3207 §4.2")]
    public async Task Plain_text_behind_the_consent_to_TLS_is_a_failure()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.SendAsync("220 hi\r\n");
            await SayAsync(connection, "250-hi\r\n250 STARTTLS\r\n");
            await SayAsync(connection, "220 go on\r\n250 AUTH PLAIN\r\n");
        });
        await ExpectAsync(server.Address, new SmtpCheck { Tls = new TlsSettings() }, "16 bytes in plain text behind the consent to TLS");
    }

    [Fact]
    [Trait("rfc", "959 §4.1.2")]
    public async Task A_reply_to_PASV_sends_no_probe_to_another_address()
    {
        using var data = Listen(Loopback.NextAddress(), 0);
        var port = ((IPEndPoint)data.LocalEndPoint!).Port;
        using var elsewhere = Listen(Loopback.NextAddress(), port);
        var lure = string.Join(',', ((IPEndPoint)elsewhere.LocalEndPoint!).Address.GetAddressBytes());
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.SendAsync("220 hi\r\n");
            foreach (var reply in new[] { "230 in\r\n", "200 ok\r\n", "502 no\r\n", $"227 ({lure},{port / 256},{port % 256})\r\n", "150 here\r\n" }) await SayAsync(connection, reply);
            using var opened = await data.AcceptAsync(connection.Stop);
            await opened.SendAsync(Encoding.ASCII.GetBytes("hello"));
            opened.Close();
            await connection.SendAsync("226 done\r\n");
            await connection.HangAsync();
        }, ((IPEndPoint)data.LocalEndPoint!).Address);
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new FtpCheck { File = "f", Fetch = true }, TimeoutMs));
        // After the goodbye it still waits, which is all that this server does.
        Assert.StartsWith("timeout after 1500.0 ms while waiting for the reply to QUIT", result.Reason, StringComparison.Ordinal);
        Assert.False(elsewhere.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task Data_without_end_is_read_no_further_than_a_probe_reads()
    {
        using var data = Listen(Loopback.NextAddress(), 0);
        var port = ((IPEndPoint)data.LocalEndPoint!).Port;
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.SendAsync("220 hi\r\n");
            foreach (var reply in new[] { "230 in\r\n", "200 ok\r\n", $"229 (|||{port}|)\r\n", "150 here\r\n" }) await SayAsync(connection, reply);
            using var opened = await data.AcceptAsync(connection.Stop);
            var block = new byte[65536];
            try
            {
                for (var sent = 0L; sent < 1_000_000_000; sent += block.Length) await opened.SendAsync(block, SocketFlags.None, connection.Stop);
            }
            catch (SocketException)
            {
                await connection.SendAsync("426 you hung up\r\n");
            }

            await SayAsync(connection, "221 bye\r\n");
        }, ((IPEndPoint)data.LocalEndPoint!).Address);
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new FtpCheck { File = "f", Fetch = true }, 10_000));
        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal("226 f, first 1 MiB", result.Reason);
        Assert.InRange(result.BodyBytes, 1024 * 1024, (1024 * 1024) + 65536);
    }

    private static async Task ExpectAsync(IPEndPoint at, ProbeCheck check, string reason, bool contains = false)
    {
        var watch = Stopwatch.StartNew();
        var result = await ProbeOf.RunAsync(ProbeOf.Target(at, check, reason.StartsWith("timeout", StringComparison.Ordinal) ? TimeoutMs : 10 * TimeoutMs));
        Assert.False(result.Succeeded);
        if (contains) Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        else Assert.Equal(reason, result.Reason);
        Assert.True(watch.Elapsed < TimeSpan.FromMilliseconds(10 * TimeoutMs) + s_slack, $"took {watch.Elapsed}");
    }

    private static Socket Listen(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen();
        return socket;
    }

    private static async Task SayAsync(ScriptedServer.Connection connection, string reply)
    {
        var one = new byte[1];
        while (await connection.Socket.ReceiveAsync(one, connection.Stop) == 1 && one[0] != '\n') continue;
        await connection.SendAsync(reply);
    }
}
