using System.Net;
using System.Net.Sockets;
using Pointsman.Dns;
using Pointsman.Dns.Transport;

namespace Pointsman.EndToEnd.Dns.Load;

/// <summary>What a query over TCP costs the collector, and what an idle connection holds. The client here allocates nothing in its loop either.</summary>
[Collection(Alone.Name)]
public sealed class AllocationTests
{
    private static DnsServer Start() => DnsServer.Start(
        new DnsServerOptions { Listen = [new IPEndPoint(Loopback.NextAddress(), 0)], UdpThreads = 2, TcpIdleTimeout = TimeSpan.FromMinutes(5) }, LoadZone.Contents(new AnswerSettings()));

    private static Socket Connect(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 60_000 };
        socket.Bind(new IPEndPoint(Loopback.NextAddress(), 0));
        socket.Connect(server);
        return socket;
    }

    /// <summary>Sends <paramref name="burst"/> queries at once, reads until all their answers are there, so many times over.</summary>
    private static void Ask(Socket socket, byte[] framed, int burst, int times)
    {
        var queries = new byte[framed.Length * burst];
        for (var i = 0; i < burst; i++) framed.CopyTo(queries, i * framed.Length);
        var answers = new byte[1 << 16];
        // A first one alone says how long an answer is.
        socket.Send(framed);
        var length = socket.Receive(answers);
        for (var i = 0; i < times; i++)
        {
            socket.Send(queries);
            for (var missing = length * burst; missing > 0;) missing -= socket.Receive(answers, Math.Min(answers.Length, missing), SocketFlags.None);
        }
    }

    [Theory]
    [InlineData(1, 20_000, "one at a time")]
    [InlineData(50, 1_000, "fifty at a time")]
    public async Task A_query_over_TCP_allocates_nothing(int burst, int times, string _)
    {
        await using var server = Start();
        var query = LoadZone.Query("www.example.test", 1);
        byte[] framed = [0, (byte)query.Length, .. query];
        using var socket = Connect(server.EndPoints[0]);
        Ask(socket, framed, burst, times);
        var (before, queries) = (GC.GetTotalAllocatedBytes(precise: true), server.Counters().TcpQueries);
        Ask(socket, framed, burst, times);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        var answered = server.Counters().TcpQueries - queries;
        // The client's own buffers, the sweep of the connections and the pool's threads are there; an object of 24 octets for each query would be more.
        Assert.True(allocated < 8 * answered, $"{allocated} octets for {answered} queries");
    }

    [Fact]
    public async Task An_idle_connection_holds_a_few_kilobytes()
    {
        const int Connections = 500;
        await using var server = Start();
        var query = LoadZone.Query("www.example.test", 1);
        byte[] framed = [0, (byte)query.Length, .. query];
        var answer = new byte[512];
        var clients = new Socket[2 * Connections];
        void Open(int from)
        {
            for (var i = from; i < from + Connections; i++)
            {
                clients[i] = Connect(server.EndPoints[0]);
                clients[i].Send(framed);
                Assert.True(clients[i].Receive(answer) > 2);
            }
        }
        Open(0);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Open(Connections);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Connections;
        Assert.Equal(2 * Connections, server.Counters().Tcp.Open);
        // The client's end is in it.
        Assert.True(each < 8 * 1024, $"{each} octets for each connection");
        foreach (var client in clients) client.Dispose();
    }
}
