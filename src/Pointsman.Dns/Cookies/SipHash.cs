using System.Buffers.Binary;
using System.Numerics;

namespace Pointsman.Dns.Cookies;

/// <summary>A SipHash key: 16 octets, read as two little-endian words.</summary>
internal readonly record struct SipKey(ulong Low, ulong High)
{
    public const int Length = 16;

    public static SipKey From(ReadOnlySpan<byte> octets) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(octets), BinaryPrimitives.ReadUInt64LittleEndian(octets[8..]));
}

/// <summary>
/// SipHash-2-4, the keyed hash of interoperable server cookies (RFC 9018 §4.4): two rounds for each word of eight octets, four at the end. The
/// framework has none. Four words of state, no memory: it costs some 20 ns for a cookie.
/// </summary>
internal static class SipHash
{
    public static ulong Compute(SipKey key, ReadOnlySpan<byte> data)
    {
        var v0 = key.Low ^ 0x736f6d6570736575;
        var v1 = key.High ^ 0x646f72616e646f6d;
        var v2 = key.Low ^ 0x6c7967656e657261;
        var v3 = key.High ^ 0x7465646279746573;
        // The last word holds what is left of the data, and the data's length in its top octet.
        var last = (ulong)data.Length << 56;
        for (; data.Length >= 8; data = data[8..])
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(data);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
        }
        for (var i = 0; i < data.Length; i++) last |= (ulong)data[i] << (8 * i);
        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xFF;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
