using System.Net;
using Pointsman.Dns.Limiting;
using Pointsman.Dns.Transport;
using Pointsman.Model;
using Pointsman.Node.Configuration;
using Pointsman.Node.Wiring;

namespace Pointsman.Tests.Node.Wiring;

public sealed class DnsServingTests
{
    private static readonly NodeIdentity s_node = new(
        new Site { Id = new SiteId(2), Name = "paris" },
        new NodeSettings { Name = "pa-1", Dns = [new Endpoint(IPAddress.Loopback, 53)] });

    [Theory]
    [InlineData("{node}", "pa-1")]
    [InlineData("{node}.{site}.example.com", "pa-1.paris.example.com")]
    [InlineData("ns1", "ns1")]
    [InlineData("hide", null)]
    public void Identity_is_the_nodes_own(string written, string? told)
        => Assert.Equal(told, DnsServing.Answers(new DnsSettings { Identity = written }, s_node).Identity);

    [Fact]
    public void Settings_left_out_are_the_servers_own()
    {
        var standard = new DnsServerOptions { Listen = [new IPEndPoint(IPAddress.Loopback, 53)] };
        var made = DnsServing.Options(new DnsSettings(), s_node, _ => { });
        Assert.Equal(standard.UdpThreads, made.UdpThreads);
        Assert.Equal((standard.TcpConnectionsMax, standard.TcpConnectionsPerClient), (made.TcpConnectionsMax, made.TcpConnectionsPerClient));
        Assert.Equal((standard.TcpIdleTimeout, standard.TcpSlowTimeout), (made.TcpIdleTimeout, made.TcpSlowTimeout));
    }

    [Fact]
    public void Threads_and_limits_of_TCP_need_a_restart_and_nothing_else_does()
    {
        var now = new DnsSettings();
        Assert.Equal("dns.threads", DnsServing.NeedsRestart(now, now with { Threads = 3 }));
        Assert.Equal("dns.tcp", DnsServing.NeedsRestart(now, now with { Tcp = now.Tcp with { PerClient = 1 } }));
        Assert.Null(DnsServing.NeedsRestart(now, now with { UdpPayloadBytes = 512, Identity = "other", RateLimit = new RateLimits { ResponsesPerSecond = 1 }, TruncateUnproven = true }));
    }
}
