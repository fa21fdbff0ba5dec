using System.Net.Sockets;
using System.Runtime.InteropServices;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>
/// One thread, one socket of a SO_REUSEPORT group, one batch at a time: recvmmsg, answer in place, sendmmsg. All memory is taken once,
/// outside the collector's heap, and freed when the thread ends. A managed socket in its place loses 15 to 30 % of the throughput, an
/// asynchronous one half of it.
/// </summary>
internal sealed unsafe class LinuxUdpWorker : IUdpWorker
{
    private readonly Socket _socket;
    private readonly WorkerContext _context;
    private readonly bool _wildcard;
    private readonly SocketPlace _bound;
    private readonly Thread _thread;
    private readonly QueueDrops _drops;
    private bool _stopping;

    public LinuxUdpWorker(Socket socket, WorkerContext context, Listening listening)
    {
        _socket = socket;
        _context = context;
        // Bound to all addresses: each reply must then be told which one to leave from.
        _wildcard = listening.IsWildcard;
        _bound = SocketPlace.Of(listening.EndPoint);
        _drops = new QueueDrops(socket);
        _thread = new Thread(Run) { IsBackground = true, Name = $"dns-udp-{context.Worker}" };
    }

    public long? KernelDrops => _drops.Read();

    public void Start() => _thread.Start();

    public void Stop()
    {
        Volatile.Write(ref _stopping, true);
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
        var size = LinuxUdpBuffers.Bytes + LinuxReplies.Bytes;
        var memory = (byte*)NativeMemory.AlignedAlloc(size, 64);
        NativeMemory.Clear(memory, size);
        try
        {
            var buffers = new LinuxUdpBuffers(memory, _wildcard);
            Loop(buffers, new LinuxReplies(memory + LinuxUdpBuffers.Bytes, buffers));
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private void Loop(LinuxUdpBuffers buffers, LinuxReplies replies)
    {
        var handle = (int)_socket.Handle;
        var most = LinuxUdpBuffers.Batch;
        while (!Volatile.Read(ref _stopping))
        {
            var received = LinuxSockets.Receive(handle, buffers.Received, (uint)most, LinuxSockets.WaitForOne, null);
            if (received < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                // The receive timeout lets the thread look whether it is to stop. Anything else is a past reply's ICMP error.
                if (error is not (LinuxSockets.TryAgain or LinuxSockets.Interrupted)) _context.Counters.Count(QueryTally.ReceiveErrors);
                _context.Idle(WorkerContext.NowNanos());
                continue;
            }
            // Two looks at the clock for a whole batch.
            var start = WorkerContext.NowNanos();
            Answer(buffers, ref replies, received, start / 1000);
            _context.Counters.Count(QueryTally.SendErrors, replies.Send(handle, ref _stopping));
            _context.Counters.Took(WorkerContext.NowNanos() - start, received);
            buffers.Prepare(received);
            most = replies.HadCompany ? LinuxUdpBuffers.Batch : LinuxUdpBuffers.SmallBatch;
        }
    }

    private void Answer(LinuxUdpBuffers buffers, ref LinuxReplies replies, int received, long nowMicros)
    {
        var contents = _context.Contents();
        var recorder = _context.Recorder();
        var recordedAt = recorder is null ? 0 : WorkerContext.UnixTicks();
        for (var i = 0; i < received; i++)
        {
            var query = new ReadOnlySpan<byte>(buffers.Query(i), (int)Math.Min(buffers.Received[i].Length, LinuxUdpBuffers.QueryBytes));
            var reply = new Span<byte>(buffers.Reply(replies.Count), LinuxUdpBuffers.ReplyBytes);
            var length = _context.Answer(contents, query, reply, buffers.Source(i), tcp: false, nowMicros);
            if (recorder is not null && recorder.Takes())
                recorder.Record(query, reply[..length], buffers.SourcePlace(i), buffers.PlaceAsked(i, _bound), tcp: false, recordedAt);
            if (length > 0) replies.Add(i, length);
        }
    }
}
