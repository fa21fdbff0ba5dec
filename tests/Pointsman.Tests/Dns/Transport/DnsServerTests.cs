using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Limiting;
using Pointsman.Dns.Transport;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Tests.Dns.Transport;

/// <summary>The sockets, over loopback.</summary>
public sealed class DnsServerTests
{
    private static readonly DnsContents s_contents = new(new ZoneSet([Responder.Zone("example.com", Responder.ExampleZone)]));

    [Theory]
    [InlineData(10_000, 524_288L, 16, 10_000, "as configured")]
    [InlineData(10_000, 20_000L, 16, 1250, "a share of the descriptors")]
    [InlineData(10_000, 20_000L, 2, 10_000, "a large share")]
    [InlineData(10_000, 100L, 16, 16, "always a few")]
    [InlineData(10_000, null, 16, 10_000, "the limit is not known")]
    [InlineData(5, 1024L, 16, 5, "fewer are configured")]
    public void TCP_takes_no_more_than_its_share_of_the_descriptors(int configured, long? descriptors, int share, int most, string _) =>
        Assert.Equal(most, TcpService.MostOf(configured, descriptors, share));

    private static DnsServer Start(IPAddress address, bool portable = false, Func<DnsServerOptions, DnsServerOptions>? change = null)
    {
        var options = new DnsServerOptions { Listen = [new IPEndPoint(address, 0)], UdpThreads = 2, Portable = portable };
        return DnsServer.Start(change?.Invoke(options) ?? options, s_contents);
    }

    [Theory]
    [InlineData("127.0.0.1", false, "IPv4")]
    [InlineData("::1", false, "IPv6")]
    [InlineData("127.0.0.1", true, "IPv4 by the portable path")]
    [InlineData("::1", true, "IPv6 by the portable path")]
    [Trait("mission", "P1.1")]
    public async Task Queries_over_UDP_and_TCP_are_answered_and_counted(string address, bool portable, string _)
    {
        await using var server = Start(IPAddress.Parse(address), portable);
        for (ushort id = 0; id < 200; id++)
        {
            var answer = Loopback.AskUdp(server.EndPoints[0], new QueryBytes("www.example.com", RrType.A) { Id = id });
            Assert.Equal((id, "192.0.2.80"), (answer.Id, answer.Answers[0].Rdata));
        }
        using var connection = Loopback.Tcp(server.EndPoints[0]);
        connection.Send(Loopback.Framed(new QueryBytes("mail.example.com", RrType.AAAA)));
        Assert.Equal("2001:db8::2", Loopback.Receive(connection).Answers[0].Rdata);
        var counters = server.Counters();
        Assert.Equal((200, 1, 201, 1), (counters.UdpQueries, counters.TcpQueries, counters[QueryOutcome.Answered], counters.Tcp.Accepted));
        Assert.Equal(201, counters.Outcomes.Sum());
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1", "127.7.7.7")]
    [InlineData("::", "::1", "::1")]
    public async Task A_reply_leaves_from_the_address_asked(string bound, string first, string second)
    {
        await using var server = Start(IPAddress.Parse(bound));
        foreach (var asked in (string[])[first, second])
            Assert.Single(Loopback.AskUdp(new IPEndPoint(IPAddress.Parse(asked), server.EndPoints[0].Port), new QueryBytes("www.example.com", RrType.A)).Answers);
    }

    [Fact]
    public async Task A_burst_is_answered_whole()
    {
        await using var server = Start(IPAddress.Loopback);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000, ReceiveBufferSize = 1 << 20 };
        socket.Connect(server.EndPoints[0]);
        var waiting = new HashSet<ushort>();
        for (ushort id = 0; id < 300; id++)
        {
            socket.Send(new QueryBytes("www.example.com", RrType.A) { Id = id }.Build());
            waiting.Add(id);
        }
        var buffer = new byte[4096];
        while (waiting.Count > 0) Assert.True(waiting.Remove(new ParsedAnswer(buffer[..socket.Receive(buffer)]).Id));
    }

    [Fact, Trait("mission", "P1.1")]
    public async Task Pipelined_queries_are_all_answered_even_when_they_come_octet_by_octet()
    {
        await using var server = Start(IPAddress.Loopback);
        using var connection = Loopback.Tcp(server.EndPoints[0]);
        var all = Enumerable.Range(0, 100).SelectMany(id => Loopback.Framed(new QueryBytes("example.com", RrType.MX) { Id = (ushort)id })).ToArray();
        connection.Send(all);
        Assert.Equal(Enumerable.Range(0, 100).Select(id => (ushort)id), Enumerable.Range(0, 100).Select(_ => Loopback.Receive(connection).Id));
        foreach (var octet in Loopback.Framed(new QueryBytes("www.example.com", RrType.A) { Id = 777 })) connection.Send([octet]);
        Assert.Equal(777, Loopback.Receive(connection).Id);
    }

    [Fact]
    public async Task A_client_that_closes_its_side_after_asking_still_gets_the_answer()
    {
        await using var server = Start(IPAddress.Loopback);
        using var connection = Loopback.Tcp(server.EndPoints[0]);
        connection.Send(Loopback.Framed(new QueryBytes("www.example.com", RrType.A)));
        connection.Shutdown(SocketShutdown.Send);
        Assert.Single(Loopback.Receive(connection).Answers);
        Assert.Equal(0, connection.Receive(new byte[1]));
    }

    [Fact]
    public async Task Slow_and_idle_clients_are_closed_and_harm_nobody()
    {
        await using var server = Start(IPAddress.Loopback, change: o => o with { TcpSlowTimeout = TimeSpan.FromSeconds(1), TcpIdleTimeout = TimeSpan.FromSeconds(1) });
        var slow = Enumerable.Range(0, 200).Select(_ => Loopback.Tcp(server.EndPoints[0])).ToList();
        foreach (var client in slow) client.Send([0]);
        using (var quick = Loopback.Tcp(server.EndPoints[0]))
        {
            quick.Send(Loopback.Framed(new QueryBytes("www.example.com", RrType.A)));
            Assert.Single(Loopback.Receive(quick).Answers);
        }
        foreach (var client in slow)
        {
            Assert.True(Loopback.IsClosed(client));
            client.Dispose();
        }
        Assert.True(server.Counters().Tcp.TimedOut >= 200);
    }

    [Fact]
    public async Task Connections_past_the_limit_of_one_client_are_refused_and_counted()
    {
        await using var server = Start(IPAddress.Loopback, change: o => o with { TcpConnectionsPerClient = 3 });
        var clients = Enumerable.Range(0, 4).Select(_ => Loopback.Tcp(server.EndPoints[0])).ToList();
        Assert.True(Loopback.IsClosed(clients[3]));
        clients[0].Send(Loopback.Framed(new QueryBytes("www.example.com", RrType.A)));
        Assert.Single(Loopback.Receive(clients[0]).Answers);
        Assert.Equal(1, server.Counters().Tcp.Refused);
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    [Trait("rfc", "7766 §6.2.3")]
    public async Task A_newcomer_takes_the_place_of_who_has_asked_nothing_for_longest()
    {
        await using var server = Start(IPAddress.Loopback, change: o => o with { TcpConnectionsMax = 16 });
        var clients = Enumerable.Range(0, 16).Select(_ => Loopback.Tcp(server.EndPoints[0])).ToList();
        // All are accepted once each has asked; then all but the third ask again.
        foreach (var client in clients.Concat(clients.Where((_, i) => i != 2)))
        {
            client.Send(Loopback.Framed(new QueryBytes("www.example.com", RrType.A)));
            Assert.Single(Loopback.Receive(client).Answers);
        }
        using var newcomer = Loopback.Tcp(server.EndPoints[0]);
        newcomer.Send(Loopback.Framed(new QueryBytes("www.example.com", RrType.A)));
        Assert.Single(Loopback.Receive(newcomer).Answers);
        Assert.True(Loopback.IsClosed(clients[2]));
        clients.RemoveAt(2);
        foreach (var client in clients)
        {
            client.Send(Loopback.Framed(new QueryBytes("www.example.com", RrType.A)));
            Assert.Single(Loopback.Receive(client).Answers);
            client.Dispose();
        }
        Assert.Equal((17, 0, 1), (server.Counters().Tcp.Accepted, server.Counters().Tcp.Refused, server.Counters().Tcp.Displaced));
    }

    [Fact]
    public async Task A_query_as_long_as_TCP_carries_is_read_whole_and_answered()
    {
        await using var server = Start(IPAddress.Loopback);
        using var connection = Loopback.Tcp(server.EndPoints[0]);
        connection.Send(Loopback.Framed(new QueryBytes("www.example.com", RrType.A) { Payload = 1232, Options = [(12, new byte[65_000])] }));
        Assert.Single(Loopback.Receive(connection).Answers);
        connection.Send(Loopback.Framed(new QueryBytes("www.example.com", RrType.A)));
        Assert.Single(Loopback.Receive(connection).Answers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Queries_over_UDP_are_in_the_outcomes_and_in_the_histogram(bool portable)
    {
        await using var server = Start(IPAddress.Loopback, portable);
        for (var i = 0; i < 50; i++) Loopback.AskUdp(server.EndPoints[0], new QueryBytes("www.example.com", RrType.A));
        // Told after the answer is sent: the last one may still be on its way into the books.
        SpinWait.SpinUntil(() => server.Counters().UdpLatency.Count == 50, TimeSpan.FromSeconds(20));
        var counters = server.Counters();
        Assert.Equal((50, 50, 50, 0), (counters.UdpQueries, counters.Outcomes.Sum(), counters.UdpLatency.Count, counters.TcpLatency.Count));
        Assert.True(counters.UdpLatency.SumSeconds > 0);
        Assert.Equal(portable ? null : 0, counters.KernelDrops);
    }

    [Fact]
    public async Task Rate_limits_hold_over_UDP_and_are_told_to_the_log()
    {
        var told = new ConcurrentQueue<string>();
        await using var server = Start(IPAddress.Loopback, change: o => o with { UdpThreads = 1, Log = told.Enqueue });
        server.Publish(s_contents with { Settings = new AnswerSettings { RateLimits = new RateLimits { ResponsesPerSecond = 1, Slip = 1, LimitLoopback = true } } });
        var answers = Enumerable.Range(0, 10).Select(_ => Loopback.AskUdp(server.EndPoints[0], new QueryBytes("www.example.com", RrType.A))).ToList();
        // One at once, and what the time that it took has earned.
        Assert.InRange(answers.Count(a => !a.IsTruncated), 1, 9);
        Assert.Equal(answers.Count(a => a.IsTruncated), server.Counters()[QueryOutcome.RateSlipped]);
        Assert.True(SpinWait.SpinUntil(() => told.Any(line => line.Contains("127.0.0.0/24 are limited", StringComparison.Ordinal)), TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task What_is_no_DNS_closes_the_connection()
    {
        await using var server = Start(IPAddress.Loopback);
        using var connection = Loopback.Tcp(server.EndPoints[0]);
        connection.Send("\0\u0004GET "u8);
        Assert.True(Loopback.IsClosed(connection));
        SpinWait.SpinUntil(() => server.Counters().Tcp.Malformed == 1, TimeSpan.FromSeconds(20));
        Assert.Equal(1, server.Counters().Tcp.Malformed);
    }

    [Fact]
    public async Task New_contents_are_answered_by_the_same_sockets()
    {
        await using var server = Start(IPAddress.Loopback);
        using var connection = Loopback.Tcp(server.EndPoints[0]);
        connection.Send(Loopback.Framed(new QueryBytes("www.example.com", RrType.A)));
        Assert.Equal("192.0.2.80", Loopback.Receive(connection).Answers[0].Rdata);
        server.Publish(new DnsContents(new ZoneSet([Responder.Zone("example.com", Responder.ExampleZone.Replace("192.0.2.80", "192.0.2.81", StringComparison.Ordinal))])));
        connection.Send(Loopback.Framed(new QueryBytes("www.example.com", RrType.A)));
        Assert.Equal("192.0.2.81", Loopback.Receive(connection).Answers[0].Rdata);
        Assert.Equal("192.0.2.81", Loopback.AskUdp(server.EndPoints[0], new QueryBytes("www.example.com", RrType.A)).Answers[0].Rdata);
    }

    [Theory]
    [InlineData(SocketType.Stream, "TCP")]
    [InlineData(SocketType.Dgram, "UDP")]
    public void A_port_in_use_is_told_with_address_port_and_protocol(SocketType type, string protocol)
    {
        using var other = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Parse("127.9.9.9"), 0));
        if (type == SocketType.Stream) other.Listen();
        var taken = (IPEndPoint)other.LocalEndPoint!;
        var error = Assert.Throws<DnsListenException>(() => DnsServer.Start(new DnsServerOptions { Listen = [taken] }, DnsContents.Empty));
        Assert.Contains($"{taken} ({protocol})", error.Message, StringComparison.Ordinal);
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_server_gives_its_port_back()
    {
        var server = Start(IPAddress.Loopback);
        var endPoint = server.EndPoints[0];
        await server.StopAsync();
        await using var again = DnsServer.Start(new DnsServerOptions { Listen = [endPoint], UdpThreads = 1 }, s_contents);
        Assert.Single(Loopback.AskUdp(endPoint, new QueryBytes("www.example.com", RrType.A)).Answers);
    }
}
