using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Pointsman.Wan.Network;

namespace Pointsman.EndToEnd.Wan;

/// <summary>Three real namespaces, and packets of the kernel's own between them.</summary>
public sealed class WideAreaNetworkTests
{
    private static readonly Dictionary<string, Func<Rig, Task>> s_checks = new(StringComparer.Ordinal)
    {
        ["each direction has its own delay, and both make the round trip"] = async rig =>
        {
            rig.Wan.Change(1, 2, link => link with { Delay = TimeSpan.FromMilliseconds(80) });
            rig.Wan.Change(2, 1, link => link with { Delay = TimeSpan.FromMilliseconds(20) });
            // Never sooner; and the best of some, whatever else the machine does, less late than the other direction's delay.
            Assert.True(await rig.FastestWayAsync(1, 2) >= 80);
            Assert.InRange(await rig.FastestWayAsync(2, 1), 20, 79);
            Assert.Equal((10, 0), await rig.AskAsync(1, 2, questions: 10));
        },
        ["a link loses about the share that it is told to"] = async rig =>
        {
            rig.Wan.Change(1, 2, link => link with { Loss = 0.25 });
            var answered = 0;
            // In portions that a socket's queue holds.
            for (var i = 0; i < 5; i++) answered += (await rig.AskAsync(1, 2, questions: 200)).Answered;
            Assert.InRange(answered, 680, 820);
            Assert.Equal(1000 - answered, rig.Wan.Link(1, 2).Count(PacketFate.Lost));
        },
        ["a cut of one direction lets the other pass, and heals"] = async rig =>
        {
            rig.Wan.Change(2, 1, link => link with { Cut = true });
            Assert.Equal((0, 20), await rig.AskAsync(1, 2, questions: 20));
            Assert.Equal((20, 0), await rig.AskAsync(1, 3, questions: 20));
            rig.Wan.Change(2, 1, link => link with { Cut = false });
            Assert.Equal((20, 0), await rig.AskAsync(1, 2, questions: 20));
        },
        ["IPv6 goes the same ways"] = async rig =>
        {
            Assert.SkipUnless(WanSupport.HasVersion6, "this kernel has no IPv6");
            Assert.Equal((20, 0), await rig.AskAsync(1, 2, questions: 20, version: 6));
            rig.Wan.ChangeBoth(1, 2, link => link with { Cut = true });
            Assert.Equal((0, 20), await rig.AskAsync(1, 2, questions: 20, version: 6));
        },
        ["a process in a namespace sees that network alone, and dies with it"] = async rig =>
        {
            using var process = rig.Places[0].Start(new ProcessStartInfo("sleep", ["600"]) { UseShellExecute = false });
            Assert.NotEqual(NetworkOf("self"), NetworkOf($"{process.Id}"));
            var ping = new ProcessStartInfo("ip", ["-o", "addr"]) { UseShellExecute = false, RedirectStandardOutput = true };
            using var ip = rig.Places[0].Start(ping);
            var said = await ip.StandardOutput.ReadToEndAsync();
            Assert.Contains("198.18.1.1/32", said, StringComparison.Ordinal);
            Assert.DoesNotContain("198.18.2.1", said, StringComparison.Ordinal);
            rig.Dispose();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await process.WaitForExitAsync(patience.Token);
        },
    };

    public static IEnumerable<TheoryDataRow<string>> Checks => LaboratoryRows.Of(s_checks.Keys);

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Carries_packets_as_it_is_told(string check)
    {
        using var rig = new Rig();
        await s_checks[check](rig);
    }

    private static string NetworkOf(string process) => new FileInfo($"/proc/{process}/ns/net").LinkTarget!;

    /// <summary>Three places, each with somebody who sends back what he gets.</summary>
    private sealed class Rig : IDisposable
    {
        private const int Port = 7007;
        private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);
        private readonly List<Socket> sockets = [];
        private bool disposed;

        public Rig()
        {
            Places = [.. Enumerable.Range(1, 3).Select(place => new NetworkNamespace($"test-{place}"))];
            Wan = new WideAreaNetwork(Places);
            for (var place = 1; place <= 3; place++)
            {
                _ = EchoAsync(Bound(place, 4, Port));
                if (WanSupport.HasVersion6) _ = EchoAsync(Bound(place, 6, Port));
            }
        }

        public NetworkNamespace[] Places { get; }
        public WideAreaNetwork Wan { get; }

        /// <summary>How many of so many questions, sent at once, were answered in time, and how many were not.</summary>
        public async Task<(int Answered, int Lost)> AskAsync(int from, int to, int questions, int version = 4)
        {
            using var socket = Bound(from, version, 0);
            socket.ReceiveBufferSize = 1 << 20;
            await socket.ConnectAsync(AddressOf(to, version), Port);
            for (var number = 0; number < questions; number++) await socket.SendAsync(BitConverter.GetBytes(number));
            var answered = 0;
            var buffer = new byte[16];
            while (answered < questions && socket.Poll(s_patience, SelectMode.SelectRead))
            {
                await socket.ReceiveAsync(buffer);
                answered++;
            }

            return (answered, questions - answered);
        }

        /// <summary>Milliseconds that the fastest of some datagrams took.</summary>
        public async Task<double> FastestWayAsync(int from, int to)
        {
            var fastest = double.MaxValue;
            for (var i = 0; i < 5; i++) fastest = Math.Min(fastest, await OneWayAsync(from, to));
            return fastest;
        }

        private async Task<double> OneWayAsync(int from, int to)
        {
            using var sender = Bound(from, 4, 0);
            using var receiver = Bound(to, 4, 0);
            var began = Stopwatch.GetTimestamp();
            await sender.SendToAsync(new byte[100], receiver.LocalEndPoint!);
            Assert.True(receiver.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead));
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        private static IPAddress AddressOf(int place, int version) => version == 4 ? WanAddress.Of4(place, 1) : WanAddress.Of6(place, 1);

        private Socket Bound(int place, int version, int port)
        {
            var address = AddressOf(place, version);
            var socket = Places[place - 1].OpenSocket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, port));
            sockets.Add(socket);
            return socket;
        }

        private static async Task EchoAsync(Socket socket)
        {
            var buffer = new byte[1500];
            EndPoint anybody = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            try
            {
                while (true)
                {
                    var got = await socket.ReceiveFromAsync(buffer, anybody);
                    await socket.SendToAsync(buffer.AsMemory(0, got.ReceivedBytes), got.RemoteEndPoint);
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // Closed: the test is over.
            }
        }

        public void Dispose()
        {
            if (disposed) return;
            disposed = true;
            foreach (var socket in sockets) socket.Dispose();
            Wan.Dispose();
            foreach (var place in Places) place.Dispose();
        }
    }
}
