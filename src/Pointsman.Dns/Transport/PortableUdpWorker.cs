using System.Net;
using System.Net.Sockets;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>UDP on one address by one managed socket and one thread, for systems without recvmmsg. Allocates nothing per query either.</summary>
internal sealed class PortableUdpWorker : IUdpWorker
{
    private readonly Socket _socket;
    private readonly WorkerContext _context;
    private readonly Thread _thread;
    private readonly SocketPlace _bound;
    private volatile bool _stopping;

    public PortableUdpWorker(Socket socket, WorkerContext context, Listening listening)
    {
        _socket = socket;
        _context = context;
        _bound = SocketPlace.Of(listening.EndPoint);
        _thread = new Thread(Run) { IsBackground = true, Name = $"dns-udp-{context.Worker}" };
    }

    public long? KernelDrops => null;

    public void Start() => _thread.Start();

    public void Stop()
    {
        _stopping = true;
        _socket.Dispose();
        _thread.Join();
    }

    private void Run()
    {
        var query = new byte[QueryProcessor.MaxMessageBytes];
        var reply = new byte[4096];
        var from = new SocketAddress(_socket.AddressFamily);
        while (!_stopping)
        {
            try
            {
                var received = _socket.ReceiveFrom(query, SocketFlags.None, from);
                var start = WorkerContext.NowNanos();
                var length = _context.Answer(_context.Contents(), query.AsSpan(0, received), reply, Source(from), tcp: false, start / 1000);
                if (_context.Recorder() is { } recorder && recorder.Takes())
                    recorder.Record(query.AsSpan(0, received), reply.AsSpan(0, length), SourcePlace(from), _bound, tcp: false, WorkerContext.UnixTicks());
                if (length > 0) Send(reply.AsSpan(0, length), from);
                _context.Counters.Took(WorkerContext.NowNanos() - start, 1);
            }
            catch (SocketException) when (!_stopping)
            {
                // A past reply's ICMP error.
                _context.Counters.Count(QueryTally.ReceiveErrors);
            }
            catch (Exception e) when (_stopping && e is SocketException or ObjectDisposedException)
            {
                // Stop closed the socket under the call.
                return;
            }
        }
    }

    private void Send(ReadOnlySpan<byte> reply, SocketAddress to)
    {
        try
        {
            _socket.SendTo(reply, SocketFlags.None, to);
        }
        catch (SocketException)
        {
            _context.Counters.Count(QueryTally.SendErrors);
        }
    }

    private static SocketPlace SourcePlace(SocketAddress from) => SocketPlace.OfSocketAddress(from.Buffer.Span, from.Family != AddressFamily.InterNetwork);

    private static ClientAddress Source(SocketAddress from) => ClientAddress.From(
        from.Family == AddressFamily.InterNetwork ? from.Buffer.Span.Slice(4, 4) : from.Buffer.Span.Slice(8, 16));
}
