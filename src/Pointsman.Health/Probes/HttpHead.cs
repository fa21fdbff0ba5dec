using System.Buffers.Text;
using System.Text;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// The lines above a body, and what they say of its length. Mutable; fed line by line, without their line ends. Few
/// fields matter to a probe, all others are checked for their shape and forgotten.
/// </summary>
/// <param name="expected">Fields that the final reply must have; at most <see cref="MostExpected"/>.</param>
/// <param name="isHead">It answers HEAD.</param>
/// <param name="wantsLocation">Where a redirect leads is kept.</param>
internal sealed class HttpHead(Sequence<HttpField> expected = default, bool isHead = false, bool wantsLocation = false)
{
    /// <summary>A bit for each.</summary>
    public const int MostExpected = 32;

    private const int ReasonPhraseChars = 60;
    private const int TextBytes = 1024;

    private Field last;
    private uint met;

    public int Status { get; private set; }
    public string ReasonPhrase { get; private set; } = "";

    /// <summary>Null = not given.</summary>
    public long? ContentLength { get; private set; }
    public bool HasTransferCoding { get; private set; }
    public bool IsChunked { get; private set; }

    /// <summary>A Pointsman VIP at its limit answered for its servers (<c>X-Pointsman: full</c>).</summary>
    public bool IsVipFull { get; private set; }

    /// <summary>It says when to come again.</summary>
    public bool HasRetryAfter { get; private set; }

    /// <summary>Where a redirect leads; null = not said. Only kept when asked for.</summary>
    public string? Location { get; private set; }

    /// <summary>The first of the fields expected that did not come, or not with its text; null = all came.</summary>
    public HttpField? Missing
    {
        get
        {
            for (var index = 0; index < expected.Length; index++)
            {
                if ((met & (1u << index)) == 0) return expected[index];
            }

            return null;
        }
    }

    public bool IsInterim => Status is >= 100 and <= 199;

    /// <summary>RFC 9110 §6.4.1: no reply with one of these codes has a body, nor any to HEAD, whatever its fields say.</summary>
    public bool HasNoBody => isHead || IsInterim || Status is 204 or 304;

    public void Reset()
    {
        (Status, ReasonPhrase, ContentLength, HasTransferCoding, IsChunked, IsVipFull, HasRetryAfter, last) = (0, "", null, false, false, false, false, Field.Other);
        (Location, met) = (null, 0);
    }

    /// <summary>Whether a first line that begins like this can still become one of HTTP/1.</summary>
    public static bool CanBegin(ReadOnlySpan<byte> begin)
    {
        var wanted = "HTTP/1."u8;
        var length = Math.Min(begin.Length, wanted.Length);
        return begin[..length].SequenceEqual(wanted[..length]);
    }

    // RFC 9112 §4: version, three digits, and a phrase that means nothing.
    /// <summary><c>HTTP/1.1 200 OK</c>; the phrase may be missing, even with the space before it.</summary>
    public bool TryStatusLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !CanBegin(line) || !IsDigit(line[7]) || line[8] != ' ') return false;
        var code = line.Slice(9, 3);
        if (!IsDigit(code[0]) || !IsDigit(code[1]) || !IsDigit(code[2]) || code[0] == '0') return false;
        if (line.Length > 12 && line[12] != ' ') return false;
        Status = ((code[0] - '0') * 100) + ((code[1] - '0') * 10) + (code[2] - '0');
        var phrase = line.Length > 13 ? line[13..] : default;
        ReasonPhrase = phrase.SequenceEqual("OK"u8) ? "OK" : Encoding.Latin1.GetString(phrase[..Math.Min(phrase.Length, ReasonPhraseChars)]).Trim();
        return true;
    }

    /// <summary>One field line. False when it is none, or contradicts what was said before.</summary>
    /// <param name="isWhole">False when the line was longer than was kept of it.</param>
    public bool TryField(ReadOnlySpan<byte> line, bool isWhole)
    {
        if (line[0] is (byte)' ' or (byte)'\t')
        {
            // RFC 9112 §5.2: a folded line continues the field before it. Folding a length is nothing an honest server does.
            return last == Field.Other;
        }

        var colon = line.IndexOf((byte)':');
        if (colon <= 0) return false;
        var name = line[..colon].TrimEnd(" \t"u8);
        var value = line[(colon + 1)..].Trim(" \t"u8);
        HasRetryAfter |= Is(name, "retry-after"u8);
        if (Is(name, "x-pointsman"u8)) IsVipFull = Is(value, "full"u8);
        Meet(name, value);
        // Cut short it leads nowhere: what is not whole is as if it were not said.
        if (wantsLocation && isWhole && Is(name, "location"u8)) Location = Encoding.UTF8.GetString(value);
        last = Is(name, "content-length"u8) ? Field.ContentLength : Is(name, "transfer-encoding"u8) ? Field.TransferEncoding : Field.Other;
        return last switch
        {
            Field.ContentLength => isWhole && TryContentLength(value),
            Field.TransferEncoding => isWhole && TryTransferEncoding(value),
            _ => true,
        };
    }

    private void Meet(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (expected.IsEmpty) return;
        Span<byte> text = stackalloc byte[TextBytes];
        for (var index = 0; index < expected.Length; index++)
        {
            // RFC 9110 §5.1: the case of a field's name means nothing.
            if (!Ascii.EqualsIgnoreCase(name, expected[index].Name)) continue;
            if (Encoding.UTF8.TryGetBytes(expected[index].Value, text, out var length) && value.IndexOf(text[..length]) >= 0) met |= 1u << index;
        }
    }

    // RFC 9112 §6.3: equal lengths given several times count once; different ones make the reply unusable.
    private bool TryContentLength(ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var number = value[range].Trim(" \t"u8);
            if (number.IsEmpty || number.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return false;
            if (!Utf8Parser.TryParse(number, out long length, out _)) return false;
            if (ContentLength is { } before && before != length) return false;
            ContentLength = length;
        }

        return true;
    }

    // RFC 9112 §6.3: the coding applied last says how the body ends: chunked by its last chunk, any other by the close.
    private bool TryTransferEncoding(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return false;
        HasTransferCoding = true;
        var finalCoding = value[(value.LastIndexOf((byte)',') + 1)..].Trim(" \t"u8);
        IsChunked = Is(finalCoding, "chunked"u8);
        return true;
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) => Ascii.EqualsIgnoreCase(text, lowerCase);

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    private enum Field { Other, ContentLength, TransferEncoding }
}
