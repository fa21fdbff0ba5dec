using System.Globalization;

namespace Pointsman.Switching.Layer7;

/// <summary>Writes a response into a caller's buffer. What does not fit sets <see cref="Overflowed"/>; nothing is ever written past the end.</summary>
internal ref struct ByteWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    public int Length { get; private set; }
    public bool Overflowed { get; private set; }

    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - Length)
        {
            Overflowed = true;
            return;
        }

        bytes.CopyTo(_buffer[Length..]);
        Length += bytes.Length;
    }

    /// <summary>Printable ASCII from ourselves: anything else would be a way to inject a header, so it counts as overflow and nothing is sent.</summary>
    public void Ascii(scoped ReadOnlySpan<char> text)
    {
        if (text.Length > _buffer.Length - Length || text.ContainsAnyExceptInRange('\x20', '\x7e'))
        {
            Overflowed = true;
            return;
        }

        foreach (var character in text) _buffer[Length++] = (byte)character;
    }

    /// <summary>Part of a request target: printable ASCII as it is, everything else percent-encoded.</summary>
    public void Uri(scoped ReadOnlySpan<byte> text)
    {
        foreach (var octet in text)
        {
            if (octet is > 0x20 and < 0x7f) Raw([octet]);
            else Raw([(byte)'%', Hex(octet >> 4), Hex(octet & 15)]);
        }
    }

    /// <summary>RFC 9110 §5.6.7: IMF-fixdate.</summary>
    public void Date(DateTimeOffset time)
    {
        Span<char> text = stackalloc char[32];
        time.TryFormat(text, out var length, "r", CultureInfo.InvariantCulture);
        Ascii(text[..length]);
    }

    private static byte Hex(int digit) => (byte)"0123456789ABCDEF"[digit];
}
