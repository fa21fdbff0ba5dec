using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pointsman.Node.Demo;

/// <summary>What a query brought: the answer's addresses in order, or why there are none.</summary>
internal sealed record TourAnswer(int Rcode, IReadOnlyList<IPAddress> Addresses, int? EcsScope);

/// <summary>
/// The tour's own DNS client, on purpose not the server's code: one UDP socket, one query at a time, EDNS Client Subnet if wanted. A reply
/// that does not come within a second is a lost query.
/// </summary>
internal sealed class TourDns : IDisposable
{
    private const int TypeA = 1, TypeAaaa = 28, TypeOpt = 41, OptionClientSubnet = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] buffer = new byte[4096];
    private ushort id = 1;

    public TourDns(IPEndPoint server) => socket.Connect(server);

    /// <returns>Null when no reply came.</returns>
    public async Task<TourAnswer?> AskAsync(string name, IPNetwork? subnet, CancellationToken stop)
    {
        var query = Build(++id, name, subnet);
        await socket.SendAsync(query, stop);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            while (true)
            {
                var count = await socket.ReceiveAsync(buffer, patience.Token);
                if (count >= 12 && BinaryPrimitives.ReadUInt16BigEndian(buffer) == id) return Read(buffer.AsSpan(0, count));
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
        catch (SocketException)
        {
            return null; // nobody listens there (any more): as lost as no reply
        }
    }

    private static byte[] Build(ushort id, string name, IPNetwork? subnet)
    {
        var message = new List<byte> { (byte)(id >> 8), (byte)id, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1 };
        foreach (var label in name.Split('.'))
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.AddRange([0, 0, TypeA, 0, 1]);
        message.AddRange([0, 0, TypeOpt, 0x04, 0xD0, 0, 0, 0, 0]); // OPT, 1232 bytes
        if (subnet is { } network)
        {
            var address = network.BaseAddress.GetAddressBytes().AsSpan(0, (network.PrefixLength + 7) / 8);
            var family = (byte)(network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 1 : 2);
            message.AddRange([0, (byte)(8 + address.Length), 0, OptionClientSubnet, 0, (byte)(4 + address.Length), 0, family, (byte)network.PrefixLength, 0]);
            message.AddRange(address);
        }
        else
        {
            message.AddRange([0, 0]);
        }

        return [.. message];
    }

    private static TourAnswer Read(ReadOnlySpan<byte> reply)
    {
        var questions = BinaryPrimitives.ReadUInt16BigEndian(reply[4..]);
        var records = BinaryPrimitives.ReadUInt16BigEndian(reply[6..]) + BinaryPrimitives.ReadUInt16BigEndian(reply[8..]) + BinaryPrimitives.ReadUInt16BigEndian(reply[10..]);
        var at = 12;
        for (var i = 0; i < questions; i++) at = SkipName(reply, at) + 4;
        var addresses = new List<IPAddress>();
        int? scope = null;
        for (var i = 0; i < records; i++)
        {
            at = SkipName(reply, at);
            var type = BinaryPrimitives.ReadUInt16BigEndian(reply[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(reply[(at + 8)..]);
            var data = reply.Slice(at + 10, length);
            if (type is TypeA or TypeAaaa && i < BinaryPrimitives.ReadUInt16BigEndian(reply[6..])) addresses.Add(new IPAddress(data));
            if (type == TypeOpt && length >= 8 && BinaryPrimitives.ReadUInt16BigEndian(data) == OptionClientSubnet) scope = data[7];
            at += 10 + length;
        }

        return new TourAnswer(reply[3] & 15, addresses, scope);
    }

    private static int SkipName(ReadOnlySpan<byte> reply, int at)
    {
        while (reply[at] != 0)
        {
            if (reply[at] >= 0xC0) return at + 2;
            at += reply[at] + 1;
        }

        return at + 1;
    }

    public void Dispose() => socket.Dispose();
}
