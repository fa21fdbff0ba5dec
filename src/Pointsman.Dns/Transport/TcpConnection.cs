using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>How a connection ended, as far as it is worth a counter.</summary>
internal enum TcpEnd
{
    /// <summary>The client closed it.</summary>
    Closed,

    /// <summary>What came was no DNS.</summary>
    Malformed,

    /// <summary>The memory for slow clients was used up, and this was one.</summary>
    Crowded,
}

/// <summary>
/// One TCP connection (RFC 7766): queries one after another, many at once if the client sends them so, each answer as soon as it is there.
/// Idle, it holds no buffer: ten thousand idle clients cost ten thousand small objects. Whoever is slow costs only himself: what is held for him
/// is little and comes out of <see cref="StalledMemory"/>; and whoever is quick does not keep a thread to himself.
/// </summary>
internal sealed class TcpConnection(
    Socket socket, ClientAddress client, (SocketPlace Client, SocketPlace Server) places, ProcessorPool processors, StalledMemory stalled, DnsServerOptions options)
{
    private const int UsualBytes = 2048;

    /// <summary>Answers are sent when so much is waiting; it bounds what one client can make us hold, beside one answer.</summary>
    private const int MostWaiting = 16384;

    /// <summary>Answers after which a client whose queries are always there already lets others have the thread.</summary>
    private const int FairShare = 128;

    private readonly int _preferred = client.Bits.GetHashCode();
    private long _deadline = long.MaxValue;
    private long _progress = WorkerContext.NowNanos();
    private int _unsent, _sinceYield;

    public ClientAddress Client => client;

    /// <summary>When it was last of use: accepted, or a query whole. Whoever has to go, the one with the oldest goes first.</summary>
    public long ProgressNanos => Volatile.Read(ref _progress);

    /// <summary>Answers made, and not taken by the system: after the end, those that were lost.</summary>
    public int Unsent => _unsent;

    public TcpEnd End { get; private set; }

    /// <summary>True once the time that the client has for what it is at has run out. The server's sweep then closes the connection.</summary>
    public bool IsOverdue(long nowMilliseconds) => nowMilliseconds > Volatile.Read(ref _deadline);

    public void Close() => socket.Dispose();

    private void Allow(TimeSpan time) => Volatile.Write(ref _deadline, Environment.TickCount64 + (long)time.TotalMilliseconds);

    /// <summary>Serves until the client closes, is too slow, or sends what is no DNS.</summary>
    public async Task ServeAsync()
    {
        // Off the accepting loop: a client whose queries are there already would hold it up.
        await Task.Yield();
        while (true)
        {
            Allow(options.TcpIdleTimeout);
            // An empty read waits for data and takes no buffer to do so.
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(UsualBytes);
            try
            {
                Allow(options.TcpSlowTimeout);
                var filled = 0;
                do
                {
                    // Room grows with what has come, not with what the first two octets promise.
                    if (filled == buffer.Length) buffer = Enlarge(buffer);
                    var received = await WaitAsync(socket.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None), buffer.Length).ConfigureAwait(false);
                    if (received == 0) return;
                    filled += received;
                    var used = await AnswerAsync(buffer, filled, WorkerContext.NowNanos()).ConfigureAwait(false);
                    if (End == TcpEnd.Malformed) return;
                    // A client that keeps on sending is not slow, as long as it gets somewhere.
                    if (used > 0) Allow(options.TcpSlowTimeout);
                    filled -= used;
                    buffer.AsSpan(used, filled).CopyTo(buffer);
                    if (_sinceYield < FairShare) continue;
                    _sinceYield = 0;
                    await Task.Yield();
                }
                while (filled > 0);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>
    /// Waits for the client, holding so much for it; the usual is within what a connection may cost. Where there is no room for more, the connection
    /// ends; the call under way is awaited all the same, since until then the buffer is the system's.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(ValueTask<int> pending, int held)
    {
        if (pending.IsCompleted || held <= UsualBytes) return await pending.ConfigureAwait(false);
        var taken = stalled.TryTake(held);
        if (!taken)
        {
            End = TcpEnd.Crowded;
            Close();
        }
        try
        {
            return await pending.ConfigureAwait(false);
        }
        finally
        {
            if (taken) stalled.Give(held);
        }
    }

    private static byte[] Enlarge(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Answers every whole query; gives the octets used.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> AnswerAsync(byte[] buffer, int filled, long readNanos)
    {
        var used = 0;
        byte[]? waiting = null;
        var length = 0;
        try
        {
            while (filled - used >= 2)
            {
                int size = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(used));
                if (size < 12)
                {
                    // Shorter than a header: this client does not speak DNS.
                    End = TcpEnd.Malformed;
                    return used;
                }
                if (filled - used - 2 < size) break;
                (waiting, length) = Answer(buffer.AsSpan(used + 2, size), waiting, length, readNanos);
                used += 2 + size;
                if (length < MostWaiting) continue;
                await SendAsync(waiting!, length).ConfigureAwait(false);
                length = 0;
            }
            if (used > 0) Volatile.Write(ref _progress, readNanos);
            if (length > 0) await SendAsync(waiting!, length).ConfigureAwait(false);
            return used;
        }
        finally
        {
            if (waiting is not null) ArrayPool<byte>.Shared.Return(waiting);
        }
    }

    private (byte[]? Waiting, int Length) Answer(ReadOnlySpan<byte> query, byte[]? waiting, int length, long readNanos)
    {
        var slot = processors.Take(_preferred);
        try
        {
            var worker = slot.Worker;
            var answer = worker.Answer(worker.Contents(), query, slot.Reply.AsSpan(2), client, tcp: true, readNanos / 1000);
            if (worker.Recorder() is { } recorder && recorder.Takes())
                recorder.Record(query, slot.Reply.AsSpan(2, answer), places.Client, places.Server, tcp: true, WorkerContext.UnixTicks());
            worker.Counters.Took(WorkerContext.NowNanos() - readNanos, 1);
            _sinceYield++;
            if (answer == 0) return (waiting, length);
            _unsent++;
            // RFC 7766 §8: the two octets of length go out together with the message.
            BinaryPrimitives.WriteUInt16BigEndian(slot.Reply, (ushort)answer);
            if (waiting is null || waiting.Length - length < answer + 2)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(UsualBytes, (length + answer + 2) * 2));
                if (waiting is not null)
                {
                    waiting.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(waiting);
                }
                waiting = larger;
            }
            slot.Reply.AsSpan(0, answer + 2).CopyTo(waiting.AsSpan(length));
            return (waiting, length + answer + 2);
        }
        finally
        {
            ProcessorPool.Return(slot);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(byte[] waiting, int length)
    {
        Allow(options.TcpSlowTimeout);
        for (var sent = 0; sent < length;)
            sent += await WaitAsync(socket.SendAsync(waiting.AsMemory(sent, length - sent), SocketFlags.None), waiting.Length).ConfigureAwait(false);
        _unsent = 0;
    }
}
