using System.Globalization;

namespace Pointsman.Dns.MasterFiles;

/// <summary>The words and notations that master files use for numbers.</summary>
internal static class Mnemonics
{
    /// <summary>RFC 2181 §8: a TTL has 31 bits.</summary>
    public const uint LongestTtl = int.MaxValue;

    private static readonly Dictionary<string, byte> s_algorithms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["RSAMD5"] = 1,
        ["DH"] = 2,
        ["DSA"] = 3,
        ["RSASHA1"] = 5,
        ["DSA-NSEC3-SHA1"] = 6,
        ["RSASHA1-NSEC3-SHA1"] = 7,
        ["RSASHA256"] = 8,
        ["RSASHA512"] = 10,
        ["ECC-GOST"] = 12,
        ["ECDSAP256SHA256"] = 13,
        ["ECDSAP384SHA384"] = 14,
        ["ED25519"] = 15,
        ["ED448"] = 16,
        ["PRIVATEDNS"] = 253,
        ["PRIVATEOID"] = 254,
    };

    private static readonly Dictionary<string, ushort> s_certificates = new(StringComparer.OrdinalIgnoreCase)
    {
        ["PKIX"] = 1,
        ["SPKI"] = 2,
        ["PGP"] = 3,
        ["IPKIX"] = 4,
        ["ISPKI"] = 5,
        ["IPGP"] = 6,
        ["ACPKIX"] = 7,
        ["IACPKIX"] = 8,
        ["URI"] = 253,
        ["OID"] = 254,
    };

    public static byte Algorithm(Token token) =>
        s_algorithms.TryGetValue(token.ToString(), out var known) ? known : (byte)RdataReader.Number(token, byte.MaxValue);

    public static ushort Certificate(Token token) =>
        s_certificates.TryGetValue(token.ToString(), out var known) ? known : (ushort)RdataReader.Number(token, ushort.MaxValue);

    /// <summary>RFC 9859 §2.1: how a DSYNC record's receiver is told; NOTIFY is scheme 1.</summary>
    public static byte Scheme(Token token) => token.Is("NOTIFY") ? (byte)1 : (byte)RdataReader.Number(token, byte.MaxValue);

    /// <summary>RFC 4034 §3.2: YYYYMMDDHHmmSS, or seconds since 1970.</summary>
    public static uint Time(Token token)
    {
        if (token.Text.Length != 14) return (uint)RdataReader.Number(token, uint.MaxValue);
        return DateTimeOffset.TryParseExact(token.ToString(), "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (uint)time.ToUnixTimeSeconds()
            : throw RdataReader.Unexpected(token, "a time as YYYYMMDDHHmmSS");
    }

    /// <summary>Seconds, or with units: <c>1w2d3h4m5s</c>, in any case and order.</summary>
    public static bool TryReadPeriod(ReadOnlySpan<byte> text, out uint seconds)
    {
        seconds = 0;
        ulong total = 0;
        ulong number = 0;
        var digits = 0;
        var units = 0;
        foreach (var octet in text)
        {
            if (char.IsAsciiDigit((char)octet))
            {
                number = (number * 10) + (ulong)(octet - '0');
                if (++digits > 10) return false;
                continue;
            }
            var unit = (char)(octet | 0x20) switch { 'w' => 604800u, 'd' => 86400u, 'h' => 3600u, 'm' => 60u, 's' => 1u, _ => 0u };
            if (unit == 0 || digits == 0) return false;
            total += number * unit;
            (number, digits) = (0, 0);
            units++;
        }
        if (digits > 0 == units > 0 && units > 0) return false;
        total += number;
        seconds = (uint)Math.Min(total, uint.MaxValue);
        return text.Length > 0 && total <= LongestTtl;
    }

    /// <summary>RFC 4648 §7, without padding (RFC 5155 §3.3).</summary>
    public static bool TryReadBase32Hex(ReadOnlySpan<byte> text, out byte[] octets)
    {
        octets = new byte[text.Length * 5 / 8];
        var (bits, held, at) = (0, 0, 0);
        foreach (var octet in text)
        {
            var value = (char)octet switch
            {
                >= '0' and <= '9' => octet - '0',
                >= 'a' and <= 'v' => octet - 'a' + 10,
                >= 'A' and <= 'V' => octet - 'A' + 10,
                _ => -1,
            };
            if (value < 0) return false;
            held = ((held << 5) | value) & 0xFFF;
            bits += 5;
            if (bits < 8) continue;
            bits -= 8;
            octets[at++] = (byte)(held >> bits);
        }
        return at == octets.Length;
    }
}
