using System.Buffers.Binary;

namespace Pointsman.Fuzz.Reference;

/// <summary>What the cookie of a query proves.</summary>
internal enum CookieProof { None, ClientOnly, Bad, Good, GoodButOld }

/// <summary>Server cookies by the letter of RFC 9018 §4, with SipHash-2-4 written out: made for queries, and checked in answers.</summary>
internal sealed class ReferenceCookies(byte[][] secrets)
{
    public const int Length = 24;
    private const int MostAge = 3600, MostAhead = 300, RenewAfter = 1800;

    /// <summary>A whole cookie for a client, signed by the secret of that number.</summary>
    public byte[] Make(byte[] clientCookie, byte[] address, uint time, int secret = 0)
    {
        byte[] cookie = [.. clientCookie.AsSpan(0, 8), 1, 0, 0, 0, (byte)(time >> 24), (byte)(time >> 16), (byte)(time >> 8), (byte)time];
        return [.. cookie, .. Hash(secrets[secret], [.. cookie, .. address])];
    }

    public CookieProof Check(byte[] cookie, byte[] address, uint now)
    {
        if (cookie.Length == 8) return CookieProof.ClientOnly;
        if (cookie.Length != Length || cookie[8] != 1) return CookieProof.Bad;
        var age = (int)(now - BinaryPrimitives.ReadUInt32BigEndian(cookie.AsSpan(12)));
        if (age < -MostAhead || age > MostAge) return CookieProof.Bad;
        for (var i = 0; i < secrets.Length; i++)
        {
            if (!Hash(secrets[i], [.. cookie.AsSpan(0, 16), .. address]).AsSpan().SequenceEqual(cookie.AsSpan(16))) continue;
            return i == 0 && age >= 0 && age <= RenewAfter ? CookieProof.Good : CookieProof.GoodButOld;
        }
        return CookieProof.Bad;
    }

    private static byte[] Hash(byte[] key, byte[] data)
    {
        ulong k0 = BitConverter.ToUInt64(key, 0), k1 = BitConverter.ToUInt64(key, 8);
        ulong[] v = [k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573];
        byte[] padded = [.. data, .. new byte[7 - (data.Length % 8)], (byte)data.Length];
        for (var at = 0; at < padded.Length; at += 8)
        {
            var word = BitConverter.ToUInt64(padded, at);
            v[3] ^= word;
            Rounds(v, 2);
            v[0] ^= word;
        }
        v[2] ^= 0xFF;
        Rounds(v, 4);
        return BitConverter.GetBytes(v[0] ^ v[1] ^ v[2] ^ v[3]);
    }

    private static void Rounds(ulong[] v, int count)
    {
        static ulong Rotate(ulong value, int bits) => (value << bits) | (value >> (64 - bits));
        for (; count > 0; count--)
        {
            v[0] += v[1];
            v[1] = Rotate(v[1], 13) ^ v[0];
            v[0] = Rotate(v[0], 32);
            v[2] += v[3];
            v[3] = Rotate(v[3], 16) ^ v[2];
            v[0] += v[3];
            v[3] = Rotate(v[3], 21) ^ v[0];
            v[2] += v[1];
            v[1] = Rotate(v[1], 17) ^ v[2];
            v[2] = Rotate(v[2], 32);
        }
    }
}
