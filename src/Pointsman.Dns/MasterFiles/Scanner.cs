using Pointsman.Dns.Zones;

namespace Pointsman.Dns.MasterFiles;

/// <summary>
/// Splits a master file into entries and those into words (RFC 1035 §5.1): comments dropped, quotes taken off, parentheses joining lines.
/// It knows nothing of records. After an error it goes on at the next line, so that one mistake does not hide the others.
/// </summary>
/// <param name="fixedPlace">When given, every token claims to stand there (text made by $GENERATE).</param>
internal sealed class Scanner(ReadOnlyMemory<byte> text, string file, ZonePlace? fixedPlace = null)
{
    private int _at = text.Span.StartsWith("\uFEFF"u8) ? 3 : 0;
    private int _line = 1;
    private int _lineStart;

    private ZonePlace Place(int at) => fixedPlace ?? new(file, _line, at - _lineStart + 1);

    /// <summary>
    /// Reads the next entry that has a word into <paramref name="tokens"/>. False at the end of the file.
    /// <paramref name="error"/> = this entry is broken, skip it.
    /// </summary>
    public bool TryReadEntry(List<Token> tokens, out bool startsBlank, out ZoneError? error)
    {
        var span = text.Span;
        error = null;
        // Each turn consumes at least one line.
        while (_at < span.Length)
        {
            tokens.Clear();
            startsBlank = span[_at] is (byte)' ' or (byte)'\t';
            error = ReadEntry(span, tokens);
            if (error is not null || tokens.Count > 0) return true;
        }
        startsBlank = false;
        return false;
    }

    private ZoneError? ReadEntry(ReadOnlySpan<byte> span, List<Token> tokens)
    {
        ZonePlace? open = null;
        while (_at < span.Length)
        {
            switch (span[_at])
            {
                case (byte)'\n':
                    NextLine();
                    if (open is null) return null;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r':
                    _at++;
                    break;
                case (byte)';':
                    var end = span[_at..].IndexOf((byte)'\n');
                    _at = end < 0 ? span.Length : _at + end;
                    break;
                case (byte)'(':
                    if (open is not null) return Fail(span, Place(_at), "a parenthesis inside parentheses");
                    open = Place(_at++);
                    break;
                case (byte)')':
                    if (open is null) return Fail(span, Place(_at), "a closing parenthesis without an opening one");
                    open = null;
                    _at++;
                    break;
                default:
                    if (ReadWord(span, tokens) is { } error) return error;
                    break;
            }
        }
        return open is { } place ? new ZoneError(place, "this parenthesis is never closed") : null;
    }

    private ZoneError? ReadWord(ReadOnlySpan<byte> span, List<Token> tokens)
    {
        var place = Place(_at);
        var quoted = span[_at] == '"';
        if (quoted) _at++;
        var start = _at;
        var inner = quoted;
        for (; _at < span.Length; _at++)
        {
            var octet = span[_at];
            if (octet == '\\' && _at + 1 < span.Length && span[_at + 1] != '\n') _at++;
            else if (octet == '\n' && inner) return Fail(span, place, "a quote is not closed on its line");
            else if (octet == '"' && inner)
            {
                inner = false;
                if (quoted) break;
            }
            // key="value with blanks" is one word (RFC 9460 appendix A).
            else if (octet == '"' && _at > start && span[_at - 1] == '=') inner = true;
            else if (!inner && octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)';' or (byte)'(' or (byte)')' or (byte)'"') break;
        }
        if (inner) return new ZoneError(place, "a quote is never closed");
        tokens.Add(new Token(text[start.._at], quoted, place));
        if (quoted) _at++;
        return null;
    }

    private ZoneError Fail(ReadOnlySpan<byte> span, ZonePlace place, string message)
    {
        var end = span[_at..].IndexOf((byte)'\n');
        if (end < 0) _at = span.Length;
        else
        {
            _at += end;
            NextLine();
        }
        return new ZoneError(place, message);
    }

    private void NextLine()
    {
        _lineStart = ++_at;
        _line++;
    }
}
