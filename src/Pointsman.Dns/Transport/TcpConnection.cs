using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>
/// One TCP connection (RFC 7766): queries one after another, many at once if the client sends them so, each answer as soon as it is there.
/// Idle, it holds no buffer: ten thousand idle clients cost ten thousand small objects. Whoever is slow costs only himself.
/// </summary>
internal sealed class TcpConnection(Socket socket, ClientAddress client, (SocketPlace Client, SocketPlace Server) places, ProcessorPool processors, DnsServerOptions options)
{
    private const int UsualBytes = 2048;

    /// <summary>Answers are sent when so much is waiting; it bounds what one client can make us hold, beside one answer.</summary>
    private const int MostWaiting = 16384;

    private readonly int _preferred = client.Bits.GetHashCode();
    private long _deadline = long.MaxValue;

    public ClientAddress Client => client;

    /// <summary>True once the time that the client has for what it is at has run out. The server's sweep then closes the connection.</summary>
    public bool IsOverdue(long nowMilliseconds) => nowMilliseconds > Volatile.Read(ref _deadline);

    public void Close() => socket.Dispose();

    private void Allow(TimeSpan time) => Volatile.Write(ref _deadline, Environment.TickCount64 + (long)time.TotalMilliseconds);

    /// <summary>Serves until the client closes, is too slow, or sends what is no DNS.</summary>
    public async Task ServeAsync()
    {
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
                    var received = await socket.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None).ConfigureAwait(false);
                    if (received == 0) return;
                    filled += received;
                    var used = await AnswerAsync(buffer, filled).ConfigureAwait(false);
                    if (used < 0) return;
                    // A client that keeps on sending is not slow, as long as it gets somewhere.
                    if (used > 0) Allow(options.TcpSlowTimeout);
                    filled -= used;
                    buffer.AsSpan(used, filled).CopyTo(buffer);
                    buffer = Fit(buffer, filled);
                }
                while (filled > 0);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Room for the whole query that has begun.</summary>
    private static byte[] Fit(byte[] buffer, int filled)
    {
        if (filled < 2) return buffer;
        var needed = 2 + BinaryPrimitives.ReadUInt16BigEndian(buffer);
        if (needed <= buffer.Length) return buffer;
        var larger = ArrayPool<byte>.Shared.Rent(needed);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Answers every whole query; gives the octets used, or -1 when the connection is to be closed.</summary>
    private async ValueTask<int> AnswerAsync(byte[] buffer, int filled)
    {
        var used = 0;
        byte[]? waiting = null;
        var length = 0;
        try
        {
            while (filled - used >= 2)
            {
                int size = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(used));
                // Shorter than a header: this client does not speak DNS.
                if (size < 12) return -1;
                if (filled - used - 2 < size) break;
                (waiting, length) = Answer(buffer.AsSpan(used + 2, size), waiting, length);
                used += 2 + size;
                if (length >= MostWaiting)
                {
                    await SendAsync(waiting!, length).ConfigureAwait(false);
                    length = 0;
                }
            }
            if (length > 0) await SendAsync(waiting!, length).ConfigureAwait(false);
            return used;
        }
        finally
        {
            if (waiting is not null) ArrayPool<byte>.Shared.Return(waiting);
        }
    }

    private (byte[]? Waiting, int Length) Answer(ReadOnlySpan<byte> query, byte[]? waiting, int length)
    {
        var slot = processors.Take(_preferred);
        try
        {
            var worker = slot.Worker;
            var answer = worker.Answer(worker.Contents(), query, slot.Reply.AsSpan(2), client, tcp: true, WorkerContext.NowMicros());
            if (worker.Recorder() is { } recorder && recorder.Takes())
                recorder.Record(query, slot.Reply.AsSpan(2, answer), places.Client, places.Server, tcp: true, WorkerContext.UnixTicks());
            if (answer == 0) return (waiting, length);
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

    private async ValueTask SendAsync(byte[] waiting, int length)
    {
        Allow(options.TcpSlowTimeout);
        for (var sent = 0; sent < length;)
            sent += await socket.SendAsync(waiting.AsMemory(sent, length - sent), SocketFlags.None).ConfigureAwait(false);
    }
}
