using System.Buffers.Binary;
using System.IO.Compression;
using Pointsman.Node.History.Encoding;

namespace Pointsman.Node.History;

/// <summary>Appends to one new file. One thread.</summary>
internal sealed class SegmentWriter : IDisposable
{
    // A segment is read from its start: what its changes may come to, as a multiple of the whole snapshot that it begins with, and at least.
    private const int ChangesPerWhole = 4;
    private const long LeastChanges = 1024 * 1024;

    /// <summary>An hour at one a second.</summary>
    private const int MostFrames = 3600;

    private readonly Codec codec = Codecs.Of<Moment>(SegmentFormat.Ours);
    private readonly ByteOutput payload = new();
    private readonly FileStream file;
    private readonly DeflateStream stream;
    private readonly long largest;
    private Moment last;
    private long whole;
    private long changes;
    private int frames;

    /// <param name="largest">Octets after which the next snapshot goes into a new file.</param>
    /// <exception cref="IOException">The file is there already, or cannot be written.</exception>
    public SegmentWriter(string path, Moment first, long largest)
    {
        Path = path;
        First = first.Snapshot.Time;
        last = first;
        this.largest = largest;
        file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });
        try
        {
            file.Write(SegmentFormat.Head(First));
            stream = new DeflateStream(file, CompressionLevel.Optimal, leaveOpen: true);
            payload.Byte(SegmentFormat.Shapes);
            SegmentFormat.Ours.Write(payload);
            Frame();
            payload.Byte(SegmentFormat.Whole);
            codec.Write(payload, first, null);
            whole = Frame();
            stream.Flush();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }
    public DateTimeOffset First { get; }
    public long Bytes => file.Length;

    /// <summary>Whether the file by this name is still the one that is written.</summary>
    public bool IsInPlace => new FileInfo(Path) is { Exists: true } found && found.Length == file.Length;

    /// <summary>False when the next snapshot shall begin a new file: this one is long enough, or the clock was set back.</summary>
    public bool Takes(Moment next) =>
        frames < MostFrames
        && file.Length < largest
        && changes < Math.Max(LeastChanges, ChangesPerWhole * whole)
        && next.Snapshot.Time > last.Snapshot.Time;

    public void Append(Moment next)
    {
        payload.Byte(SegmentFormat.Change);
        codec.Write(payload, next, last);
        changes += Frame();
        stream.Flush();
        last = next;
        frames++;
    }

    private long Frame()
    {
        var length = payload.Length;
        if (length > SegmentFormat.LargestFrame) throw new IOException(FormattableString.Invariant($"a snapshot of {length} octets is more than a file of the history can hold"));
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(head, length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], SegmentFormat.Checksum(payload.Written));
        stream.Write(head);
        stream.Write(payload.Written);
        payload.Clear();
        return length;
    }

    public void Dispose()
    {
        try
        {
            stream?.Dispose();
            file.Dispose();
        }
        catch (IOException)
        {
            // A full disk again: what was flushed before stays readable.
        }
    }
}
