using System.Globalization;
using System.Text;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.MasterFiles;

/// <summary>
/// <c>$GENERATE FROM-TO[/STEP] LHS [TTL] [CLASS] TYPE RHS</c>: one line for each number. In the text <c>$</c> is the number, <c>$$</c> or
/// <c>\$</c> a dollar sign, <c>${offset,width,base}</c> the number with an offset added, padded with zeros, in base d, o, x or X, or
/// its digits as labels in reverse (n, N). As BIND has it: a right side that is one quoted word is taken out of its quotes, so that blanks can stand in
/// it (<c>MX "10 mail$"</c>); several words are joined by blanks.
/// </summary>
internal static class Generation
{
    /// <summary>As many as a /16 has addresses.</summary>
    private const int MostLines = 65536;

    public static IEnumerable<byte[]> Expand(IReadOnlyList<Token> tokens)
    {
        if (tokens.Count < 5) throw new RecordException(tokens[0].Place, "expected $GENERATE FROM-TO[/STEP] OWNER [TTL] [CLASS] TYPE RDATA");
        var (first, last, step) = Range(tokens[1]);
        // The words again as a line, quotes put back.
        var words = tokens.Skip(2).Select(t => t.Quoted ? $"\"{t}\"" : t.ToString()).ToList();
        if (IsRightSide(tokens)) words[^1] = tokens[^1].ToString().Replace("\\\"", "\"", StringComparison.Ordinal);
        var template = string.Join(' ', words);
        for (var number = first; number <= last; number += step) yield return Encoding.Latin1.GetBytes(Substitute(template, number, tokens[1]));
    }

    /// <summary>Whether the last word is the whole right side: what stands before it is the type.</summary>
    private static bool IsRightSide(IReadOnlyList<Token> tokens) => tokens[^1].Quoted && RrTypeText.TryParse(tokens[^2].ToString(), out _);

    private static (long First, long Last, long Step) Range(Token token)
    {
        var text = token.ToString();
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var step = 1L;
        var range = (slash < 0 ? text : text[..slash]).Split('-');
        if (range.Length != 2 || !TryNumber(range[0], out var first) || !TryNumber(range[1], out var last) || first > last
            || (slash >= 0 && (!TryNumber(text[(slash + 1)..], out step) || step == 0)))
            throw RdataReader.Unexpected(token, "FROM-TO or FROM-TO/STEP, numbers up to 2147483647");
        if (((last - first) / step) + 1 > MostLines) throw RdataReader.Unexpected(token, string.Create(CultureInfo.InvariantCulture, $"at most {MostLines} records"));
        return (first, last, step);
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= int.MaxValue;

    private static string Substitute(string template, long number, Token place)
    {
        var line = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] == '\\' && i + 1 < template.Length)
            {
                if (template[i + 1] != '$') line.Append('\\');
                line.Append(template[++i]);
            }
            else if (template[i] != '$') line.Append(template[i]);
            else if (i + 1 < template.Length && template[i + 1] == '$') line.Append(template[++i]);
            else if (i + 1 < template.Length && template[i + 1] == '{')
            {
                var close = template.IndexOf('}', i);
                if (close < 0) throw new RecordException(place.Place, "'${' without '}'");
                line.Append(Format(template[(i + 2)..close], number, place));
                i = close;
            }
            else line.Append(number.ToString(CultureInfo.InvariantCulture));
        }
        return line.ToString();
    }

    private static string Format(string modifiers, long number, Token place)
    {
        var parts = modifiers.Split(',');
        var width = 0;
        if (parts.Length > 3 || !int.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var offset)
            || (parts.Length > 1 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out width) || width > 255)))
            throw new RecordException(place.Place, $"'${{{modifiers}}}' is not ${{OFFSET,WIDTH,BASE}}");
        var value = number + offset;
        if (value < 0) throw new RecordException(place.Place, $"'${{{modifiers}}}' is below zero for {number}");
        return (parts.Length > 2 ? parts[2] : "d") switch
        {
            "d" => value.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0'),
            "o" => Convert.ToString(value, 8).PadLeft(width, '0'),
            "x" => value.ToString("x", CultureInfo.InvariantCulture).PadLeft(width, '0'),
            "X" => value.ToString("X", CultureInfo.InvariantCulture).PadLeft(width, '0'),
            "n" => Nibbles(value.ToString("x", CultureInfo.InvariantCulture), width),
            "N" => Nibbles(value.ToString("X", CultureInfo.InvariantCulture), width),
            _ => throw new RecordException(place.Place, $"'{parts[2]}' is not one of the bases d o x X n N"),
        };
    }

    /// <summary>The digits from the last to the first, a dot between them; <paramref name="width"/> counts digits and dots, and an even one ends with a dot.</summary>
    private static string Nibbles(string digits, int width)
    {
        var text = string.Join('.', digits.PadLeft((width + 1) / 2, '0').Reverse());
        return text.Length < width ? text + "." : text;
    }
}
