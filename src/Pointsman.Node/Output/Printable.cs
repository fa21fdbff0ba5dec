using System.Globalization;
using System.Text;

namespace Pointsman.Node.Output;

/// <summary>
/// Text from outside (a file's line, a server's reply, a name in a packet) made safe for a terminal: control characters, which could move
/// the cursor or start an escape sequence, become <c>\xNN</c>, and so do those that turn the direction of writing, or are not seen.
/// </summary>
internal static class Printable
{
    /// <summary>One line: tabs become spaces, every other control character its number.</summary>
    public static string Line(string text)
    {
        if (!text.Any(static one => char.IsControl(one) || char.IsSurrogate(one) || char.GetUnicodeCategory(one) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)) return text;
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\t') safe.Append(' ');
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) safe.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
            else safe.Append(rune);
        }
        return safe.ToString();
    }
}
