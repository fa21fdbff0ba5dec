using System.Buffers.Binary;

namespace Pointsman.Dnstap.Transport;

/// <summary>Why frames were not written.</summary>
internal enum TapLoss { None, NotConnected, WriteError }

/// <summary>What a sink did with a run of frames: the first <paramref name="Bytes"/> octets, all whole frames, were taken; the rest was lost.</summary>
internal readonly record struct TapOutcome(int Bytes, TapLoss Loss);

/// <summary>Where frames go: <see cref="TapFile"/> or <see cref="TapSocket"/>. Disposing it ends the stream in order, if the other side lets it. Used by the writer's thread alone, but for <see cref="IsOpen"/>.</summary>
internal interface ITapSink : IDisposable
{
    bool IsOpen { get; }

    /// <summary>Writes whole data frames, each with its length before it. May take its time; never throws for what the system refuses.</summary>
    TapOutcome Write(ReadOnlySpan<byte> frames);

    /// <summary>Called some times a second: opens what is not open, looks whether what is open is still there.</summary>
    void LookAfter();

    /// <summary>An operator's word that files may have been renamed.</summary>
    void Reopen();
}

/// <summary>Runs of frames.</summary>
internal static class FrameRun
{
    /// <summary>How many octets of the first <paramref name="sent"/> make whole frames.</summary>
    public static int WholeBytes(ReadOnlySpan<byte> frames, int sent)
    {
        var at = 0;
        // Bounded by the run: each frame takes at least 4 octets of it.
        while (frames.Length - at >= 4)
        {
            var end = at + 4 + BinaryPrimitives.ReadInt32BigEndian(frames[at..]);
            if (end > sent) break;
            at = end;
        }
        return at;
    }

    public static int Count(ReadOnlySpan<byte> frames)
    {
        var count = 0;
        for (var at = 0; at < frames.Length; at += 4 + BinaryPrimitives.ReadInt32BigEndian(frames[at..])) count++;
        return count;
    }
}
