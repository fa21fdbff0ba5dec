using System.Buffers.Binary;
using System.Globalization;
using Pointsman.Dns.Zones;

namespace Pointsman.Dns.MasterFiles;

/// <summary>
/// LOC (RFC 1876 §3): <c>d1 [m1 [s1]] N|S d2 [m2 [s2]] E|W alt[m] [size[m] [hp[m] [vp[m]]]]</c>. On the wire: version, three sizes as
/// mantissa and exponent of centimetres, latitude, longitude in thousandths of a second from 2^31, altitude in centimetres above −100 km.
/// </summary>
internal static class LocationText
{
    public static void Append(List<byte> target, IReadOnlyList<Token> tokens, ZonePlace end)
    {
        var at = 0;
        var latitude = Angle(tokens, ref at, end, 90, 'N', 'S');
        var longitude = Angle(tokens, ref at, end, 180, 'E', 'W');
        if (at == tokens.Count) throw new RecordException(end, "the altitude is missing");
        var altitude = Centimetres(tokens[at++], -10_000_000, uint.MaxValue - 10_000_000L) + 10_000_000;
        Span<byte> sizes = [0x12, 0x16, 0x13];
        for (var i = 0; i < sizes.Length && at < tokens.Count; i++) sizes[i] = Exponent(Centimetres(tokens[at++], 0, 9_000_000_000));
        if (at < tokens.Count) throw RdataReader.Unexpected(tokens[at], "the end of the LOC record");
        Span<byte> octets = stackalloc byte[16];
        octets[0] = 0;
        sizes.CopyTo(octets[1..]);
        BinaryPrimitives.WriteUInt32BigEndian(octets[4..], latitude);
        BinaryPrimitives.WriteUInt32BigEndian(octets[8..], longitude);
        BinaryPrimitives.WriteUInt32BigEndian(octets[12..], (uint)altitude);
        target.AddRange(octets);
    }

    private static uint Angle(IReadOnlyList<Token> tokens, ref int at, ZonePlace end, int largest, char positive, char negative)
    {
        Span<decimal> parts = [0, 0, 0];
        for (var part = 0; at < tokens.Count; part++, at++)
        {
            var letter = char.ToUpperInvariant(tokens[at].ToString() is [var only] ? only : ' ');
            if (letter == positive || letter == negative)
            {
                var thousandths = (long)(((((parts[0] * 60) + parts[1]) * 60) + parts[2]) * 1000);
                if (part == 0 || thousandths > largest * 3_600_000L) throw RdataReader.Unexpected(tokens[at], $"an angle up to {largest} degrees before it");
                at++;
                return (uint)(0x80000000L + (letter == positive ? thousandths : -thousandths));
            }
            if (part > 2 || !decimal.TryParse(tokens[at].Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > (part == 0 ? largest : 60))
                throw RdataReader.Unexpected(tokens[at], $"degrees, minutes, seconds, then {positive} or {negative}");
            parts[part] = number;
        }
        throw new RecordException(end, $"{positive} or {negative} is missing");
    }

    private static long Centimetres(Token token, long least, long largest)
    {
        var text = token.ToString().TrimEnd('m', 'M');
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var metres)
            || metres * 100 < least || metres * 100 > largest)
            throw RdataReader.Unexpected(token, "metres");
        return (long)(metres * 100);
    }

    private static byte Exponent(long centimetres)
    {
        var exponent = 0;
        for (; centimetres > 9; centimetres /= 10) exponent++;
        return (byte)((centimetres << 4) | (long)exponent);
    }
}
