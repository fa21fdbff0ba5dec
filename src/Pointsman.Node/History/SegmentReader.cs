using System.Buffers.Binary;
using System.IO.Compression;
using Pointsman.Node.History.Encoding;

namespace Pointsman.Node.History;

/// <summary>Reads one file of the history from its start to the instant asked for, changing one snapshot into the next.</summary>
internal static class SegmentReader
{
    /// <exception cref="InvalidDataException">The head is not one of ours.</exception>
    public static DateTimeOffset FirstOf(string path)
    {
        using var file = Open(path);
        Span<byte> head = stackalloc byte[SegmentFormat.HeadBytes];
        return SegmentFormat.ReadHead(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
    }

    /// <summary>The last snapshot in the file that is not after <paramref name="time"/>; null when its first one is.</summary>
    /// <exception cref="InvalidDataException">The file is damaged before that instant. An end in the middle of a frame is none: the node was stopped there.</exception>
    public static Moment? At(string path, DateTimeOffset time)
    {
        using var file = Open(path);
        Span<byte> head = stackalloc byte[SegmentFormat.HeadBytes];
        _ = SegmentFormat.ReadHead(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
        using var stream = new DeflateStream(file, CompressionMode.Decompress);
        Codec? codec = null;
        Moment? found = null;
        var left = SegmentFormat.LargestSegment;
        while (ReadFrame(stream, ref left) is { } frame)
        {
            var input = new ByteInput(frame);
            var kind = input.Byte();
            if (kind == SegmentFormat.Shapes)
            {
                codec = Codecs.Of<Moment>(ShapeTable.Read(input));
                continue;
            }

            if (codec is null || kind is not (SegmentFormat.Whole or SegmentFormat.Change)) throw new InvalidDataException("a frame out of place");
            var next = codec.Read(input, kind == SegmentFormat.Whole ? null : found ?? throw new InvalidDataException("a change of nothing")) as Moment;
            if (next?.Snapshot is null || next.PlacesDigest is null || input.Left != 0) throw new InvalidDataException("a frame that is no snapshot");
            if (next.Snapshot.Time > time) return found;
            found = next;
        }

        return found;
    }

    private static FileStream Open(string path)
    {
        // A pipe or a device by this name has no length; opening it would wait for ever for somebody who writes into it.
        if (new FileInfo(path).Length < SegmentFormat.HeadBytes) throw new InvalidDataException("it has no head, or is no file");
        return new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 64 * 1024 });
    }

    // Null at the end of what was written.
    private static byte[]? ReadFrame(DeflateStream stream, ref long left)
    {
        Span<byte> head = stackalloc byte[8];
        if (Read(stream, head) < head.Length) return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is <= 0 or > SegmentFormat.LargestFrame || (left -= length) < 0) throw new InvalidDataException("a frame of an impossible size");
        // Grown as it comes: a length that lies costs no memory.
        using var frame = new MemoryStream(Math.Min(length, 1 << 20));
        var part = new byte[Math.Min(length, 1 << 16)];
        while (frame.Length < length)
        {
            var got = Read(stream, part.AsSpan(0, (int)Math.Min(part.Length, length - frame.Length)));
            if (got == 0) return null;
            frame.Write(part, 0, got);
        }

        var payload = frame.ToArray();
        return SegmentFormat.Checksum(payload) == BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) ? payload : throw new InvalidDataException("a frame with a wrong checksum");
    }

    // A stream that ends where its compression does not is cut short, not damaged: that is what a crash leaves.
    private static int Read(DeflateStream stream, Span<byte> into)
    {
        var count = 0;
        while (count < into.Length)
        {
            var got = stream.Read(into[count..]);
            if (got == 0) break;
            count += got;
        }

        return count;
    }
}
