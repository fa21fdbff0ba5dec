namespace Pointsman.Dssp.Transport;

/// <summary>
/// A look at a frame's outline before anything is made of it: how many entries each list has, and that no group is opened. An entry of two bytes
/// becomes an object of a hundred, so that without this a frame of 1 MiB costs its reader fifty.
/// </summary>
internal static class FrameShape
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Lengthed = 2;
    private const int Fixed32 = 5;
    private const int HelloField = 1;
    private const int StateField = 2;

    // Fields that no version has are skipped, as they must be; so many of them are no version to come.
    private const int UnknownFields = 1_000;

    /// <summary>Null when the parser may have it; else what is wrong.</summary>
    public static string? Fault(ReadOnlySpan<byte> frame)
    {
        var rest = frame;
        var unknown = 0;
        while (!rest.IsEmpty)
        {
            if (!TryField(ref rest, out var number, out var content)) return "no protobuf";
            if (number is not (HelloField or StateField))
            {
                if (++unknown > UnknownFields) return "too many unknown fields";
            }
            else if (BodyFault(content, number == StateField) is { } fault) return fault;
        }

        return null;
    }

    private static string? BodyFault(ReadOnlySpan<byte> body, bool isState)
    {
        Span<int> counts = stackalloc int[64];
        while (!body.IsEmpty)
        {
            if (!TryField(ref body, out var number, out var content)) return "no protobuf";
            // All that is not known is one kind.
            var kind = number < counts.Length ? number : 0;
            if (++counts[kind] > MostOf(kind, isState)) return kind == 0 ? "too many unknown fields" : "too many VIPs, observations, orders or other entries";
            if (InnerFault(content) is { } fault) return fault;
        }

        return null;
    }

    /// <summary>The entries themselves are flat: their fields are values, and a list of numbers in an order.</summary>
    private static string? InnerFault(ReadOnlySpan<byte> entry)
    {
        // Names, digests and replies are text, and no message: what does not read as one is left to the parser.
        for (var fields = 0; !entry.IsEmpty; fields++)
        {
            if (fields > UnknownFields) return "too many unknown fields";
            if (!TryField(ref entry, out _, out _)) return null;
        }

        return null;
    }

    private static int MostOf(int field, bool isState) => (isState, field) switch
    {
        (_, 0) => UnknownFields,
        (true, 15) => DsspLimits.Vips,
        (true, 16) => DsspLimits.Observations,
        (true, 17 or 32) => DsspLimits.Orders,
        (true, 19) => DsspLimits.Replies,
        (true, 31) => DsspLimits.Sites,
        (false, 9) => DsspLimits.Sites,
        // Single values, and operators' orders, whose bound is their own.
        _ => UnknownFields,
    };

    private static bool TryField(ref ReadOnlySpan<byte> rest, out int number, out ReadOnlySpan<byte> content)
    {
        number = 0;
        content = default;
        if (!TryVarint(ref rest, out var key) || key >> 3 is 0 or > int.MaxValue) return false;
        number = (int)(key >> 3);
        switch ((int)key & 7)
        {
            case Varint:
                return TryVarint(ref rest, out _);
            case Fixed64:
                return TrySkip(ref rest, 8);
            case Fixed32:
                return TrySkip(ref rest, 4);
            case Lengthed:
                if (!TryVarint(ref rest, out var length) || length > (ulong)rest.Length) return false;
                content = rest[..(int)length];
                rest = rest[(int)length..];
                return true;
            default:
                // Groups nest without a length; no version has any.
                return false;
        }
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, int bytes)
    {
        if (rest.Length < bytes) return false;
        rest = rest[bytes..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var index = 0; index < Math.Min(rest.Length, 10); index++)
        {
            value |= (ulong)(rest[index] & 0x7F) << (7 * index);
            if (rest[index] >= 0x80) continue;
            rest = rest[(index + 1)..];
            return true;
        }

        return false;
    }
}
