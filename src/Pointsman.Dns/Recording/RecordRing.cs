using System.Runtime.InteropServices;

namespace Pointsman.Dns.Recording;

/// <summary>
/// A bounded queue of octets between one worker, which never waits, and one reader. A record lies in one piece, eight octets before it for its
/// length, everything in steps of eight:
/// <code>
/// | length | record … | length | record … | -1 |      (skipped: the next record did not fit before the end)
///           ^ consumed                      ^ produced
/// </code>
/// Positions only grow; a place in the memory is the position modulo the capacity. Each side keeps its own position and what it last saw of
/// the other's in a cache line of its own, and reads the other's only when the room or the records seem to have run out. A full ring refuses:
/// a queue that waits, or one that grows, would let whoever reads it hurt the answers.
/// </summary>
internal sealed class RecordRing
{
    /// <summary>A query and an answer of 65,535 octets each must find room wherever the ring stands, the piece skipped at the end included.</summary>
    public const int LeastBytes = 512 * 1024;
    public const int MostBytes = 64 * 1024 * 1024;

    private const int Prefix = 8, Skip = -1;

    private readonly byte[] _memory;
    private readonly int _mask;
    private Positions _at;

    /// <summary>Two lines apart, because processors fetch lines in pairs; and as far from whatever else is on the heap.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Positions
    {
        [FieldOffset(128)] public long Produced;
        [FieldOffset(136)] public long ConsumedSeen;
        [FieldOffset(144)] public long Reserved;
        [FieldOffset(256)] public long Consumed;
        [FieldOffset(264)] public long ProducedSeen;
        [FieldOffset(272)] public long Peeked;
    }

    /// <param name="bytes">Rounded up to a power of two between <see cref="LeastBytes"/> and <see cref="MostBytes"/>.</param>
    public RecordRing(int bytes)
    {
        var capacity = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(bytes, LeastBytes, MostBytes));
        _memory = GC.AllocateUninitializedArray<byte>(capacity);
        _mask = capacity - 1;
    }

    public int Capacity => _memory.Length;

    /// <summary>The worker's: room for a record of <paramref name="length"/> octets, to be filled and then given to <see cref="Commit"/>; false when there is none.</summary>
    public bool TryReserve(int length, out Span<byte> record)
    {
        var total = Total(length);
        var position = _at.Produced;
        var index = (int)position & _mask;
        var toEnd = _memory.Length - index;
        var needed = total <= toEnd ? total : toEnd + total;
        if (needed > _memory.Length - (position - _at.ConsumedSeen))
        {
            _at.ConsumedSeen = Volatile.Read(ref _at.Consumed);
            if (needed > _memory.Length - (position - _at.ConsumedSeen))
            {
                record = default;
                return false;
            }
        }
        if (total > toEnd)
        {
            WriteLength(index, Skip);
            position += toEnd;
            index = 0;
        }
        WriteLength(index, length);
        _at.Reserved = position + total;
        record = _memory.AsSpan(index + Prefix, length);
        return true;
    }

    /// <summary>Shows the reserved record to the reader, whole.</summary>
    public void Commit() => Volatile.Write(ref _at.Produced, _at.Reserved);

    /// <summary>The reader's: the oldest record, good until <see cref="Release"/>; false when there is none.</summary>
    public bool TryPeek(out ReadOnlyMemory<byte> record)
    {
        record = default;
        var position = _at.Consumed;
        if (position == _at.ProducedSeen)
        {
            _at.ProducedSeen = Volatile.Read(ref _at.Produced);
            if (position == _at.ProducedSeen) return false;
        }
        var index = (int)position & _mask;
        var length = ReadLength(index);
        if (length == Skip)
        {
            position += _memory.Length - index;
            index = 0;
            length = ReadLength(0);
        }
        _at.Peeked = position + Total(length);
        record = _memory.AsMemory(index + Prefix, length);
        return true;
    }

    /// <summary>Gives the room of the record peeked at last back to the worker.</summary>
    public void Release() => Volatile.Write(ref _at.Consumed, _at.Peeked);

    private static int Total(int length) => (Prefix + length + 7) & ~7;

    private void WriteLength(int index, int length) => MemoryMarshal.Write(_memory.AsSpan(index), length);

    private int ReadLength(int index) => MemoryMarshal.Read<int>(_memory.AsSpan(index));
}
