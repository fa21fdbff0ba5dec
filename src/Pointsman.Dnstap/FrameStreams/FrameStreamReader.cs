using System.Buffers.Binary;

namespace Pointsman.Dnstap.FrameStreams;

/// <summary>What a <see cref="FrameStreamReader"/> met.</summary>
public enum FrameVerdict
{
    /// <summary>A data frame.</summary>
    Frame,

    /// <summary>The STOP frame: the stream is whole.</summary>
    End,

    /// <summary>The octets end before STOP: the writer still writes, or died, or the file was cut.</summary>
    Truncated,

    /// <summary>What stands there is no frame stream of the content type wanted.</summary>
    Malformed,
}

/// <summary>
/// Reads a one-way frame stream, such as a file, from whoever wrote it: no length is believed beyond its bound, memory is one frame, and what
/// was read before a fault stays good. After anything but <see cref="FrameVerdict.Frame"/> every further read gives the same.
/// </summary>
public sealed class FrameStreamReader(Stream stream, string contentType = ControlFrame.Dnstap)
{
    /// <summary>What the fstrm library's own readers take at most. A DNS message has 64 KiB, and a payload two of them.</summary>
    public const int MostFrameBytes = 1024 * 1024;

    private byte[] _frame = new byte[4096];
    private bool _started;
    private FrameVerdict? _over;

    /// <summary>Octets of whole frames read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Why the stream is malformed or truncated, for a person; null = it is neither.</summary>
    public string? Note { get; private set; }

    /// <param name="frame">Good until the next call.</param>
    public FrameVerdict Read(out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        if (_over is { } over) return over;
        // Ends: each turn passes a control frame, and only one is passed (START); any other ends the stream.
        while (true)
        {
            if (!TryReadLength(out var length)) return Over();
            if (length == 0)
            {
                if (!TryReadControl()) return Over();
                continue;
            }
            if (!_started) return Malformed("does not begin with a START frame: this is no frame stream");
            if (length > MostFrameBytes) return Malformed($"a frame of {length} octets: at most {MostFrameBytes} are taken");
            if (!TryFill((int)length)) return Over();
            Position += 4 + length;
            frame = _frame.AsMemory(0, (int)length);
            return FrameVerdict.Frame;
        }
    }

    private bool TryReadControl()
    {
        if (!TryReadLength(out var length)) return false;
        if (length is < 4 or > ControlFrame.MostBytes) return Fail($"a control frame of {length} octets: 4 to {ControlFrame.MostBytes} are allowed");
        if (!TryFill((int)length)) return false;
        if (!ControlFrame.TryRead(_frame.AsSpan(0, (int)length), out var control)) return Fail("a control frame that cannot be read");
        Position += 8 + length;
        switch (control.Type)
        {
            case ControlType.Start when !_started:
                // A START without a content type leaves it open; several are not allowed.
                if (control.ContentTypes.Count > 1) return Fail("a START frame with several content types");
                if (control.ContentTypes is [var given] && given != contentType) return Fail($"content type '{given}', expected '{contentType}'");
                _started = true;
                return true;
            case ControlType.Stop when _started:
                _over = FrameVerdict.End;
                return false;
            default:
                return Fail(_started ? $"a {control.Type} frame among the data" : $"begins with a {control.Type} frame, expected Start");
        }
    }

    private bool TryReadLength(out uint length)
    {
        length = 0;
        if (!TryFill(4)) return false;
        length = BinaryPrimitives.ReadUInt32BigEndian(_frame);
        return true;
    }

    private bool TryFill(int length)
    {
        if (_frame.Length < length) _frame = new byte[Math.Min(MostFrameBytes, Math.Max(length, _frame.Length * 2))];
        var read = stream.ReadAtLeast(_frame.AsSpan(0, length), length, throwOnEndOfStream: false);
        if (read == length) return true;
        _over = FrameVerdict.Truncated;
        Note = $"ends without a STOP frame after {Position} octets: it is still being written, or was cut short";
        return false;
    }

    private FrameVerdict Over() => _over!.Value;

    private FrameVerdict Malformed(string note)
    {
        Fail(note);
        return FrameVerdict.Malformed;
    }

    private bool Fail(string note)
    {
        _over = FrameVerdict.Malformed;
        Note = $"at octet {Position}: {note}";
        return false;
    }
}
