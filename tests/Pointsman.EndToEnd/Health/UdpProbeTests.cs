using System.Net;
using System.Net.Sockets;
using System.Text;
using Pointsman.Health;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>Datagrams there and back, and octets over TCP.</summary>
public sealed class UdpProbeTests
{
    private static readonly Sequence<byte> s_ping = [.. "ping"u8];

    [Theory]
    [InlineData("pong", "pong 7", null)]
    [InlineData("", "anything", null)]
    [InlineData("pong", "sorry", "answered 'sorry', expected 'pong'")]
    [InlineData("pong", "", "answered nothing, expected 'pong'")]
    [InlineData("pong", "\0\u0001", "answered hex:0001, expected 'pong'")]
    [Trait("mission", "P4.2")]
    public async Task An_answer_is_awaited_and_looked_into(string expect, string answer, string? failure)
    {
        await using var server = new Answering(_ => [Encoding.Latin1.GetBytes(answer)]);
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new UdpCheck { Send = s_ping, Expect = [.. Encoding.ASCII.GetBytes(expect)] }));
        Assert.Equal((failure is null, failure ?? $"answered '{answer}'"), (result.Succeeded, result.Reason));
    }

    [Fact]
    public async Task Nobody_there_is_told_by_the_network()
    {
        var result = await ProbeOf.RunAsync(ProbeOf.Target(Loopback.NextEndPoint(), new UdpCheck { Send = s_ping }));
        Assert.Equal((ProbeVerdict.Failed, "port unreachable: nobody listens there (ICMP)"), (result.Verdict, result.Reason));
    }

    [Fact]
    public async Task An_answer_from_another_source_is_none()
    {
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stranger.Bind(new IPEndPoint(Loopback.NextAddress(), 0));
        await using var server = new Answering(_ => [], (_, from) => stranger.SendTo("pong"u8, from));
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new UdpCheck { Send = s_ping }, timeoutMs: 300));
        Assert.Equal((ProbeVerdict.Failed, "timeout after 300.0 ms while waiting for the answer"), (result.Verdict, result.Reason));
        Assert.Equal(1, server.Received);
    }

    [Theory]
    [InlineData("hello", "hello", true, "'hello' came")]
    [InlineData("he|llo wor|ld", "hello world", true, "'hello world' came")]
    [InlineData("good day", "hello", false, "closed after 'good day', expected 'hello'")]
    [InlineData("", "hello", false, "closed without a word")]
    [Trait("mission", "P4.2")]
    public async Task Over_TCP_octets_are_awaited_wherever_the_stream_is_split(string parts, string expect, bool isWell, string reason)
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.Socket.ReceiveAsync(new byte[64], connection.Stop);
            foreach (var part in parts.Split('|'))
            {
                await connection.SendAsync(part);
                await connection.WaitAsync(10);
            }
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new TcpCheck { Send = s_ping, Expect = [.. Encoding.ASCII.GetBytes(expect)] }));
        Assert.Equal((isWell, reason), (result.Succeeded, result.Reason));
    }

    [Fact]
    public async Task Over_TCP_a_flood_without_the_octets_ends()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            var block = new byte[65536];
            while (true) await connection.Socket.SendAsync(block, connection.Stop);
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new TcpCheck { Expect = s_ping }));
        Assert.Equal((ProbeVerdict.Failed, "'ping' is not in the first 64 KiB"), (result.Verdict, result.Reason));
    }

    /// <summary>A UDP server that answers each datagram as a test says.</summary>
    internal sealed class Answering : IAsyncDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly CancellationTokenSource _stop = new();
        private readonly Func<byte[], IEnumerable<byte[]>> _answer;
        private readonly Action<byte[], EndPoint>? _also;
        private readonly Task _serving;
        private int _received;

        public Answering(Func<byte[], IEnumerable<byte[]>> answer, Action<byte[], EndPoint>? also = null)
        {
            (_answer, _also) = (answer, also);
            _socket.Bind(new IPEndPoint(Loopback.NextAddress(), 0));
            _serving = ServeAsync();
        }

        public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

        public int Received => Volatile.Read(ref _received);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving;
            _socket.Dispose();
            _stop.Dispose();
        }

        private async Task ServeAsync()
        {
            var buffer = new byte[65536];
            try
            {
                while (true)
                {
                    var came = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                    Interlocked.Increment(ref _received);
                    var question = buffer[..came.ReceivedBytes];
                    _also?.Invoke(question, came.RemoteEndPoint);
                    foreach (var answer in _answer(question)) await _socket.SendToAsync(answer, SocketFlags.None, came.RemoteEndPoint, _stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }
    }
}
