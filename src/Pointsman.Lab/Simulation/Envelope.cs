using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// A frame on its way, as the bytes that a real stream would carry: every word goes through the codec, so that what the wire cannot say is not heard. One
/// word goes to many: it is written once and read once, and each receiver gets it with the instants of its own clock.
/// </summary>
internal sealed class Envelope(DsspFrame frame, Instant now)
{
    private readonly byte[] bytes = FrameCodec.Encode(frame, now);
    private SiteState? read;
    private int version;

    public int Length => bytes.Length;

    /// <param name="now">On the receiver's clock: instants travel as ages.</param>
    public bool TryOpen(Instant now, [NotNullWhen(true)] out DsspFrame? opened, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        if (read is not null)
        {
            opened = DsspFrame.Of(At(read, now), version);
            return true;
        }
        if (!FrameCodec.TryDecode(bytes, default, out opened, out fault)) return false;
        if (opened.State is not { } word) return true;
        (read, version) = (word, opened.Version);
        opened = DsspFrame.Of(At(word, now), version);
        return true;
    }

    // Read at the instant zero, an instant is minus its age.
    private static SiteState At(SiteState word, Instant now)
    {
        var ago = now - default(Instant);
        var observations = ImmutableArray.CreateBuilder<Observation>(word.Observations.Length);
        foreach (var seen in word.Observations) observations.Add(seen with { MeasuredAt = seen.MeasuredAt + ago });
        return word with { SentAt = word.SentAt + ago, Observations = observations.MoveToImmutable() };
    }
}
