using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// Frames as bytes: dssp.proto. Reading never throws and checks every bound before it believes a number; what it accepts is well-formed,
/// whether it is true is the machine's to judge. Instants become ages on the way out and instants of the reader's own clock on the way in.
/// Writing clamps what this node itself may have measured out of range: one odd value of its own must not cost it all its streams.
/// </summary>
/// <remarks>
/// A frame is written as its stream's version has it, and read as it is: fields that a version does not have are absent in its frames,
/// and absent means what that version's speakers mean. Rejected: a reader for each version, for two readers can disagree.
/// </remarks>
public static class FrameCodec
{
    public static byte[] Encode(DsspFrame frame, Instant now)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return (frame.Hello is { } hello ? new Wire.Frame { Hello = HelloCodec.ToWire(hello) } : new Wire.Frame { State = StateCodec.ToWire(frame.State!, frame.Version, now) }).ToByteArray();
    }

    /// <summary>False with what is wrong, whatever the bytes are.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, Instant now, [NotNullWhen(true)] out DsspFrame? frame, [NotNullWhen(false)] out string? fault)
    {
        frame = null;
        if (bytes.Length > DsspLimits.FrameBytes)
        {
            fault = $"a frame of {bytes.Length} bytes";
            return false;
        }

        fault = FrameShape.Fault(bytes);
        if (fault is not null) return false;
        Wire.Frame wire;
        try
        {
            wire = Wire.Frame.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            fault = exception.Message;
            return false;
        }

        fault = wire.BodyCase switch
        {
            Wire.Frame.BodyOneofCase.Hello => HelloCodec.Fault(wire.Hello),
            Wire.Frame.BodyOneofCase.State => StateCodec.Fault(wire.State),
            _ => "a frame without a body",
        };
        if (fault is not null) return false;
        frame = wire.BodyCase == Wire.Frame.BodyOneofCase.Hello ? DsspFrame.Of(HelloCodec.FromWire(wire.Hello)) : DsspFrame.Of(StateCodec.FromWire(wire.State, now));
        return true;
    }
}
