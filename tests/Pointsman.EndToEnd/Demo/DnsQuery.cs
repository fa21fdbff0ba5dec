using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pointsman.EndToEnd.Demo;

/// <summary>One UDP query for an A record, for loops where starting dig thousands of times would measure dig.</summary>
internal static class DnsQuery
{
    private static int s_id;

    /// <summary>The addresses of the answer; null when no good reply came within a second.</summary>
    public static async Task<IPAddress[]?> AskAsync(IPEndPoint server, string name)
    {
        var id = (ushort)Interlocked.Increment(ref s_id);
        List<byte> query = [(byte)(id >> 8), (byte)id, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        foreach (var label in name.Split('.'))
        {
            query.Add((byte)label.Length);
            query.AddRange(Encoding.ASCII.GetBytes(label));
        }

        query.AddRange([0, 0, 1, 0, 1]);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await socket.ConnectAsync(server, patience.Token);
            await socket.SendAsync(query.ToArray(), patience.Token);
            var reply = new byte[1500];
            var count = await socket.ReceiveAsync(reply, patience.Token);
            if (count < query.Count || reply[0] != query[0] || reply[1] != query[1] || (reply[3] & 15) != 0) return null;
            // Our own server writes each address as pointer, type, class, TTL, length, four octets.
            return [.. Enumerable.Range(0, reply[7]).Select(i => new IPAddress(reply.AsSpan(query.Count + (i * 16) + 12, 4)))];
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return null;
        }
    }

    public static async Task<bool> AnswersAsync(IPEndPoint server, string name) => await AskAsync(server, name) is { Length: > 0 };
}
