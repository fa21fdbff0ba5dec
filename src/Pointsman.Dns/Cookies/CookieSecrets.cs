using System.Buffers.Binary;
using System.Collections.Immutable;
using Pointsman.Dns.Dynamic;

namespace Pointsman.Dns.Cookies;

/// <summary>What the cookie of a query says of whoever sent it.</summary>
internal enum CookieState : byte
{
    /// <summary>No cookie, or cookies are off.</summary>
    None,

    /// <summary>A client cookie alone: the first query of a client that knows cookies.</summary>
    ClientOnly,

    /// <summary>A server cookie that was not made here for this client, or too long ago.</summary>
    Bad,

    /// <summary>A server cookie made here for this client: its source address is no forgery.</summary>
    Good,

    /// <summary>The same, and it is time for a new one.</summary>
    GoodButOld,
}

/// <summary>
/// The secrets of server cookies: the first one signs, every one verifies, so that a secret can be exchanged without a client noticing
/// (RFC 9018 §5). Nothing is remembered of any client: a cookie carries the time it was made at and a keyed hash over that, the client's
/// own cookie and its address. Servers with the same secrets accept each other's, those of other makers too.
/// </summary>
/// <remarks>
/// Octets of the option: client cookie 8 | version 1 | reserved 3 | timestamp 4, seconds since 1970 | hash 8 (RFC 9018 §4). The hash covers
/// all before it and the client's address.
/// </remarks>
internal sealed class CookieSecrets(ImmutableArray<SipKey> keys)
{
    public const int ClientLength = 8;

    /// <summary>A client cookie and a server cookie of version 1.</summary>
    public const int Length = 24;

    private const int HashPlace = 16;
    private const byte Version = 1;

    // RFC 9018 §4.3: a cookie is good for an hour, and five minutes ahead of our clock; past half an hour the client gets a new one.
    private const int MostAgeSeconds = 3600, MostAheadSeconds = 300, RenewAfterSeconds = 1800;

    /// <param name="cookie">The whole option: at least a client cookie.</param>
    /// <param name="now">Seconds since 1970, in 32 bits that wrap.</param>
    public CookieState Check(ReadOnlySpan<byte> cookie, ClientAddress client, uint now)
    {
        if (cookie.Length == ClientLength) return CookieState.ClientOnly;
        if (cookie.Length != Length || cookie[8] != Version) return CookieState.Bad;
        // RFC 1982: the difference of two times that wrap.
        var age = (int)(now - BinaryPrimitives.ReadUInt32BigEndian(cookie[12..]));
        if (age is < -MostAheadSeconds or > MostAgeSeconds) return CookieState.Bad;
        var hash = BinaryPrimitives.ReadUInt64LittleEndian(cookie[HashPlace..]);
        // Bounded by the configuration: two secrets at most.
        for (var i = 0; i < keys.Length; i++)
        {
            if (Hash(keys[i], cookie[..HashPlace], client) != hash) continue;
            return i == 0 && age is >= 0 and <= RenewAfterSeconds ? CookieState.Good : CookieState.GoodButOld;
        }
        return CookieState.Bad;
    }

    /// <summary>Writes client cookie and new server cookie into the <see cref="Length"/> octets of <paramref name="target"/>.</summary>
    public void Write(Span<byte> target, ReadOnlySpan<byte> clientCookie, ClientAddress client, uint now)
    {
        clientCookie[..ClientLength].CopyTo(target);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], Version << 24);
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], now);
        BinaryPrimitives.WriteUInt64LittleEndian(target[HashPlace..], Hash(keys[0], target[..HashPlace], client));
    }

    /// <summary>RFC 9018 §4.2: the reserved octets enter the hash as they came, whatever they are.</summary>
    private static ulong Hash(SipKey key, ReadOnlySpan<byte> signed, ClientAddress client)
    {
        Span<byte> input = stackalloc byte[HashPlace + 16];
        signed.CopyTo(input);
        if (client.IsIPv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(input[HashPlace..], client.Bits);
            return SipHash.Compute(key, input);
        }
        BinaryPrimitives.WriteUInt32BigEndian(input[HashPlace..], client.IPv4Bits);
        return SipHash.Compute(key, input[..(HashPlace + 4)]);
    }
}
