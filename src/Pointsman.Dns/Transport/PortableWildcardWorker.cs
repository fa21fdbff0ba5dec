using System.Net;
using System.Net.Sockets;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>
/// UDP on all addresses at once, for systems without recvmmsg. A managed socket tells which address was asked, but cannot be told which one
/// to answer from; one that is bound to an address answers from it. So the first query to an address comes in by the socket of all addresses,
/// and opens one for that address, which takes what comes after. One thread looks after all of them.
/// <para>Rejected: a socket for each address that the machine has at the start, because addresses come later, and some (127.0.0.0/8) are in no list.</para>
/// </summary>
internal sealed class PortableWildcardWorker : IUdpWorker
{
    /// <summary>A machine has a few; only a route that makes whole networks local has more. Past them an answer leaves from where routing says.</summary>
    private const int MostAddresses = 64;

    /// <summary>How late the thread notices that it is to stop.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    private readonly Listening _listening;
    private readonly WorkerContext _context;
    private readonly Thread _thread;
    private readonly Socket _all;
    private readonly Dictionary<IPAddress, Socket> _byAddress = [];
    private readonly Dictionary<Socket, SocketPlace> _places = [];
    private readonly byte[] _query = new byte[QueryProcessor.MaxMessageBytes];
    private readonly byte[] _reply = new byte[4096];
    private readonly SocketAddress _from;
    private volatile bool _stopping;

    public PortableWildcardWorker(Socket socket, WorkerContext context, Listening listening)
    {
        (_all, _context, _listening) = (socket, context, listening);
        _from = new SocketAddress(socket.AddressFamily);
        _places[socket] = SocketPlace.Of(listening.EndPoint);
        _thread = new Thread(Run) { IsBackground = true, Name = $"dns-udp-{context.Worker}" };
    }

    public long? KernelDrops => null;

    public void Start() => _thread.Start();

    public void Stop()
    {
        _stopping = true;
        _thread.Join();
        foreach (var socket in _places.Keys) socket.Dispose();
    }

    private void Run()
    {
        var ready = new List<Socket>(1 + MostAddresses);
        while (!_stopping)
        {
            ready.Clear();
            ready.AddRange(_places.Keys);
            try
            {
                Socket.Select(ready, null, null, s_look);
                if (ready.Count == 0) _context.Idle(WorkerContext.NowNanos());
                foreach (var socket in ready)
                {
                    if (socket == _all) AnswerFirst();
                    else AnswerNext(socket);
                }
            }
            catch (SocketException)
            {
                // A past reply's ICMP error.
                _context.Counters.Count(QueryTally.ReceiveErrors);
            }
        }
    }

    private void AnswerFirst()
    {
        var flags = SocketFlags.None;
        EndPoint from = new IPEndPoint(_listening.EndPoint.Address, 0);
        var received = _all.ReceiveMessageFrom(_query, ref flags, ref from, out var asked);
        var start = WorkerContext.NowNanos();
        var client = (IPEndPoint)from;
        var socket = SocketOf(asked);
        var length = Answer(received, ClientAddress.From(client.Address), SocketPlace.Of(client), socket, start);
        Send(socket, client.Serialize(), length, start);
    }

    private void AnswerNext(Socket socket)
    {
        var received = socket.ReceiveFrom(_query, SocketFlags.None, _from);
        var start = WorkerContext.NowNanos();
        var ipv6 = _from.Family != AddressFamily.InterNetwork;
        var source = ClientAddress.From(_from.Buffer.Span.Slice(ipv6 ? 8 : 4, ipv6 ? 16 : 4));
        var length = Answer(received, source, SocketPlace.OfSocketAddress(_from.Buffer.Span, ipv6), socket, start);
        Send(socket, _from, length, start);
    }

    private int Answer(int received, ClientAddress source, SocketPlace client, Socket socket, long start)
    {
        var query = _query.AsSpan(0, received);
        var length = _context.Answer(_context.Contents(), query, _reply, source, tcp: false, start / 1000);
        if (_context.Recorder() is { } recorder && recorder.Takes())
            recorder.Record(query, _reply.AsSpan(0, length), client, _places[socket], tcp: false, WorkerContext.UnixTicks());
        return length;
    }

    private void Send(Socket socket, SocketAddress to, int length, long start)
    {
        try
        {
            if (length > 0) socket.SendTo(_reply.AsSpan(0, length), SocketFlags.None, to);
        }
        catch (SocketException)
        {
            _context.Counters.Count(QueryTally.SendErrors);
        }
        _context.Counters.Took(WorkerContext.NowNanos() - start, 1);
    }

    /// <summary>The socket that answers from the address asked.</summary>
    private Socket SocketOf(IPPacketInformation asked)
    {
        // A link-local address means nothing without its interface.
        var address = asked.Address.IsIPv6LinkLocal ? new IPAddress(asked.Address.GetAddressBytes(), asked.Interface) : asked.Address;
        if (_byAddress.TryGetValue(address, out var known)) return known;
        if (_byAddress.Count == MostAddresses) return _all;
        var endPoint = new IPEndPoint(address, _listening.EndPoint.Port);
        try
        {
            var socket = Listening.OpenBeside(endPoint);
            _places[socket] = SocketPlace.Of(endPoint);
            return _byAddress[address] = socket;
        }
        catch (SocketException)
        {
            // No address of ours to answer from: a broadcast, one that is gone again, or one that is not ours yet (an IPv6 address while
            // it is tentative). So the next query tries once more.
            return _all;
        }
    }
}
