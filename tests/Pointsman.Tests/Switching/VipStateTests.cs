using System.Net;
using Pointsman.Model;
using Pointsman.Switching;
using Pointsman.Switching.HopTokens;

namespace Pointsman.Tests.Switching;

/// <summary>Full, down, and room again, as a VIP reports it [P5.3].</summary>
public sealed class VipStateTests
{
    private static readonly Endpoint s_server = new(IPAddress.Loopback, 8080);

    [Fact]
    [Trait("mission", "P6.5")]
    public void A_VIP_is_full_with_its_last_place_and_has_room_again_with_a_sixteenth_of_them()
    {
        var vip = Start(maxConnections: 32, serverMax: null);
        for (var i = 0; i < 32; i++)
        {
            Assert.Equal(VipCondition.Up, vip.Condition);
            Assert.True(Take(vip));
        }

        Assert.Equal(VipCondition.Full, vip.Condition);
        Assert.False(Take(vip));
        Release(vip);
        Assert.Equal(VipCondition.Full, vip.Condition);
        Release(vip);
        Assert.Equal(VipCondition.Up, vip.Condition);
    }

    [Fact]
    [Trait("mission", "P6.5")]
    public void All_its_servers_full_is_full_too_and_a_reload_or_another_server_makes_room()
    {
        var vip = Start(maxConnections: null, serverMax: 1);
        Assert.NotNull(vip.Group.Take(default, default, 0));
        vip.Settle();
        Assert.Equal(VipCondition.Full, vip.Condition);
        vip.Reconfigure(Settings(null, 5), 0);
        Assert.Equal(VipCondition.Up, vip.Condition);
    }

    [Fact]
    public void Without_a_server_it_is_down_whatever_its_count()
    {
        var vip = Start(maxConnections: 1, serverMax: null);
        Assert.True(Take(vip));
        vip.SetServerUp(s_server, false);
        Assert.Equal(VipCondition.Down, vip.Condition);
        Assert.Equal((1, 0, 1), (vip.Report().ConnectionsActive, vip.Report().ServersUp, vip.Report().ServersTotal));
        vip.SetServerUp(s_server, true);
        Assert.Equal(VipCondition.Full, vip.Condition);
    }

    [Fact]
    [Trait("mission", "P6.5")]
    public void However_many_threads_come_and_go_it_is_not_full_when_all_have_gone()
    {
        var vip = Start(maxConnections: 3, serverMax: null);
        Parallel.For(0, 50_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
        {
            if (Take(vip)) Release(vip);
        });
        Assert.Equal((0, VipCondition.Up), (vip.Connections.Active, vip.Condition));
    }

    private static bool Take(VipState vip)
    {
        if (!vip.Connections.TryTake()) return false;
        vip.Settle();
        return true;
    }

    private static void Release(VipState vip)
    {
        vip.Connections.Release();
        vip.Settle();
    }

    private static VipState Start(int? maxConnections, int? serverMax)
    {
        var settings = Settings(maxConnections, serverMax);
        var vip = new VipState(settings.Vip.Key, 1, new ConditionReporter(_ => { }, (_, _) => { }, TimeProvider.System));
        vip.Reconfigure(settings, 0);
        vip.SetServerUp(s_server, true);
        return vip;
    }

    private static VipSettings Settings(int? maxConnections, int? serverMax)
    {
        var vip = new Vip
        {
            Service = new ServiceId(1),
            Site = new SiteId(1),
            Address = new Endpoint(IPAddress.Loopback, 80),
            MaxConnections = maxConnections,
            Servers = [new RealServer(s_server, serverMax)],
        };
        return new VipSettings(new Service { Id = vip.Service, Name = "www.example.test", Vips = [vip] }, vip, vip.Site, HopKeys.Ephemeral());
    }
}
