namespace Pointsman.Topology.Import;

/// <summary>
/// Reads comma-separated rows (RFC 4180 §2) one at a time into one reused buffer, so that a million rows cost no garbage. Two limits to the
/// RFC: a quoted field ends on its line, and a line has at most <see cref="MaxLineChars"/>, else one stray quote would swallow the rest of a
/// large file as one field. Blank lines and lines that begin with <c>#</c> are skipped.
/// </summary>
internal sealed class CsvReader(TextReader text)
{
    /// <summary>A row of a city database has a few hundred.</summary>
    public const int MaxLineChars = 4096;

    /// <summary>A line longer than this is no text at all (a device, a binary file): the rest is not even skipped.</summary>
    private const int MaxSkippedChars = 1 << 20;

    /// <summary>The widest databases in use have about twenty.</summary>
    public const int MaxFields = 64;

    private readonly record struct FieldSpan(int Start, int Length, int Column);

    private readonly char[] _block = new char[16 * 1024];
    private readonly char[] _line = new char[MaxLineChars];
    private readonly FieldSpan[] _fields = new FieldSpan[MaxFields];
    private int _blockLength, _blockNext, _lineLength;
    private bool _tooLong, _abandoned;

    /// <summary>Of the current row, from 1.</summary>
    public int Line { get; private set; }

    public int FieldCount { get; private set; }

    /// <summary>What is wrong with the current row's form, and where; null when nothing is. Such a row has no fields.</summary>
    public (int Column, string Message)? Mistake { get; private set; }

    /// <summary>Without its quotes and the blanks around it. Valid until the next row; empty past the last field.</summary>
    public ReadOnlySpan<char> Field(int index)
    {
        if (index < 0 || index >= FieldCount) return [];
        var field = _fields[index];
        return _line.AsSpan(field.Start, field.Length).Trim();
    }

    /// <summary>Where a field begins, in characters from 1; of a field that the row has not, the end of the row.</summary>
    public int ColumnOf(int index) => index >= 0 && index < FieldCount ? _fields[index].Column : _lineLength + 1;

    /// <summary>Goes to the next row that is neither blank nor a comment; false at the end.</summary>
    public bool ReadRow()
    {
        while (ReadLine())
        {
            var line = _line.AsSpan(0, _lineLength).Trim();
            if (!_tooLong && (line.IsEmpty || line[0] == '#')) continue;
            FieldCount = 0;
            Mistake = _tooLong ? (MaxLineChars + 1, $"the line is longer than {MaxLineChars} characters") : SplitFields();
            if (Mistake is not null) FieldCount = 0;
            return true;
        }
        return false;
    }

    private (int, string)? SplitFields()
    {
        var next = 0;
        while (true)
        {
            if (FieldCount == MaxFields) return (next + 1, $"more than {MaxFields} fields");
            var start = next;
            while (next < _lineLength && _line[next] == ' ') next++;
            if (next < _lineLength && _line[next] == '"')
            {
                if (!Unquote(start, ref next, out var mistake)) return mistake;
            }
            else
            {
                while (next < _lineLength && _line[next] != ',') next++;
                _fields[FieldCount++] = new FieldSpan(start, next - start, start + 1);
            }
            if (next == _lineLength) return null;
            next++;
        }
    }

    /// <summary>Takes a quoted field, writing it back over itself without the doubling of inner quotes; stops at the comma or the end.</summary>
    private bool Unquote(int start, ref int next, out (int, string)? mistake)
    {
        var opened = next++;
        var write = opened;
        while (next < _lineLength)
        {
            if (_line[next] != '"')
            {
                _line[write++] = _line[next++];
                continue;
            }
            next++;
            if (next < _lineLength && _line[next] == '"')
            {
                _line[write++] = _line[next++];
                continue;
            }
            while (next < _lineLength && _line[next] == ' ') next++;
            mistake = next < _lineLength && _line[next] != ',' ? (next + 1, "text after the closing quote") : null;
            _fields[FieldCount++] = new FieldSpan(opened, write - opened, start + 1);
            return mistake is null;
        }
        mistake = (opened + 1, "the quote is not closed on its line");
        return false;
    }

    private bool ReadLine()
    {
        if (_abandoned) return false;
        _lineLength = 0;
        _tooLong = false;
        var any = false;
        var skipped = 0;
        while (skipped < MaxSkippedChars && TryReadChar(out var character))
        {
            any = true;
            if (character == '\n') break;
            if (Line == 0 && _lineLength == 0 && character == '\uFEFF') continue;
            if (_lineLength < MaxLineChars) _line[_lineLength++] = character;
            else
            {
                _tooLong = true;
                skipped++;
            }
        }
        _abandoned = skipped == MaxSkippedChars;
        if (!any) return false;
        Line++;
        if (_lineLength > 0 && _line[_lineLength - 1] == '\r') _lineLength--;
        return true;
    }

    private bool TryReadChar(out char character)
    {
        if (_blockNext == _blockLength)
        {
            _blockLength = text.Read(_block, 0, _block.Length);
            _blockNext = 0;
        }
        character = _blockLength > 0 ? _block[_blockNext++] : default;
        return _blockLength > 0;
    }
}
