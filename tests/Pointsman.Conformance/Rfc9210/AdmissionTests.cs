using System.Net;
using System.Net.Sockets;
using Pointsman.Dns;
using Pointsman.Dns.Transport;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc9210;

public sealed class AdmissionTests
{
    private static readonly DnsContents s_contents = new(new ZoneSet([Responder.Zone("example.com",
        Responder.ExampleZone + string.Concat(Enumerable.Range(0, 200).Select(i => $"\nlarge TXT {new string('x', 200)}{i}")))]));

    [Fact, Trait("rfc", "9210 §3")]
    public async Task A_truncated_answer_is_whole_over_TCP()
    {
        await using var server = DnsServer.Start(new DnsServerOptions { Listen = [new IPEndPoint(IPAddress.Loopback, 0)], UdpThreads = 1 }, s_contents);
        var query = new QueryBytes("large.example.com", RrType.TXT) { Payload = 4096 };
        var udp = Loopback.AskUdp(server.EndPoints[0], query);
        Assert.Equal((true, 0), (udp.IsTruncated, udp.Answers.Count));
        using var connection = Loopback.Tcp(server.EndPoints[0]);
        connection.Send(Loopback.Framed(query));
        var tcp = Loopback.Receive(connection);
        Assert.Equal((false, 200), (tcp.IsTruncated, tcp.Answers.Count));
    }

    [Fact, Trait("rfc", "9210 §4.2")]
    public async Task One_address_has_no_more_than_its_connections_and_another_still_gets_its_own()
    {
        var options = new DnsServerOptions { Listen = [new IPEndPoint(IPAddress.Loopback, 0)], UdpThreads = 1, TcpConnectionsPerClient = 2 };
        await using var server = DnsServer.Start(options, s_contents);
        var crowd = Enumerable.Range(0, 6).Select(_ => Loopback.Tcp(server.EndPoints[0])).ToList();
        // Nothing is asked, so nothing but the close makes them readable.
        Assert.True(SpinWait.SpinUntil(() => crowd.Count(connection => connection.Poll(0, SelectMode.SelectRead)) == 4, TimeSpan.FromSeconds(20)));
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        other.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        other.Connect(server.EndPoints[0]);
        other.Send(Loopback.Framed(new QueryBytes("www.example.com", RrType.A)));
        Assert.Single(Loopback.Receive(other).Answers);
        crowd.ForEach(connection => connection.Dispose());
    }
}
