namespace Pointsman.Node.History.Encoding;

/// <summary>
/// Writes and reads one shape of value, as a difference to the value before it: of two snapshots in a row nearly everything is the same, and mostly
/// the same object, so that telling what changed costs no more than what changed. Where there is no value before, everything is written.
/// A codec without a target passes over: it reads exactly what one with a target would, and returns null.
/// </summary>
internal abstract class Codec
{
    public abstract bool Same(object? now, object? before);
    public abstract void Write(ByteOutput output, object? now, object? before);

    /// <param name="before">What the last call returned for the value before.</param>
    /// <exception cref="InvalidDataException">The octets are no such value.</exception>
    public abstract object? Read(ByteInput input, object? before);
}
