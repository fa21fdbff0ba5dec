using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Pointsman.Model;
using Pointsman.Switching;

namespace Pointsman.EndToEnd.Switching;

/// <summary>The bytes and the ends of a session [P6.1, P6.3].</summary>
public sealed class ForwardingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("mission", "P6.1")]
    public async Task A_client_talks_with_a_server_whoever_speaks_first()
    {
        await using var server = TalkingServer.Echo("hello");
        await using var rig = SwitchRig.Start([server.Server]);
        using var client = await rig.ConnectAsync();
        Assert.Equal("hello", await ReadAsync(client, 5));
        await client.SendAsync("ping"u8.ToArray(), Stop);
        Assert.Equal("ping", await ReadAsync(client, 4));
    }

    [Fact]
    [Trait("mission", "P6.1")]
    public async Task Both_directions_at_once_arrive_whole_although_the_reader_is_slow()
    {
        // 24 MiB is far more than all socket buffers together, so the switch has to hold back.
        var bytes = RandomNumberGenerator.GetBytes(24 * 1024 * 1024);
        await using var server = TalkingServer.Echo("");
        await using var rig = SwitchRig.Start([server.Server]);
        using var client = await rig.ConnectAsync();
        var sending = Task.Run(async () =>
        {
            await TalkingServer.SendAllAsync(client, bytes, Stop);
            client.Shutdown(SocketShutdown.Send);
        }, Stop);
        await Task.Delay(300, Stop);
        var received = await ReadToEndAsync(client);
        await sending;
        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(received));
        Assert.Equal(bytes.Length, rig.Counters.BytesIn);
        Assert.Equal(bytes.Length, rig.Counters.BytesOut);
    }

    [Fact]
    [Trait("mission", "P6.3")]
    public async Task The_end_of_one_direction_is_passed_on_and_the_other_goes_on()
    {
        await using var server = new TalkingServer(async (socket, stop) =>
        {
            var question = await ReadToEndAsync(socket);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"got {question.Length}"), stop);
            socket.Shutdown(SocketShutdown.Send);
        });
        await using var rig = SwitchRig.Start([server.Server]);
        using var client = await rig.ConnectAsync();
        await client.SendAsync(new byte[1000], Stop);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("got 1000", Encoding.ASCII.GetString(await ReadToEndAsync(client)));
        await SwitchRig.Until(() => rig.Switch.Sessions == 0, "the session has ended");
        Assert.Equal(0, rig.Counters.SessionsCut);
    }

    [Fact]
    [Trait("mission", "P6.3")]
    public async Task A_reset_by_either_side_ends_the_session_and_resets_the_other()
    {
        await using var resets = new TalkingServer((socket, _) =>
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
            return Task.CompletedTask;
        });
        await using var rig = SwitchRig.Start([resets.Server]);
        using (var client = await rig.ConnectAsync())
            await SwitchRig.AssertResetAsync(client);

        var serverSaw = new TaskCompletionSource<SocketError>();
        await using var listens = new TalkingServer(async (socket, stop) =>
        {
            var error = await Assert.ThrowsAsync<SocketException>(async () => await socket.ReceiveAsync(new byte[1], stop));
            serverSaw.SetResult(error.SocketErrorCode);
        });
        rig.ReloadVip(vip => vip with { Servers = [listens.Server] });
        rig.SetUp(listens.Server, true);
        var aborting = await rig.ConnectAsync();
        await SwitchRig.Until(() => listens.Accepted == 1, "the server has the session");
        aborting.LingerState = new LingerOption(true, 0);
        aborting.Close();
        Assert.Equal(SocketError.ConnectionReset, await serverSaw.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop));
        await SwitchRig.Until(() => rig.Switch.Sessions == 0, "the session has ended");
    }

    [Fact]
    [Trait("mission", "P6.3")]
    public async Task The_last_word_of_a_server_that_takes_no_more_still_arrives()
    {
        await using var server = new TalkingServer(async (socket, stop) =>
        {
            await socket.ReceiveAsync(new byte[100], stop);
            await socket.SendAsync("too much"u8.ToArray(), stop);
            socket.Shutdown(SocketShutdown.Both);
            await Task.Delay(200, stop);
        });
        await using var rig = SwitchRig.Start([server.Server]);
        using var client = await rig.ConnectAsync();
        await client.SendAsync(new byte[100], Stop);
        Assert.Equal("too much", await ReadAsync(client, 8));
    }

    [Fact]
    [Trait("mission", "P6.3")]
    public async Task When_a_server_is_declared_down_its_sessions_are_cut_and_no_others()
    {
        await using var dying = TalkingServer.Echo("a");
        await using var healthy = TalkingServer.Echo("b");
        await using var rig = SwitchRig.Start([dying.Server, healthy.Server]);
        var clients = new Dictionary<string, Socket>();
        for (var i = 0; i < 2; i++)
        {
            var client = await rig.ConnectAsync();
            clients[await ReadAsync(client, 1)] = client;
        }

        rig.SetUp(dying.Server, false);
        await SwitchRig.AssertResetAsync(clients["a"]);
        await clients["b"].SendAsync("x"u8.ToArray(), Stop);
        Assert.Equal("x", await ReadAsync(clients["b"], 1));
        Assert.Equal(1, rig.Report.ConnectionsActive);
        foreach (var client in clients.Values) client.Dispose();
    }

    [Fact]
    public async Task A_client_of_IPv6_is_served()
    {
        await using var server = TalkingServer.Echo("six");
        await using var rig = SwitchRig.Start([server.Server], vip => vip with { Address = new Endpoint(System.Net.IPAddress.IPv6Loopback, Loopback.FreePort(System.Net.IPAddress.IPv6Loopback)) });
        using var client = await rig.ConnectAsync();
        Assert.Equal("six", await ReadAsync(client, 3));
    }

    [Fact]
    public async Task An_idle_session_is_closed_only_when_its_long_patience_ends()
    {
        await using var server = TalkingServer.Echo("x");
        await using var rig = SwitchRig.Start([server.Server], options: new VipSwitchOptions { Workers = 1, SessionIdleTimeout = TimeSpan.FromSeconds(1) });
        using var client = await rig.ConnectAsync();
        await ReadAsync(client, 1);
        await SwitchRig.AssertResetAsync(client);
        Assert.Equal(1, rig.Counters.SessionsCut);
    }

    internal static async Task<string> ReadAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        var at = 0;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (at < count)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(at), limit.Token);
            if (read == 0) break;
            at += read;
        }

        return Encoding.ASCII.GetString(bytes, 0, at);
    }

    internal static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[65536];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        int read;
        while ((read = await socket.ReceiveAsync(buffer, limit.Token)) > 0) all.Write(buffer, 0, read);
        return all.ToArray();
    }
}
