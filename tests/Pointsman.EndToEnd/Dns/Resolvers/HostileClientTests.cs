using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Wire;

namespace Pointsman.EndToEnd.Dns.Resolvers;

/// <summary>Clients that mean harm, on real sockets: forged datagrams, connections that ask and never listen, that stop, break off, or never begin.</summary>
public sealed class HostileClientTests : IAsyncDisposable
{
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(30);
    private readonly Authority _authority = Authority.Start("example.test", Authority.ExampleZone());

    public ValueTask DisposeAsync() => _authority.DisposeAsync();

    private static byte[] Query(string name, RrType type) => [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. DomainName.Parse(name).Wire, 0, (byte)type, 0, 1];

    private static byte[] Framed(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    private async Task UntilAsync(Func<bool> condition)
    {
        for (var watch = Stopwatch.StartNew(); !condition(); await Task.Delay(20)) Assert.True(watch.Elapsed < s_ample, $"{_authority.Counters}");
    }

    /// <summary>A datagram whose source is what the test says; only root may send one.</summary>
    private void SendForged(IPAddress source, int port, byte[] message)
    {
        try
        {
            using var raw = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp);
            raw.Bind(new IPEndPoint(source, 0));
            var (to, length) = (_authority.EndPoint, message.Length + 8);
            // UDP header, checksum 0 = none (RFC 768).
            byte[] datagram = [(byte)(port >> 8), (byte)port, (byte)(to.Port >> 8), (byte)to.Port, (byte)(length >> 8), (byte)length, 0, 0, .. message];
            raw.SendTo(datagram, new IPEndPoint(to.Address, 0));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied)
        {
            Assert.Skip("raw sockets need root");
        }
    }

    private async Task AnsweredOverUdpAsync()
    {
        using var client = new UdpClient();
        client.Connect(_authority.EndPoint);
        await client.SendAsync(Query("www.example.test", RrType.A));
        var answer = await client.ReceiveAsync().WaitAsync(s_ample);
        Assert.Equal(1, answer.Buffer[7]);
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000 };
        socket.Connect(_authority.EndPoint);
        return socket;
    }

    private static byte[] Answer(Socket socket)
    {
        byte[] Exactly(int length)
        {
            var octets = new byte[length];
            for (var at = 0; at < length;)
            {
                var received = socket.Receive(octets, at, length - at, SocketFlags.None);
                Assert.NotEqual(0, received);
                at += received;
            }
            return octets;
        }
        var length = Exactly(2);
        return Exactly((length[0] << 8) | length[1]);
    }

    [Fact]
    public async Task A_query_from_port_0_costs_nobody_else_an_answer()
    {
        for (var i = 0; i < 20; i++)
        {
            SendForged(Loopback.NextAddress(), 0, Query("www.example.test", RrType.A));
            await AnsweredOverUdpAsync();
        }
        await UntilAsync(() => _authority.Queries == 40);
        Assert.Equal(40, _authority.Counters[QueryOutcome.Answered]);
    }

    [Fact]
    public async Task A_query_forged_in_the_servers_own_name_ends_with_its_answer()
    {
        SendForged(_authority.EndPoint.Address, _authority.EndPoint.Port, Query("www.example.test", RrType.A));
        // The answer comes back to the server as what it is: a response, and those it drops.
        await UntilAsync(() => _authority.Counters[QueryOutcome.Dropped] == 1);
        await AnsweredOverUdpAsync();
        Assert.Equal((2, 1), (_authority.Counters[QueryOutcome.Answered], _authority.Counters[QueryOutcome.Dropped]));
    }

    [Fact]
    public void The_longest_message_that_TCP_can_carry_is_read_and_refused()
    {
        using var socket = Connect();
        var message = new byte[65535];
        Query("www.example.test", RrType.A).CopyTo(message, 0);
        socket.Send(Framed(message));
        Assert.Equal(1, Answer(socket)[3] & 15);
        // The connection goes on.
        socket.Send(Framed(Query("www.example.test", RrType.A)));
        Assert.Equal(0, Answer(socket)[3] & 15);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void A_message_too_short_for_a_header_ends_the_connection(int length)
    {
        using var socket = Connect();
        socket.Send(Framed(new byte[length]));
        Assert.Equal(0, socket.Receive(new byte[1]));
    }

    [Fact]
    public async Task Connections_that_break_off_in_the_middle_leave_nothing_behind()
    {
        for (var i = 0; i < 50; i++)
        {
            var socket = Connect();
            for (var j = 0; j < 20; j++) socket.Send(Framed(Query("big.example.test", RrType.TXT)));
            // Half a query, then a reset.
            socket.Send([0, 200, 1]);
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
        await UntilAsync(() => _authority.Counters.TcpConnectionsOpen == 0);
        Assert.Equal(50, _authority.Counters.TcpConnectionsAccepted);
        await AnsweredOverUdpAsync();
        Assert.True(_authority.Queries <= 1001);
    }

    [Fact]
    public async Task A_client_that_asks_ten_thousand_times_and_reads_nothing_is_held_back_and_then_cut_off()
    {
        using var socket = Connect();
        socket.SendTimeout = 2_000;
        var query = Framed(Query("big.example.test", RrType.TXT));
        var sent = 0;
        try
        {
            for (; sent < 10_000; sent++) Assert.Equal(query.Length, socket.Send(query));
        }
        catch (SocketException)
        {
            // Its own buffers and ours are full: so it should be.
        }
        using var other = Connect();
        other.Send(Framed(Query("www.example.test", RrType.A)));
        Assert.Equal(0, Answer(other)[3] & 15);
        // What it was answered is far less than what it asked: 45 MB would have been.
        Assert.InRange(_authority.Queries, 1, 9_000);
        await UntilAsync(() => _authority.Counters.TcpConnectionsTimedOut == 1);
    }

    [Fact]
    public async Task Connections_that_never_say_a_word_cost_nobody_else_an_answer()
    {
        var idle = Enumerable.Range(0, 400).Select(_ => Connect()).ToList();
        using var other = Connect();
        other.Send(Framed(Query("www.example.test", RrType.A)));
        Assert.Equal(0, Answer(other)[3] & 15);
        foreach (var socket in idle) socket.Dispose();
        await UntilAsync(() => _authority.Counters.TcpConnectionsOpen == 1);
    }
}
