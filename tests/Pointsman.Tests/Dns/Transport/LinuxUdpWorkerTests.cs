using System.Net;
using System.Net.Sockets;
using Pointsman.Dns;
using Pointsman.Dns.Transport;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Tests.Dns.Transport;

/// <summary>
/// One batch, made certain: the queries wait in the socket before its worker begins. A client that asks the kernel not to cut what came as one
/// message (UDP_GRO) sees which replies left together.
/// </summary>
public sealed class LinuxUdpWorkerTests
{
    private const int SocketLevel = 1, NoChecksum = 11, IPLevel = 0, IPPacketInfo = 8, UdpLevel = 17, UdpReceiveTogether = 104;

    private static readonly DnsContents s_contents = new(new ZoneSet([Responder.Zone("example.com", Responder.ExampleZone)]));

    private static Socket Bound(IPAddress address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 250 };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static Socket Client(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        socket.SetRawSocketOption(UdpLevel, UdpReceiveTogether, BitConverter.GetBytes(1));
        socket.Connect(server);
        return socket;
    }

    private static byte[] Query(int id, string name) => new QueryBytes(name, RrType.A) { Id = (ushort)id }.Build();

    private static byte[] Receive(Socket socket)
    {
        var buffer = new byte[65_536];
        return buffer[..socket.Receive(buffer)];
    }

    private static async Task Answer(Socket socket, Action received)
    {
        var options = new DnsServerOptions { Listen = [new IPEndPoint(IPAddress.Loopback, 0)], UdpThreads = 1 };
        await using var server = DnsServer.Start(options, s_contents);
        var worker = new LinuxUdpWorker(socket, new WorkerContext(server, options, 0), new Listening((IPEndPoint)socket.LocalEndPoint!, socket, [socket]));
        worker.Start();
        try
        {
            received();
        }
        finally
        {
            worker.Stop();
        }
    }

    private static int[] IdsOf(byte[] together, int length) =>
        [.. Enumerable.Range(0, (together.Length + length - 1) / length).Select(i => (together[i * length] << 8) | together[(i * length) + 1])];

    [Fact]
    public async Task Replies_of_one_batch_to_one_port_leave_together_and_in_order()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "recvmmsg and UDP_SEGMENT are Linux's");
        var socket = Bound(IPAddress.Loopback);
        using var one = Client((IPEndPoint)socket.LocalEndPoint!);
        using var other = Client((IPEndPoint)socket.LocalEndPoint!);
        for (var id = 0; id < 30; id++)
        {
            one.Send(Query(id, "www.example.com"));
            if (id < 10) other.Send(Query(100 + id, "www.example.com"));
        }
        await Answer(socket, () =>
        {
            var length = Query(0, "www.example.com").Length + 16;
            Assert.Equal(Enumerable.Range(0, 30), IdsOf(Receive(one), length));
            Assert.Equal(Enumerable.Range(100, 10), IdsOf(Receive(other), length));
        });
    }

    [Fact]
    public async Task A_shorter_reply_ends_a_message_and_a_longer_one_begins_the_next()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "recvmmsg and UDP_SEGMENT are Linux's");
        var socket = Bound(IPAddress.Loopback);
        using var client = Client((IPEndPoint)socket.LocalEndPoint!);
        string[] names = ["www.example.com", "www.example.com", "www.example.org", "www.example.com", "www.example.com"];
        for (var id = 0; id < names.Length; id++) client.Send(Query(id, names[id]));
        await Answer(socket, () =>
        {
            // The third is refused: an answer without a record.
            var (answered, refused) = (Query(0, names[0]).Length + 16, Query(0, names[2]).Length);
            var first = Receive(client);
            Assert.Equal((2 * answered) + refused, first.Length);
            Assert.Equal([0, 1, 2], IdsOf(first, answered));
            Assert.Equal([3, 4], IdsOf(Receive(client), answered));
        });
    }

    [Fact]
    public async Task What_the_kernel_does_not_take_together_leaves_one_by_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "recvmmsg and UDP_SEGMENT are Linux's");
        var socket = Bound(IPAddress.Loopback);
        // A socket without checksums is refused UDP_SEGMENT with EINVAL, as an interface that cannot cut would be.
        socket.SetRawSocketOption(SocketLevel, NoChecksum, BitConverter.GetBytes(1));
        using var client = Client((IPEndPoint)socket.LocalEndPoint!);
        for (var id = 0; id < 50; id++) client.Send(Query(id, "www.example.com"));
        await Answer(socket, () =>
        {
            for (var id = 0; id < 50; id++) Assert.Equal(id, new ParsedAnswer(Receive(client)).Id);
        });
    }

    [Fact]
    public async Task On_a_wildcard_only_replies_from_the_same_address_of_ours_leave_together()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "recvmmsg and UDP_SEGMENT are Linux's");
        var socket = Bound(IPAddress.Any);
        socket.SetRawSocketOption(IPLevel, IPPacketInfo, BitConverter.GetBytes(1));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        // Not connected: one client port asks two of our addresses, and each reply says where it is from.
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        client.SetRawSocketOption(UdpLevel, UdpReceiveTogether, BitConverter.GetBytes(1));
        client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        for (var id = 0; id < 12; id++)
            client.SendTo(Query(id, "www.example.com"), new IPEndPoint(IPAddress.Parse(id % 2 == 0 ? "127.0.0.1" : "127.7.7.7"), port));
        await Answer(socket, () =>
        {
            var length = Query(0, "www.example.com").Length + 16;
            var got = new Dictionary<string, List<int>>();
            for (var count = 0; count < 12;)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var buffer = new byte[65_536];
                var ids = IdsOf(buffer[..client.ReceiveFrom(buffer, ref from)], length);
                count += ids.Length;
                if (!got.TryGetValue(((IPEndPoint)from).Address.ToString(), out var list)) got[((IPEndPoint)from).Address.ToString()] = list = [];
                list.AddRange(ids);
            }
            Assert.Equal([0, 2, 4, 6, 8, 10], got["127.0.0.1"]);
            Assert.Equal([1, 3, 5, 7, 9, 11], got["127.7.7.7"]);
        });
    }
}
