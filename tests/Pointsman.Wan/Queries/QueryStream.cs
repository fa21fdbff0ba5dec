using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Pointsman.Wan.Cluster;
using Pointsman.Wan.Network;

namespace Pointsman.Wan.Queries;

/// <summary>
/// The resolvers of one place: ask every node for every service, all the time, at even distances, and write down what became of each question. Open loop: an
/// answer that does not come keeps no question back.
/// </summary>
public sealed class QueryStream : IDisposable
{
    private readonly int client;
    private readonly Socket socket;
    private readonly (int Node, int Service, SocketAddress To, byte[] Question)[] turns;
    private readonly TimeSpan apart;
    private readonly Ledger ledger;
    private readonly int[] underWay = new int[65_536]; // index + 1 into the ledger, by the id in the message
    private readonly Thread thread;
    private volatile bool stopping;

    /// <param name="rate">Questions a second, for each node and service.</param>
    internal QueryStream(NetworkNamespace place, int client, IEnumerable<LabSite> sites, double rate, Ledger ledger)
    {
        this.client = client;
        this.ledger = ledger;
        turns = [.. from service in Enumerable.Range(0, LabServices.Names.Length)
                    from site in sites
                    select (site.Place, service, new IPEndPoint(WanAddress.Of4(site.Place, 1), 53).Serialize(), DnsMessages.Question(LabServices.Names[service]))];
        apart = TimeSpan.FromSeconds(1 / (rate * turns.Length));
        socket = place.OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Blocking = false;
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        thread = new Thread(Ask) { IsBackground = true, Name = $"clients {client}", Priority = ThreadPriority.AboveNormal };
        thread.Start();
    }

    private void Ask()
    {
        var buffer = new byte[1500];
        var from = new SocketAddress(AddressFamily.InterNetwork);
        var began = Stopwatch.GetTimestamp();
        for (long number = 0; !stopping; number++)
        {
            var due = began + (long)(number * apart.TotalSeconds * Stopwatch.Frequency);
            while (true)
            {
                var rest = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                var readable = socket.Poll(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, SelectMode.SelectRead);
                if (!readable) break;
                Receive(buffer, from);
                if (stopping) return;
            }

            Send(turns[number % turns.Length], (ushort)number);
        }
    }

    private void Send((int Node, int Service, SocketAddress To, byte[] Question) turn, ushort id)
    {
        var (node, service, to, question) = turn;
        (question[0], question[1]) = ((byte)(id >> 8), (byte)id);
        underWay[id] = ledger.Add(new QueryRecord(client, node, service, Stopwatch.GetTimestamp(), 0, 0, 0)) + 1;
        try
        {
            socket.SendTo(question, SocketFlags.None, to);
        }
        catch (SocketException)
        {
            // No way there just now: a question that gets no answer, as the ledger has it.
        }
    }

    private void Receive(byte[] buffer, SocketAddress from)
    {
        int length;
        try
        {
            length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
        }
        catch (SocketException)
        {
            return;
        }

        if (length < 2) return;
        var id = (buffer[0] << 8) | buffer[1];
        if (underWay[id] is var index && index == 0) return;
        var record = ledger[index - 1];
        var question = turns.First(turn => turn.Node == record.Node && turn.Service == record.Service).Question;
        if (!DnsMessages.TryRead(buffer.AsSpan(0, length), question, out var rcode, out var named)) return;
        underWay[id] = 0;
        ledger.Answer(index - 1, Stopwatch.GetTimestamp(), rcode, named);
    }

    public void Dispose()
    {
        stopping = true;
        thread.Join();
        socket.Dispose();
    }
}
