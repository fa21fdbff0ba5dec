using Google.Protobuf;

namespace Pointsman.Dssp.Transport;

/// <summary>Single values on the wire: their bounds, and how they are brought within them.</summary>
internal static class WireValues
{
    public static readonly ulong LongestMicros = Micros(DsspLimits.LongestSpan);

    public static bool IsId(uint number) => number <= int.MaxValue;

    public static bool IsEndpoint(ByteString address, uint port) => address.Length is 4 or 16 && port <= ushort.MaxValue;

    public static bool IsDigest(string digest) => digest.Length <= DsspLimits.DigestCharacters && digest.All(char.IsAsciiHexDigit);

    public static uint Count(int value) => (uint)Math.Max(0, value);

    public static ulong Micros(TimeSpan span) => (ulong)(Math.Clamp(span.Ticks, 0, DsspLimits.LongestSpan.Ticks) / TimeSpan.TicksPerMicrosecond);

    public static TimeSpan Span(ulong micros) => TimeSpan.FromTicks((long)micros * TimeSpan.TicksPerMicrosecond);

    /// <summary>At most 200 printable characters: a reason ends on terminals and in logs.</summary>
    public static string Printable(string text)
    {
        if (text.Length > DsspLimits.ReasonCharacters) text = text[..DsspLimits.ReasonCharacters];
        return text.Any(one => char.IsControl(one) || char.IsSurrogate(one)) ? string.Concat(text.Select(one => char.IsControl(one) || char.IsSurrogate(one) ? '?' : one)) : text;
    }
}
