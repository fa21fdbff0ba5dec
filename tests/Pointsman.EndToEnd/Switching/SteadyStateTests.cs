using System.Net.Sockets;
using Pointsman.Switching;

namespace Pointsman.EndToEnd.Switching;

/// <summary>The forwarding threads measure themselves: once the buffers are made, forwarding allocates nothing.</summary>
public sealed class SteadyStateTests
{
    [Fact]
    [Trait("mission", "P6.1")]
    public async Task One_gigabyte_is_forwarded_without_allocating_a_byte()
    {
        const long total = 1L << 30;
        await using var server = new TalkingServer((socket, _) => Task.Run(() => Sink(socket), CancellationToken.None));
        await using var rig = SwitchRig.Start([server.Server], options: new VipSwitchOptions { Workers = 1 });
        using var client = await rig.ConnectAsync();
        await Task.Run(() => Send(client, 64L << 20), TestContext.Current.CancellationToken);
        await SwitchRig.Until(() => rig.Counters.BytesIn == 64L << 20, "warm");
        var before = rig.Switch.AllocatedBytes;
        await Task.Run(() => Send(client, total), TestContext.Current.CancellationToken);
        await SwitchRig.Until(() => rig.Counters.BytesIn == total + (64L << 20), "all arrived");
        Assert.Equal(before, rig.Switch.AllocatedBytes);
    }

    [Fact]
    [Trait("mission", "P6.1")]
    public async Task Connections_that_come_and_go_allocate_nothing_either()
    {
        await using var server = TalkingServer.Echo("");
        await using var rig = SwitchRig.Start([server.Server], vip => vip with { Persistence = new Pointsman.Model.Persistence(TimeSpan.FromMinutes(1)), MaxConnections = 100 },
            options: new VipSwitchOptions { Workers = 1 });
        await ComeAndGoAsync(rig, 200);
        var before = rig.Switch.AllocatedBytes;
        await ComeAndGoAsync(rig, 1000);
        Assert.Equal(before, rig.Switch.AllocatedBytes);
        Assert.Equal(1200, rig.Counters.Forwarded);
    }

    private static async Task ComeAndGoAsync(SwitchRig rig, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var client = await rig.ConnectAsync();
            await client.SendAsync("x"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal("x", await ForwardingTests.ReadAsync(client, 1));
        }

        await SwitchRig.Until(() => rig.Switch.Sessions == 0, "all sessions have ended");
    }

    private static void Send(Socket socket, long total)
    {
        var chunk = new byte[1 << 20];
        for (var sent = 0L; sent < total;) sent += socket.Send(chunk);
    }

    private static void Sink(Socket socket)
    {
        var buffer = new byte[1 << 20];
        while (socket.Receive(buffer) > 0)
        {
            // Thrown away: the switch counts.
        }
    }
}
