using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Pointsman.Node.History.Encoding;

namespace Pointsman.Node.History;

/// <summary>
/// One file of the history. Everything after the head is one compressed stream, flushed after each frame, so that a reader sees all frames and a
/// crash costs the last one at the most.
/// <code>
///   head     "PMHIST" 0 1 · time of the first snapshot (µs since 1970, 8 octets, little-endian) · CRC-32C of these 16
///   deflate( frame frame frame … )
///   frame    length · CRC-32C of the payload · payload: kind, then
///     shapes     how the facts lie: the first frame of each file
///     whole      a snapshot from nothing: the second
///     change     the next snapshot as a difference to the one before
/// </code>
/// </summary>
internal static class SegmentFormat
{
    public const int HeadBytes = 20;

    /// <summary>A cluster of 100 sites and 16 services takes some 8 MB from nothing; a frame beyond this is not written and not believed.</summary>
    public const int LargestFrame = 64 * 1024 * 1024;

    /// <summary>What reading one file may inflate to: a whole snapshot and all that a segment may hold after it.</summary>
    public const long LargestSegment = 6L * LargestFrame;

    public const byte Shapes = 1, Whole = 2, Change = 3;

    private static ReadOnlySpan<byte> Magic => "PMHIST\0\u0001"u8;

    /// <summary>This program's facts.</summary>
    public static ShapeTable Ours { get; } = ShapeBuilder.Of(typeof(Moment));

    public static byte[] Head(DateTimeOffset first)
    {
        var head = new byte[HeadBytes];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), Micros(first));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(16), Checksum(head.AsSpan(0, 16)));
        return head;
    }

    /// <exception cref="InvalidDataException">No head of ours.</exception>
    public static DateTimeOffset ReadHead(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadBytes || !head.StartsWith(Magic)) throw new InvalidDataException("not a file of this history, or of another version");
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[16..]) != Checksum(head[..16])) throw new InvalidDataException("its head has a wrong checksum");
        var micros = BinaryPrimitives.ReadInt64LittleEndian(head[8..]);
        return micros is >= 0 and < 253_402_300_800_000_000 ? DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond) : throw new InvalidDataException("its head has a time that cannot be");
    }

    // Rounded down: what is asked for at the very instant of the first snapshot finds it.
    private static long Micros(DateTimeOffset time) => Math.Max(0, (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF_FFFFu;
        var wide = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in wide) crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (var octet in bytes[(wide.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, octet);
        return ~crc;
    }
}
