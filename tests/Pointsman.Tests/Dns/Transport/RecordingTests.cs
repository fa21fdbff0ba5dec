using System.Net;
using System.Net.Sockets;
using Pointsman.Dns;
using Pointsman.Dns.Recording;
using Pointsman.Dns.Transport;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Tests.Dns.Transport;

/// <summary>What the sockets hand to the recorder: who asked, which address was asked, both messages to the octet. A record is there before its answer is sent.</summary>
public sealed class RecordingTests
{
    private static readonly DnsContents s_contents = new(new ZoneSet([Responder.Zone("example.com", Responder.ExampleZone)]));

    private static (DnsServer Server, QueryRecorder Recorder) Start(IPAddress address, bool portable = false, RecordingOptions? recording = null)
    {
        var options = new DnsServerOptions { Listen = [new IPEndPoint(address, 0)], UdpThreads = 2, Portable = portable };
        var server = DnsServer.Start(options, s_contents);
        var recorder = new QueryRecorder(recording ?? new RecordingOptions(), options.WorkerCount);
        server.Record(recorder);
        return (server, recorder);
    }

    private static List<RecordedQuery> All(QueryRecorder recorder)
    {
        var all = new List<RecordedQuery>();
        for (var worker = 0; worker < recorder.Workers; worker++)
        {
            // Released, and read all the same: nobody writes any more.
            for (; recorder.TryPeek(worker, out var query); recorder.Release(worker)) all.Add(query);
        }
        return all;
    }

    private static (IPEndPoint Client, byte[] Answer) Ask(IPEndPoint server, byte[] query, bool tcp = false)
    {
        using var socket = new Socket(server.AddressFamily, tcp ? SocketType.Stream : SocketType.Dgram, tcp ? ProtocolType.Tcp : ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        socket.Connect(server);
        socket.Send(tcp ? [(byte)(query.Length >> 8), (byte)query.Length, .. query] : query);
        var buffer = new byte[4096];
        var received = socket.Receive(buffer);
        return ((IPEndPoint)socket.LocalEndPoint!, tcp ? buffer[2..received] : buffer[..received]);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", false, false, "IPv4")]
    [InlineData("::1", "::1", false, false, "IPv6")]
    [InlineData("0.0.0.0", "127.7.7.7", false, false, "any address of IPv4: the one asked")]
    [InlineData("::", "::1", false, false, "any address of IPv6: the one asked")]
    [InlineData("127.0.0.1", "127.0.0.1", false, true, "the portable path")]
    [InlineData("::1", "::1", false, true, "the portable path, IPv6")]
    [InlineData("127.0.0.1", "127.0.0.1", true, false, "TCP")]
    [InlineData("0.0.0.0", "127.7.7.7", true, false, "TCP on any address")]
    [InlineData("::1", "::1", true, false, "TCP over IPv6")]
    public async Task A_record_has_both_ends_and_both_messages(string bound, string asked, bool tcp, bool portable, string _)
    {
        var (server, recorder) = Start(IPAddress.Parse(bound), portable);
        await using (server)
        {
            var target = new IPEndPoint(IPAddress.Parse(asked), server.EndPoints[0].Port);
            var query = new QueryBytes("www.example.com", RrType.A) { Id = 4711, Payload = 1232 }.Build();
            var (client, answer) = Ask(target, query, tcp);
            var record = Assert.Single(All(recorder));
            Assert.Equal((client, target, tcp), (record.Client, record.Server, record.IsTcp));
            Assert.Equal(query, record.Query.ToArray());
            Assert.Equal(answer, record.Response.ToArray());
            Assert.InRange(record.Time, TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(5), TimeProvider.System.GetUtcNow());
        }
    }

    [Fact]
    public async Task A_query_without_an_answer_is_recorded_alone()
    {
        var (server, recorder) = Start(IPAddress.Loopback);
        await using (server)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(server.EndPoints[0]);
            socket.Send([1, 2, 3]);
            // The answer to this one says that the worker is past the one before.
            Ask(server.EndPoints[0], new QueryBytes("www.example.com", RrType.A).Build());
            await server.StopAsync();
            var records = All(recorder);
            Assert.Equal(2, records.Count);
            Assert.Equal([1, 2, 3], Assert.Single(records, record => !record.HasResponse).Query.ToArray());
        }
    }

    [Fact]
    public async Task Recording_begins_and_ends_while_the_server_answers()
    {
        var (server, first) = Start(IPAddress.Loopback);
        await using (server)
        {
            var query = new QueryBytes("www.example.com", RrType.A).Build();
            Ask(server.EndPoints[0], query);
            server.Record(null);
            Ask(server.EndPoints[0], query);
            var second = new QueryRecorder(new RecordingOptions(), first.Workers);
            server.Record(second);
            Ask(server.EndPoints[0], query);
            Ask(server.EndPoints[0], query);
            Assert.Equal((1, 2), (All(first).Count, All(second).Count));
        }
    }

    [Fact]
    public async Task A_full_queue_costs_no_answer()
    {
        var (server, recorder) = Start(IPAddress.Loopback, recording: new RecordingOptions { QueueBytes = 1 });
        await using (server)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
            socket.Connect(server.EndPoints[0]);
            var query = new QueryBytes("example.com", RrType.MX) { Payload = 1232 }.Build();
            var buffer = new byte[4096];
            // One worker's queue holds some 2,500 of these.
            for (var i = 0; i < 6000; i++)
            {
                socket.Send(query);
                Assert.True(socket.Receive(buffer) > 12);
            }
            Assert.Equal(12_000, recorder.Taken);
            Assert.True(recorder.Refused > 0);
            Assert.Equal(12_000 - recorder.Refused, 2 * All(recorder).Count);
        }
    }

    [Fact]
    public async Task A_recorder_with_too_few_queues_is_refused()
    {
        var (server, _) = Start(IPAddress.Loopback);
        await using (server) Assert.Throws<ArgumentOutOfRangeException>(() => server.Record(new QueryRecorder(new RecordingOptions(), 1)));
    }
}
