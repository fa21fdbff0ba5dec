using System.Diagnostics.CodeAnalysis;
using Pointsman.Dnstap.FrameStreams;
using Pointsman.Dnstap.Messages;

namespace Pointsman.Dnstap;

/// <summary>
/// Reads recorded messages from a file of dnstap, ours or another server's, one after another and with the memory of one. A frame that is no
/// dnstap message is passed and counted; a file that is cut short gives what was whole.
/// </summary>
/// <example><code>
/// var reader = new DnstapReader(stream);
/// while (reader.TryRead(out var message)) Use(message);
/// if (reader.Note is { } note) Tell(note);
/// </code></example>
public sealed class DnstapReader(Stream stream)
{
    private readonly FrameStreamReader _frames = new(stream);
    private string? _skippedNote;

    /// <summary>Messages given so far.</summary>
    public long Messages { get; private set; }

    /// <summary>Frames that were no dnstap message.</summary>
    public long Skipped { get; private set; }

    /// <summary>True when nothing of it could be read as a frame stream, or only its beginning.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>What was not as it should be, for a person; null = all was. Whole once <see cref="TryRead"/> has given false.</summary>
    public string? Note => (_frames.Note, _skippedNote) switch
    {
        (null, null) => null,
        (var note, null) => note,
        (null, var skipped) => $"frames skipped: {Skipped}, the first {skipped}",
        var (note, skipped) => $"{note}; frames skipped: {Skipped}, the first {skipped}",
    };

    /// <summary>The next message; false at the end, whatever the end is.</summary>
    /// <exception cref="IOException">The stream itself cannot be read.</exception>
    public bool TryRead([NotNullWhen(true)] out TapMessage? message)
    {
        // Ends: each turn takes a frame from the stream.
        while (true)
        {
            var verdict = _frames.Read(out var frame);
            if (verdict != FrameVerdict.Frame)
            {
                IsMalformed = verdict == FrameVerdict.Malformed;
                break;
            }
            if (TapDecoder.TryRead(frame.Span, out message, out var fault))
            {
                Messages++;
                return true;
            }
            _skippedNote ??= $"before octet {_frames.Position}: {fault}";
            Skipped++;
        }
        message = null;
        return false;
    }
}
