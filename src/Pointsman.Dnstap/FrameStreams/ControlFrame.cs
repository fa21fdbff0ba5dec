using System.Buffers.Binary;
using System.Text;

namespace Pointsman.Dnstap.FrameStreams;

/// <summary>What a control frame says.</summary>
public enum ControlType : uint
{
    /// <summary>The reader's answer to <see cref="Ready"/>: what it takes.</summary>
    Accept = 1,

    /// <summary>Data frames of one content type follow.</summary>
    Start = 2,

    /// <summary>No more data.</summary>
    Stop = 3,

    /// <summary>The writer's first word on a connection: what it can send.</summary>
    Ready = 4,

    /// <summary>The reader's answer to <see cref="Stop"/>: all has arrived.</summary>
    Finish = 5,
}

/// <summary>
/// A control frame of Frame Streams, the container that dnstap travels in (the format is that of the fstrm library). All numbers are 32 bits,
/// big-endian:
/// <code>
/// data frame      | length > 0 | octets …
/// control frame   | 0 | length | type | { field 1 = content type | length | octets … } …
/// </code>
/// In a file the writer alone speaks: START, data, STOP. On a connection both do: READY, ACCEPT, START, data, STOP, FINISH.
/// </summary>
public sealed record ControlFrame(ControlType Type, IReadOnlyList<string> ContentTypes)
{
    /// <summary>The content type of dnstap.</summary>
    public const string Dnstap = "protobuf:dnstap.Dnstap";

    /// <summary>What the fstrm library takes at most: what is longer is no control frame of anybody's.</summary>
    public const int MostBytes = 512;
    public const int MostContentTypeBytes = 256;

    private const uint ContentTypeField = 1;

    /// <summary>The whole frame, from the zero that tells it from a data frame.</summary>
    public static byte[] Build(ControlType type, params ReadOnlySpan<string> contentTypes)
    {
        var body = new List<byte>(64);
        void Number(uint value) => body.AddRange([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
        Number((uint)type);
        foreach (var contentType in contentTypes)
        {
            var octets = Encoding.ASCII.GetBytes(contentType);
            Number(ContentTypeField);
            Number((uint)octets.Length);
            body.AddRange(octets);
        }
        var frame = new byte[8 + body.Count];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), body.Count);
        body.CopyTo(frame, 8);
        return frame;
    }

    /// <summary>Reads what stands after the length. False when it is not whole, too long, of an unknown type, or has an unknown field.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ControlFrame frame)
    {
        frame = new ControlFrame(ControlType.Stop, []);
        if (body.Length is < 4 or > MostBytes) return false;
        var type = (ControlType)BinaryPrimitives.ReadUInt32BigEndian(body);
        if (!Enum.IsDefined(type)) return false;
        var contentTypes = new List<string>();
        // Bounded by the frame: each field takes at least 8 octets of it.
        for (var rest = body[4..]; rest.Length > 0;)
        {
            if (rest.Length < 8 || BinaryPrimitives.ReadUInt32BigEndian(rest) != ContentTypeField) return false;
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
            if (length > MostContentTypeBytes || length > rest.Length - 8) return false;
            contentTypes.Add(Encoding.ASCII.GetString(rest.Slice(8, (int)length)));
            rest = rest[(8 + (int)length)..];
        }
        frame = new ControlFrame(type, contentTypes);
        return true;
    }
}
