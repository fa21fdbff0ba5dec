using System.Net;
using System.Net.Sockets;
using Pointsman.Dns;
using Pointsman.Dns.Transport;

namespace Pointsman.EndToEnd.Dns.Load;

/// <summary>Clients over TCP that take their time hang on their own thread of events, not on the others'. Told by what is complete, never by a clock.</summary>
[Collection(Alone.Name)]
public sealed class SlowClientTests
{
    private const int Slow = 200, Pipelined = 20_000;
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(90);

    private static DnsServer Start() => DnsServer.Start(
        new DnsServerOptions { Listen = [new IPEndPoint(Loopback.NextAddress(), 0)], UdpThreads = 1, TcpSlowTimeout = TimeSpan.FromMinutes(5), TcpIdleTimeout = TimeSpan.FromMinutes(5) },
        LoadZone.Contents(new AnswerSettings()));

    private static Socket Connect(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = 60_000, ReceiveTimeout = 60_000 };
        socket.Connect(server);
        return socket;
    }

    [Fact]
    [Trait("rfc", "7766 §6.2.1.1")]
    public async Task Two_hundred_clients_of_an_octet_a_second_hold_up_nobody()
    {
        await using var server = Start();
        var query = LoadZone.Query("www.example.test", 1);
        byte[] framed = [0, (byte)query.Length, .. query];
        var slow = Enumerable.Range(0, Slow).Select(_ => Connect(server.EndPoints[0])).ToList();
        using var dripping = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var dripped = 0;
        using var stop = new CancellationTokenSource();
        var drip = Task.Run(async () =>
        {
            // Never a whole query.
            for (var at = 0; at < framed.Length - 1; at++)
            {
                foreach (var socket in slow) socket.Send(framed, at, 1, SocketFlags.None);
                dripped++;
                if (!await dripping.WaitForNextTickAsync(stop.Token).AsTask().ContinueWith(tick => tick.IsCompletedSuccessfully, TaskScheduler.Default)) return;
            }
        });
        await PipelineAsync(server, query);
        // All were answered while the slow ones still hang: none of them got an answer, and none was closed.
        var counters = server.Counters();
        Assert.Equal((Pipelined, 0, 0), (counters.TcpQueries, counters.Tcp.TimedOut, counters.Tcp.Displaced));
        Assert.InRange(counters.Tcp.Open, Slow, Slow + 1);
        Assert.True(dripped > 0);
        await stop.CancelAsync();
        await drip;
        // And when they come to an end they are served like anybody.
        foreach (var socket in slow) socket.Send(framed, dripped, framed.Length - dripped, SocketFlags.None);
        foreach (var socket in slow)
        {
            Assert.True(socket.Receive(new byte[512]) > 2);
            socket.Dispose();
        }
    }

    [Fact]
    [Trait("rfc", "7766 §6.2.3")]
    public async Task Two_hundred_clients_that_take_no_answers_hold_up_nobody_and_little_memory()
    {
        await using var server = Start();
        var large = LoadZone.Query("big.example.test", 16);
        byte[] framed = [0, (byte)large.Length, .. large];
        var many = Enumerable.Repeat(framed, 2_000).SelectMany(octets => octets).ToArray();
        var deaf = new List<Socket>();
        for (var i = 0; i < Slow; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 4096, Blocking = true };
            socket.Connect(server.EndPoints[0]);
            socket.Blocking = false;
            deaf.Add(socket);
        }
        // Until none takes any more: its answers are not read, so its queries are not read either.
        var stuck = 0;
        using var patience = new CancellationTokenSource(s_ample);
        while (stuck < Slow)
        {
            Assert.False(patience.IsCancellationRequested, $"only {stuck} clients are stuck");
            stuck = deaf.Count(socket => Full(socket, many));
            await Task.Delay(50);
        }
        await PipelineAsync(server, LoadZone.Query("www.example.test", 1));
        // Twice the bound on what is held for slow clients, and the test's own.
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) < 96 << 20, $"{GC.GetTotalMemory(forceFullCollection: false)} octets");
        Assert.Equal((0, 0), (server.Counters().Tcp.TimedOut, server.Counters().Tcp.Displaced));
        deaf.ForEach(socket => socket.Dispose());
    }

    private static bool Full(Socket socket, byte[] octets)
    {
        socket.Send(octets, 0, octets.Length, SocketFlags.None, out var error);
        return error == SocketError.WouldBlock;
    }

    private static async Task PipelineAsync(DnsServer server, byte[] query)
    {
        using var quick = new TcpLoad(server.EndPoints[0]);
        await Task.Run(() =>
        {
            for (var i = 0; i < Pipelined; i++) quick.Send(query);
        }).WaitAsync(s_ample);
        using var patience = new CancellationTokenSource(s_ample);
        while (quick.Received < Pipelined)
        {
            Assert.False(patience.IsCancellationRequested, $"{quick.Received} of {Pipelined} answers");
            await Task.Delay(10);
        }
    }
}
