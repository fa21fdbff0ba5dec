using System.Net.Sockets;
using System.Runtime.InteropServices;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>
/// One thread, one socket of a SO_REUSEPORT group, one batch at a time: recvmmsg, answer in place, sendmmsg. All memory is taken once,
/// outside the collector's heap, and freed when the thread ends. A managed socket in its place loses 15 to 30 % of the throughput, an
/// asynchronous one half of it.
/// </summary>
internal sealed unsafe class LinuxUdpWorker : IUdpWorker
{
    private const int Batch = 64;

    /// <summary>A query over UDP is never that long; a longer one arrives cut and is answered FORMERR.</summary>
    private const int QueryBytes = 2048;
    private const int ReplyBytes = 4096;
    private const int AddressBytes = 32;
    private const int ControlBytes = 64;

    private readonly Socket _socket;
    private readonly WorkerContext _context;
    private readonly bool _wildcard;
    private readonly SocketPlace _bound;
    private readonly Thread _thread;
    private volatile bool _stopping;

    public LinuxUdpWorker(Socket socket, WorkerContext context, Listening listening)
    {
        _socket = socket;
        _context = context;
        // Bound to all addresses: each reply must then be told which one to leave from.
        _wildcard = listening.IsWildcard;
        _bound = SocketPlace.Of(listening.EndPoint);
        _thread = new Thread(Run) { IsBackground = true, Name = $"dns-udp-{context.Worker}" };
    }

    public void Start() => _thread.Start();

    public void Stop()
    {
        _stopping = true;
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // An unconnected datagram socket says "not connected", and wakes its receiver all the same; if not, the receive timeout does.
        }
        _thread.Join();
        _socket.Dispose();
    }

    private void Run()
    {
        const int Each = sizeof(ulong) * 2 * 2 + QueryBytes + ReplyBytes + AddressBytes + ControlBytes;
        var size = (nuint)(Batch * (Each + (2 * sizeof(LinuxSockets.Datagram))));
        var memory = (byte*)NativeMemory.AlignedAlloc(size, 64);
        NativeMemory.Clear(memory, size);
        try
        {
            Loop(new Buffers(memory));
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private void Loop(Buffers buffers)
    {
        var handle = (int)_socket.Handle;
        while (!_stopping)
        {
            buffers.Prepare(_wildcard);
            var received = LinuxSockets.Receive(handle, buffers.Received, Batch, LinuxSockets.WaitForOne, null);
            if (received < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                // The receive timeout lets the thread look whether it is to stop. Anything else is a past reply's ICMP error.
                if (error is not (LinuxSockets.TryAgain or LinuxSockets.Interrupted)) _context.Counters.SendErrors++;
                continue;
            }
            if (received > 0) Send(handle, buffers, Answer(buffers, received));
        }
    }

    private int Answer(Buffers buffers, int received)
    {
        var contents = _context.Contents();
        var recorder = _context.Recorder();
        var recordedAt = recorder is null ? 0 : WorkerContext.UnixTicks();
        var now = WorkerContext.NowMicros();
        var replies = 0;
        for (var i = 0; i < received; i++)
        {
            var query = new ReadOnlySpan<byte>(buffers.Query(i), (int)Math.Min(buffers.Received[i].Length, QueryBytes));
            var reply = new Span<byte>(buffers.Reply(replies), ReplyBytes);
            var length = _context.Answer(contents, query, reply, buffers.Source(i), tcp: false, now);
            if (recorder is not null && recorder.Takes())
                recorder.Record(query, reply[..length], buffers.SourcePlace(i), _wildcard ? buffers.PlaceAsked(i, _bound) : _bound, tcp: false, recordedAt);
            if (length > 0) buffers.Address(replies++, i, length, _wildcard);
        }
        return replies;
    }

    private void Send(int handle, Buffers buffers, int replies)
    {
        // Ends: each turn sends or gives up at least one reply, or was interrupted by a signal.
        for (var sent = 0; sent < replies;)
        {
            var count = LinuxSockets.Send(handle, buffers.Sent + sent, (uint)(replies - sent), 0);
            if (count > 0) sent += count;
            else if (Marshal.GetLastPInvokeError() != LinuxSockets.Interrupted || _stopping)
            {
                _context.Counters.SendErrors++;
                sent++;
            }
        }
    }

    /// <summary>The batch's memory: headers, vectors, then queries, replies, addresses and control messages.</summary>
    private readonly struct Buffers
    {
        public readonly LinuxSockets.Datagram* Received;
        public readonly LinuxSockets.Datagram* Sent;
        private readonly LinuxSockets.IoVector* _vectors;
        private readonly byte* _queries;
        private readonly byte* _replies;
        private readonly byte* _addresses;
        private readonly byte* _controls;

        public Buffers(byte* memory)
        {
            Received = (LinuxSockets.Datagram*)memory;
            Sent = Received + Batch;
            _vectors = (LinuxSockets.IoVector*)(Sent + Batch);
            _queries = (byte*)(_vectors + (2 * Batch));
            _replies = _queries + (Batch * QueryBytes);
            _addresses = _replies + (Batch * ReplyBytes);
            _controls = _addresses + (Batch * AddressBytes);
            for (var i = 0; i < Batch; i++)
            {
                _vectors[i] = new() { Start = Query(i), Length = QueryBytes };
                _vectors[Batch + i] = new() { Start = Reply(i) };
                Received[i].Header.Vectors = _vectors + i;
                Received[i].Header.VectorCount = 1;
                Sent[i].Header.Vectors = _vectors + Batch + i;
                Sent[i].Header.VectorCount = 1;
            }
        }

        public byte* Query(int index) => _queries + (index * QueryBytes);
        public byte* Reply(int index) => _replies + (index * ReplyBytes);

        public void Prepare(bool wildcard)
        {
            for (var i = 0; i < Batch; i++)
            {
                ref var header = ref Received[i].Header;
                header.Name = _addresses + (i * AddressBytes);
                header.NameLength = AddressBytes;
                header.Control = wildcard ? _controls + (i * ControlBytes) : null;
                header.ControlLength = wildcard ? ControlBytes : 0u;
            }
        }

        /// <summary>sockaddr_in: family, port, address at 4; sockaddr_in6: family, port, flow, address at 8.</summary>
        public ClientAddress Source(int index)
        {
            var address = _addresses + (index * AddressBytes);
            return *(ushort*)address == 2
                ? ClientAddress.From(new ReadOnlySpan<byte>(address + 4, 4))
                : ClientAddress.From(new ReadOnlySpan<byte>(address + 8, 16));
        }

        public SocketPlace SourcePlace(int index)
        {
            var address = _addresses + (index * AddressBytes);
            return SocketPlace.OfSocketAddress(new ReadOnlySpan<byte>(address, AddressBytes), ipv6: *(ushort*)address != 2);
        }

        /// <summary>Which address a query to a wildcard was sent to. The packet information begins with a head of 16; in_pktinfo has the address at 8, in6_pktinfo at 0.</summary>
        public SocketPlace PlaceAsked(int index, in SocketPlace bound)
        {
            ref var header = ref Received[index].Header;
            if (header.ControlLength == 0) return bound;
            return bound.AddressLength == 4
                ? SocketPlace.Of(new ReadOnlySpan<byte>(header.Control + 24, 4), bound.Port)
                : SocketPlace.Of(new ReadOnlySpan<byte>(header.Control + 16, 16), bound.Port);
        }

        /// <summary>Sends reply <paramref name="reply"/> to where query <paramref name="query"/> came from.</summary>
        public void Address(int reply, int query, int length, bool wildcard)
        {
            ref var target = ref Sent[reply].Header;
            target.Name = Received[query].Header.Name;
            target.NameLength = Received[query].Header.NameLength;
            target.Vectors->Length = (nuint)length;
            target.Control = null;
            target.ControlLength = 0;
            if (!wildcard || Received[query].Header.ControlLength == 0) return;
            // The packet information that came in says which address was asked; sent back, it says which one to answer from. The interface
            // is left to routing (index 0), except for link-local addresses, which mean nothing without it.
            var control = Received[query].Header.Control;
            if (*(ushort*)target.Name == 2) *(int*)(control + 16) = 0;
            else if (control[16] != 0xFE || (control[17] & 0xC0) != 0x80) *(int*)(control + 32) = 0;
            target.Control = control;
            target.ControlLength = Received[query].Header.ControlLength;
        }
    }
}
