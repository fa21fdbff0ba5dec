using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Pointsman.Dns;
using Pointsman.Dns.Transport;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc7766;

/// <summary>The server over a real connection.</summary>
[Trait("rfc", "7766")]
public sealed class ConnectionTests : IAsyncDisposable
{
    private static readonly DnsContents s_contents = new(new ZoneSet([Responder.Zone("example.com", Responder.ExampleZone)]));
    private static readonly QueryBytes s_query = new("www.example.com", RrType.A);

    private readonly DnsServer _server = Start(new DnsServerOptions { Listen = [new IPEndPoint(IPAddress.Loopback, 0)], UdpThreads = 2 });

    private static DnsServer Start(DnsServerOptions options) => DnsServer.Start(options, s_contents);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [Trait("rfc", "7766 §5")]
    public async Task What_is_answered_over_UDP_is_answered_over_TCP(string address)
    {
        await using var server = Start(new DnsServerOptions { Listen = [new IPEndPoint(IPAddress.Parse(address), 0)], UdpThreads = 1 });
        using var connection = Loopback.Tcp(server.EndPoints[0]);
        foreach (var type in (RrType[])[RrType.A, RrType.AAAA, RrType.MX, RrType.ANY])
        {
            var query = s_query with { Type = type, Payload = 1232 };
            connection.Send(Loopback.Framed(query));
            var (tcp, udp) = (Loopback.Receive(connection), Loopback.AskUdp(server.EndPoints[0], query));
            Assert.Equal((udp.Flags, udp.Answers.Count, udp.Authority.Count), (tcp.Flags, tcp.Answers.Count, tcp.Authority.Count));
        }
    }

    [Fact, Trait("rfc", "7766 §6.2.1")]
    public void A_connection_serves_one_query_after_another()
    {
        using var connection = Loopback.Tcp(_server.EndPoints[0]);
        for (ushort id = 1; id <= 50; id++)
        {
            connection.Send(Loopback.Framed(s_query with { Id = id }));
            var answer = Loopback.Receive(connection);
            Assert.Equal((id, "192.0.2.80"), (answer.Id, Assert.Single(answer.Answers).Rdata));
        }
    }

    [Fact, Trait("rfc", "7766 §6.2.1.1")]
    public void Queries_that_do_not_wait_for_answers_are_each_answered()
    {
        using var connection = Loopback.Tcp(_server.EndPoints[0]);
        var queries = Enumerable.Range(0, 500).Select(id => new QueryBytes(id % 3 == 0 ? "nowhere.example.com" : "mail.example.com", id % 3 == 1 ? RrType.A : RrType.AAAA) { Id = (ushort)id }).ToList();
        // All in one call, so that segments hold many, and begin and end anywhere.
        connection.Send([.. queries.SelectMany(Loopback.Framed)]);
        // §7: the ID and the question tell what an answer belongs to; the order does not.
        var waiting = queries.ToDictionary(query => query.Id);
        while (waiting.Count > 0)
        {
            var answer = Loopback.Receive(connection);
            Assert.True(waiting.Remove(answer.Id, out var query), $"nobody asked {answer.Id}");
            Assert.Equal(DomainName.Parse(query.Name).Wire.ToArray(), answer.RawQuestion);
            Assert.Equal((query.Id % 3) switch { 0 => "NxDomain", 1 => "192.0.2.2", _ => "2001:db8::2" }, answer.Answers.Count == 0 ? $"{answer.Rcode}" : answer.Answers[0].Rdata);
        }
    }

    [Theory]
    [InlineData(1, "inside the length")]
    [InlineData(2, "after the length")]
    [InlineData(3, "inside the header")]
    [InlineData(14, "after the header")]
    [InlineData(20, "inside the name")]
    [Trait("rfc", "7766 §8")]
    public void A_query_is_whole_wherever_segments_part_it(int at, string _)
    {
        using var connection = Loopback.Tcp(_server.EndPoints[0]);
        var framed = Loopback.Framed(s_query with { Id = 7 });
        connection.Send(framed.AsSpan(0, at));
        // Once the octets have been taken from the other side's socket, the server has met the half query alone.
        SpinWait.SpinUntil(() => Unacknowledged(connection) == 0, 5000);
        connection.Send([.. framed[at..], .. Loopback.Framed(s_query with { Id = 8 })]);
        Assert.Equal((7, 8), (Loopback.Receive(connection).Id, Loopback.Receive(connection).Id));
    }

    [Fact, Trait("rfc", "7766 §8")]
    public void Length_and_message_leave_together()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "asks Linux how many segments came");
        using var connection = Loopback.Tcp(_server.EndPoints[0]);
        connection.Send(Loopback.Framed(s_query));
        Assert.Single(Loopback.Receive(connection).Answers);
        Assert.Equal(1u, TcpInfo(connection, DataSegmentsIn));
    }

    [Fact, Trait("rfc", "7766 §6.2.3")]
    public async Task An_idle_connection_is_closed_by_the_server_and_a_used_one_is_not()
    {
        await using var server = Start(new DnsServerOptions { Listen = [new IPEndPoint(IPAddress.Loopback, 0)], UdpThreads = 1, TcpIdleTimeout = TimeSpan.FromSeconds(2) });
        using var used = Loopback.Tcp(server.EndPoints[0]);
        using var idle = Loopback.Tcp(server.EndPoints[0]);
        idle.Send(Loopback.Framed(s_query));
        Assert.Single(Loopback.Receive(idle).Answers);
        var closed = Task.Run(() => Loopback.IsClosed(idle), TestContext.Current.CancellationToken);
        while (!closed.IsCompleted)
        {
            used.Send(Loopback.Framed(s_query));
            Assert.Single(Loopback.Receive(used).Answers);
            await Task.WhenAny(closed, Task.Delay(100, TestContext.Current.CancellationToken));
        }
        Assert.True(await closed);
        used.Send(Loopback.Framed(s_query));
        Assert.Single(Loopback.Receive(used).Answers);
    }

    [Fact, Trait("rfc", "7766 §6.2.4")]
    public void A_client_that_has_sent_its_last_query_still_gets_every_answer_and_then_the_close()
    {
        using var connection = Loopback.Tcp(_server.EndPoints[0]);
        connection.Send([.. Enumerable.Range(1, 100).SelectMany(id => Loopback.Framed(s_query with { Id = (ushort)id }))]);
        connection.Shutdown(SocketShutdown.Send);
        Assert.Equal(Enumerable.Range(1, 100).Order(), Enumerable.Range(1, 100).Select(_ => (int)Loopback.Receive(connection).Id).Order());
        Assert.True(Loopback.IsClosed(connection));
    }

    // struct tcp_info of Linux: where a number of 32 bits stands.
    private const int Unacked = 24, DataSegmentsIn = 152;

    private static uint Unacknowledged(Socket socket) => OperatingSystem.IsLinux() ? TcpInfo(socket, Unacked) : 0;

    private static uint TcpInfo(Socket socket, int place)
    {
        const int Tcp = 6, Info = 11;
        var octets = new byte[192];
        Assert.True(socket.GetRawSocketOption(Tcp, Info, octets) >= place + 4);
        return BinaryPrimitives.ReadUInt32LittleEndian(octets.AsSpan(place));
    }
}
