using System.Net;
using System.Net.Sockets;
using Pointsman.Model;
using Pointsman.Switching;

namespace Pointsman.EndToEnd.Switching;

/// <summary>Start, reload and stop [S24].</summary>
public sealed class ReloadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("mission", "P6.3")]
    public async Task A_reload_keeps_sessions_counts_and_states_of_what_stays()
    {
        await using var a = TalkingServer.Echo("a");
        await using var b = TalkingServer.Echo("b");
        await using var rig = SwitchRig.Start([a.Server]);
        using var client = await rig.ConnectAsync();
        Assert.Equal("a", await ForwardingTests.ReadAsync(client, 1));

        rig.ReloadVip(vip => vip with { MaxConnections = 2, Servers = [a.Server with { MaxConnections = 1 }, b.Server] });
        Assert.Equal((1, 2, 1, 2), (rig.Report.ConnectionsActive, rig.Report.ConnectionsMax, rig.Report.ServersUp, rig.Report.ServersTotal));
        rig.SetUp(b.Server, true);
        using var second = await rig.ConnectAsync();
        Assert.Equal("b", await ForwardingTests.ReadAsync(second, 1));

        rig.ReloadVip(vip => vip with { Servers = [b.Server] });
        await client.SendAsync("x"u8.ToArray(), Stop);
        Assert.Equal("x", await ForwardingTests.ReadAsync(client, 1));
        Assert.Equal(2, rig.Counters.Forwarded);
    }

    [Fact]
    public async Task A_VIP_that_goes_is_no_longer_listened_on_and_its_sessions_run_to_their_end()
    {
        await using var server = TalkingServer.Echo("a");
        await using var rig = SwitchRig.Start([server.Server]);
        var address = rig.Address;
        using var client = await rig.ConnectAsync();
        Assert.Equal("a", await ForwardingTests.ReadAsync(client, 1));
        rig.Switch.Apply(new Cluster { Name = "test", Sites = [], Services = [] }, rig.Site, SwitchRig.Keys);
        Assert.Empty(rig.Switch.Reports());
        await SwitchRig.Until(() => !CanConnect(address), "the listener is closed");
        await client.SendAsync("x"u8.ToArray(), Stop);
        Assert.Equal("x", await ForwardingTests.ReadAsync(client, 1));
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_its_service_and_nothing_is_half_applied()
    {
        await using var server = TalkingServer.Echo("a");
        await using var rig = SwitchRig.Start([server.Server]);
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(Loopback.NextEndPoint());
        taken.Listen();
        var busy = Endpoint.From((IPEndPoint)taken.LocalEndPoint!);
        var absent = new Endpoint(IPAddress.Parse("192.0.2.1"), 80);
        var error = Assert.Throws<VipBindException>(() => rig.Reload(service => service with
        {
            Vips = [rig.Vip with { MaxConnections = 7 }, rig.Vip with { Address = busy }, rig.Vip with { Address = absent }],
        }));
        Assert.Equal($"www.example.test: VIP {busy}: the port is in use by another program\nwww.example.test: VIP 192.0.2.1:80: the address is not one of this machine", error.Message);
        Assert.Null(rig.Switch.Reports().Single().ConnectionsMax);
        using var client = await new SwitchClient(rig.Switch.ListeningOn(rig.Switch.Reports().Single().Vip)!.Value).ConnectAsync();
        Assert.Equal("a", await ForwardingTests.ReadAsync(client, 1));
    }

    [Fact]
    public async Task Stopping_gives_sessions_their_grace_and_then_cuts_them()
    {
        await using var server = TalkingServer.Echo("a");
        var rig = SwitchRig.Start([server.Server]);
        var address = rig.Address;
        using var polite = await rig.ConnectAsync();
        using var stubborn = await rig.ConnectAsync();
        Assert.Equal("aa", await ForwardingTests.ReadAsync(polite, 1) + await ForwardingTests.ReadAsync(stubborn, 1));
        var stopping = rig.Switch.StopAsync(TimeSpan.FromSeconds(1));
        await SwitchRig.Until(() => !CanConnect(address), "the listener is closed");
        await polite.SendAsync("x"u8.ToArray(), Stop);
        Assert.Equal("x", await ForwardingTests.ReadAsync(polite, 1));
        polite.Shutdown(SocketShutdown.Send);
        Assert.Empty(await ForwardingTests.ReadToEndAsync(polite));
        await SwitchRig.AssertResetAsync(stubborn);
        await stopping;
        Assert.Equal(1, rig.Counters.SessionsCut);
        await rig.DisposeAsync();
        rig.SetUp(server.Server, false);
    }

    [Fact]
    public async Task Only_this_sites_VIPs_with_servers_are_listened_on()
    {
        await using var server = TalkingServer.Echo("a");
        await using var rig = SwitchRig.Start([server.Server]);
        rig.Reload(service => service with
        {
            Vips = [rig.Vip, rig.Vip with { Address = new Endpoint(Loopback.NextAddress(), 8000), Servers = [] }, rig.Vip with { Site = new SiteId(2), Address = new Endpoint(IPAddress.Parse("192.0.2.1"), 80) }],
        });
        Assert.Single(rig.Switch.Reports());
    }

    private static bool CanConnect(IPEndPoint address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(address);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private readonly record struct SwitchClient(Endpoint Address)
    {
        public async Task<Socket> ConnectAsync()
        {
            var socket = new Socket(Address.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(Address.ToIPEndPoint(), Stop);
            return socket;
        }
    }
}
