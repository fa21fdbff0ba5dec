using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using Pointsman.Model;

namespace Pointsman.Switching.HopTokens;

/// <summary>
/// What a redirected client carries so that it is never sent back [S19]: which service, the sites it has been at, and until when that
/// is true. Pure: time and keys are arguments. Whoever can forge one could pin users to a site, so it is signed; whoever reads one
/// learns nothing but site numbers, so it is not encrypted.
/// <code>
///   version | expiry, s since 1970 | service | count | site …  | MAC
///      1    |   4, big-endian      | varint  |   1   | varint  | 16, HMAC-SHA256 truncated (RFC 2104 §5: its leftmost half, not less)
/// </code>
/// as base64url without padding, 32 characters for one site. The expiry compares two nodes' wall clocks: nodes whose clocks are
/// further apart than <see cref="Lifetime"/> ignore each other's tokens, and a client may then meet a full site twice, no worse.
/// </summary>
public static class HopToken
{
    /// <summary>The query parameter's name.</summary>
    public const string Parameter = "_pm";

    /// <summary>Long enough for any chain of redirects, too short for a link that someone stores or shares.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    // As many as a cluster may have sites; a longer chain cannot be.
    private const int MostSites = 100;
    private const int MacBytes = 16;
    private const int MostBytes = 1 + 4 + 5 + 1 + (5 * MostSites) + MacBytes;
    private const byte Version = 1;

    // Keeps this use of the secret apart from any other use of it.
    private static ReadOnlySpan<byte> Purpose => "pointsman hop token\0"u8;

    /// <summary>The longest text that <see cref="TryRead"/> looks at, and that <see cref="Issue"/> writes.</summary>
    public const int MostCharacters = ((MostBytes + 2) / 3) * 4;

    /// <param name="visited">At most 100 sites; the first of more are left out, being the longest ago.</param>
    public static string Issue(HopKeys keys, ServiceId service, ImmutableArray<SiteId> visited, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var sites = visited.Length > MostSites ? visited.AsSpan()[^MostSites..] : visited.AsSpan();
        Span<byte> token = stackalloc byte[MostBytes];
        token[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(token[1..], checked((uint)(now + Lifetime).ToUnixTimeSeconds()));
        var length = 5;
        WriteNumber(token, ref length, service.Value);
        token[length++] = (byte)sites.Length;
        foreach (var site in sites) WriteNumber(token, ref length, site.Value);
        Sign(keys[0], token[..length], token.Slice(length, MacBytes));
        return Base64Url.EncodeToString(token[..(length + MacBytes)]);
    }

    /// <summary>False for anything but a token of this cluster, for this service, that is still valid: then it is as if there were none.</summary>
    /// <param name="text">The parameter's value as it stands in the query.</param>
    public static bool TryRead(HopKeys keys, ReadOnlySpan<byte> text, ServiceId service, DateTimeOffset now, out ImmutableArray<SiteId> visited)
    {
        ArgumentNullException.ThrowIfNull(keys);
        visited = [];
        if (text.Length > MostCharacters) return false;
        Span<byte> token = stackalloc byte[MostBytes];
        if (!Base64Url.IsValid(text) || !Base64Url.TryDecodeFromUtf8(text, token, out var length)) return false;
        if (length < 1 + 4 + 1 + 1 + MacBytes) return false;
        var signed = token[..(length - MacBytes)];
        if (!IsSigned(keys, signed, token[(length - MacBytes)..length])) return false;

        // From here on it is our own writing, so the rest only tells services, versions and times apart.
        if (signed[0] != Version || BinaryPrimitives.ReadUInt32BigEndian(signed[1..]) <= now.ToUnixTimeSeconds()) return false;
        var at = 5;
        if (!TryReadNumber(signed, ref at, out var named) || named != service.Value || at >= signed.Length) return false;
        int count = signed[at++];
        if (count > MostSites) return false;
        var sites = ImmutableArray.CreateBuilder<SiteId>(count);
        for (var i = 0; i < count; i++)
        {
            if (!TryReadNumber(signed, ref at, out var site)) return false;
            sites.Add(new SiteId(site));
        }

        if (at != signed.Length) return false;
        visited = sites.MoveToImmutable();
        return true;
    }

    private static bool IsSigned(HopKeys keys, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[MacBytes];
        var any = false;
        for (var i = 0; i < keys.Count; i++)
        {
            Sign(keys[i], signed, expected);
            any |= CryptographicOperations.FixedTimeEquals(expected, mac);
        }

        return any;
    }

    private static void Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, Span<byte> mac)
    {
        Span<byte> input = stackalloc byte[32 + MostBytes];
        Purpose.CopyTo(input);
        text.CopyTo(input[Purpose.Length..]);
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, input[..(Purpose.Length + text.Length)], full);
        full[..MacBytes].CopyTo(mac);
    }

    private static void WriteNumber(Span<byte> into, ref int at, int value)
    {
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7) into[at++] = (byte)(rest | 0x80);
        into[at++] = (byte)rest;
        Debug.Assert(at <= MostBytes - MacBytes, "the buffer holds the longest token");
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> from, ref int at, out int value)
    {
        value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (at >= from.Length) return false;
            var next = from[at++];
            value |= (next & 0x7f) << shift;
            if (next < 0x80) return true;
        }

        return false;
    }
}
