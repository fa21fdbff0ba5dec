using Pointsman.Switching.HopTokens;

namespace Pointsman.Switching.Layer7;

/// <summary>
/// Finds the hop token in a query and puts a new one there. All other parameters stay byte for byte and in their order: the
/// application at the other site must see what the client meant.
/// </summary>
internal static class HopParameter
{
    /// <summary>The value of the first <c>_pm</c>; false when there is none.</summary>
    public static bool TryFind(ReadOnlySpan<byte> query, out ReadOnlySpan<byte> value)
    {
        foreach (var range in query.Split((byte)'&'))
            if (IsHop(query[range], out value)) return true;
        value = default;
        return false;
    }

    /// <summary>Writes the query with <paramref name="token"/> in place of the first <c>_pm</c>, without any other, else at its end.</summary>
    public static void Write(ref ByteWriter writer, ReadOnlySpan<byte> query, ReadOnlySpan<char> token)
    {
        var (first, placed) = (true, false);
        if (!query.IsEmpty)
        {
            foreach (var range in query.Split((byte)'&'))
            {
                var hop = IsHop(query[range], out _);
                if (hop && placed) continue;
                if (!first) writer.Raw("&"u8);
                first = false;
                if (hop) Parameter(ref writer, token);
                else writer.Uri(query[range]);
                placed |= hop;
            }
        }

        if (placed) return;
        if (!first) writer.Raw("&"u8);
        Parameter(ref writer, token);
    }

    private static void Parameter(ref ByteWriter writer, ReadOnlySpan<char> token)
    {
        writer.Ascii(HopToken.Parameter);
        writer.Raw("="u8);
        writer.Ascii(token);
    }

    private static bool IsHop(ReadOnlySpan<byte> parameter, out ReadOnlySpan<byte> value)
    {
        var equals = parameter.IndexOf((byte)'=');
        value = equals < 0 ? default : parameter[(equals + 1)..];
        return (equals < 0 ? parameter : parameter[..equals]).SequenceEqual("_pm"u8);
    }
}
