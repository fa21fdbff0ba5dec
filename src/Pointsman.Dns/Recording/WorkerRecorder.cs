using System.Runtime.InteropServices;

namespace Pointsman.Dns.Recording;

/// <summary>
/// One worker's end of the recording: chooses which queries are taken and copies them into the worker's ring. No clock, lock, allocation or
/// system call; what a full ring refuses is counted and forgotten.
/// </summary>
/// <remarks>
/// Which ones: each query by a throw of its own. Every Nth would be cheaper by nothing and wrong: a client that asks A and AAAA in turn
/// would be recorded with the one and never with the other. By the client's address would be worse still: a few resolvers ask for most users.
/// Query and answer are one record, so that a sample holds both or neither.
/// </remarks>
internal sealed class WorkerRecorder
{
    private readonly bool _queries, _responses;
    private readonly ulong _threshold;
    private Counts _counts;

    /// <summary>Written by the worker alone, in lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counts
    {
        [FieldOffset(128)] public long Taken;
        [FieldOffset(136)] public long Refused;
        [FieldOffset(144)] public uint Throw;
    }

    public WorkerRecorder(RecordingOptions options, int worker)
    {
        _queries = options.Queries;
        _responses = options.Responses;
        // The smallest share is still some: one in four thousand million.
        _threshold = Math.Max(1, (ulong)Math.Round(options.Sample * (1UL << 32)));
        // Any number but 0, another one for each worker.
        _counts.Throw = unchecked(((uint)worker * 0x9E3779B9u) | 1);
        Ring = new RecordRing(options.QueueBytes);
    }

    public RecordRing Ring { get; }

    /// <summary>Messages (a query and its answer are two) that were to be recorded, and those of them that found no room.</summary>
    public long Taken => Volatile.Read(ref _counts.Taken);
    public long Refused => Volatile.Read(ref _counts.Refused);

    /// <summary>Whether the next query is taken.</summary>
    public bool Takes()
    {
        // Xorshift: all numbers but 0 in a fixed shuffle. It needs to be spread well, not to be secret.
        var x = _counts.Throw;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        _counts.Throw = x;
        return x - 1 < _threshold;
    }

    /// <param name="response">Empty = the query got no answer.</param>
    /// <param name="unixTicks">The wall clock in units of 100 ns, read once for a batch.</param>
    public void Record(ReadOnlySpan<byte> query, ReadOnlySpan<byte> response, in SocketPlace client, in SocketPlace server, bool tcp, long unixTicks)
    {
        var takesResponse = _responses && response.Length > 0;
        var messages = (_queries ? 1 : 0) + (takesResponse ? 1 : 0);
        // No octets are no message: an empty datagram, or the shutdown of a socket, which looks like one.
        if (messages == 0 || query.IsEmpty) return;
        _counts.Taken += messages;
        var queryLength = _queries ? query.Length : 0;
        var responseLength = takesResponse ? response.Length : 0;
        if (!Ring.TryReserve(RecordHead.Length + queryLength + responseLength, out var record))
        {
            _counts.Refused += messages;
            return;
        }
        MemoryMarshal.Write(record, new RecordHead
        {
            UnixTicks = unixTicks,
            Client = client,
            Server = server,
            QueryLength = _queries ? queryLength : -1,
            ResponseLength = takesResponse ? responseLength : -1,
            IsTcp = tcp,
        });
        query[..queryLength].CopyTo(record[RecordHead.Length..]);
        response[..responseLength].CopyTo(record[(RecordHead.Length + queryLength)..]);
        Ring.Commit();
    }
}
