using System.Globalization;

namespace Pointsman.Health;

/// <summary>
/// Makes text that a stranger's server may have chosen safe to show in a log, a terminal or a page: one line, bounded, and nothing in it
/// that moves a cursor or turns the direction of writing.
/// </summary>
internal static class Printable
{
    public static string Cut(string? text, int most)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var clean = text.Length <= most;
        for (var i = 0; clean && i < text.Length; i++) clean = IsShown(text[i]);
        if (clean) return text;
        return string.Create(Math.Min(text.Length, most), text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = IsShown(source[i]) ? source[i] : '?';
        });
    }

    private static bool IsShown(char character) =>
        character is >= ' ' and <= '~' || (character > '~' && char.GetUnicodeCategory(character) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
}
