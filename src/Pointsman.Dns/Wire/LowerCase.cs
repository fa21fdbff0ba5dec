using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pointsman.Dns.Wire;

/// <summary>
/// Lower-cases a whole name in wire form at once. A length octet is at most 63 and 'A' is 65, so length octets pass through unchanged.
/// Only ASCII letters have case (RFC 4343 §2): octets from 128 up are left alone.
/// </summary>
internal static class LowerCase
{
    private const ulong Ones = 0x0101010101010101;
    private const ulong HighBits = 0x8080808080808080;

    /// <summary>Copies <paramref name="source"/> in lower case; <paramref name="target"/> is at least as long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var at = 0;
        while (source.Length - at >= 8)
        {
            var word = MemoryMarshal.Read<ulong>(source[at..]);
            MemoryMarshal.Write(target[at..], Convert(word));
            at += 8;
        }
        for (; at < source.Length; at++) target[at] = Convert(source[at]);
    }

    public static byte Convert(byte octet) => (uint)(octet - 'A') <= 'Z' - 'A' ? (byte)(octet | 0x20) : octet;

    /// <summary>Eight octets at once: the top bit of each lane tells whether it holds 'A' to 'Z'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Convert(ulong word)
    {
        var low = word & ~HighBits;
        var atLeastA = low + (Ones * (0x80 - 'A'));
        var pastZ = low + (Ones * (0x80 - 'Z' - 1));
        var upper = atLeastA & ~pastZ & ~word & HighBits;
        return word | (upper >> 2);
    }
}
