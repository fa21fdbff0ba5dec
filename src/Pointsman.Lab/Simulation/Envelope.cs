using System.Diagnostics.CodeAnalysis;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// A frame on its way, as the bytes that a real stream would carry: every word goes through the codec, so that what the wire cannot say is not heard. One
/// word goes to many, and is written once for all of them.
/// </summary>
internal sealed class Envelope(DsspFrame frame, Instant now)
{
    private readonly byte[] bytes = FrameCodec.Encode(frame, now);

    public int Length => bytes.Length;

    /// <param name="now">On the receiver's clock: instants travel as ages.</param>
    public bool TryOpen(Instant now, [NotNullWhen(true)] out DsspFrame? opened, [NotNullWhen(false)] out string? fault) =>
        FrameCodec.TryDecode(bytes, now, out opened, out fault);
}
