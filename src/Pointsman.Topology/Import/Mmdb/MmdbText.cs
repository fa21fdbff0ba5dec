using System.Text;

namespace Pointsman.Topology.Import.Mmdb;

/// <summary>Text out of a database that somebody else wrote: it will stand in a terminal and in a log.</summary>
internal static class MmdbText
{
    /// <summary>The longest name of an organisation in use has some 120.</summary>
    private const int MaxChars = 200;

    /// <summary>Cut short, without control characters; null when nothing is left. Octets that are no UTF-8 become U+FFFD.</summary>
    public static string? Of(ReadOnlySpan<byte> utf8)
    {
        // A character takes four octets at most, so what is cut here would be cut below as well.
        var text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, MaxChars * 4)]);
        if (text.AsSpan().ContainsAnyInRange('\0', '\u001F') || text.AsSpan().ContainsAnyInRange('\u007F', '\u009F'))
            text = string.Concat(text.Where(character => !char.IsControl(character)));
        text = text.Trim();
        if (text.Length > MaxChars) text = text[..(char.IsHighSurrogate(text[MaxChars - 1]) ? MaxChars - 1 : MaxChars)];
        return text.Length == 0 ? null : text;
    }
}
