using System.Text;

namespace Pointsman.Policy.Offline;

/// <summary>One field and where it begins, both counted from 1; the column in characters.</summary>
internal readonly record struct CsvField(string Text, int Line, int Column);

/// <summary>
/// Splits comma-separated text into records (RFC 4180 §2): quoted fields, doubled quotes, LF or CRLF. Blank lines are passed over, blanks around
/// a field dropped. What is between quotes is text, even a line break.
/// </summary>
internal static class CsvFields
{
    /// <summary>Null with a message when a quote is never closed or has text behind it.</summary>
    public static List<List<CsvField>>? Read(string text, List<MatrixError> errors)
    {
        var records = new List<List<CsvField>>();
        var record = new List<CsvField>();
        int at = 0, line = 1, lineStart = 0;
        while (at < text.Length)
        {
            var (startLine, column) = (line, at - lineStart + 1);
            while (at < text.Length && text[at] is ' ' or '\t') at++;
            string field;
            if (at < text.Length && text[at] == '"')
            {
                if (ReadQuoted(text, ref at, ref line, ref lineStart) is not { } quoted)
                {
                    errors.Add(new MatrixError(startLine, column, "this quote is never closed"));
                    return null;
                }
                field = quoted;
                while (at < text.Length && text[at] is ' ' or '\t') at++;
                if (at < text.Length && text[at] is not (',' or '\r' or '\n'))
                {
                    errors.Add(new MatrixError(line, at - lineStart + 1, "expected a comma after the closing quote"));
                    return null;
                }
            }
            else
            {
                var end = text.AsSpan(at).IndexOfAny(",\r\n");
                end = end < 0 ? text.Length : at + end;
                field = text[at..end].Trim();
                at = end;
            }
            record.Add(new CsvField(field, startLine, column));
            if (at < text.Length && text[at] == ',')
            {
                at++;
                // A comma at the very end still opens a last, empty field.
                if (at == text.Length) record.Add(new CsvField("", line, at - lineStart + 1));
                continue;
            }
            if (at < text.Length && text[at] == '\r') at++;
            if (at < text.Length && text[at] == '\n') at++;
            (line, lineStart) = (line + 1, at);
            Close(records, ref record);
        }
        Close(records, ref record);
        return records;
    }

    private static void Close(List<List<CsvField>> records, ref List<CsvField> record)
    {
        if (record.Count > 1 || (record.Count == 1 && record[0].Text.Length > 0)) records.Add(record);
        record = [];
    }

    private static string? ReadQuoted(string text, ref int at, ref int line, ref int lineStart)
    {
        var field = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                if (at + 1 >= text.Length || text[at + 1] != '"')
                {
                    at++;
                    return field.ToString().Trim();
                }
                at++;
            }
            else if (text[at] == '\n')
            {
                (line, lineStart) = (line + 1, at + 1);
            }
            field.Append(text[at]);
        }
        return null;
    }
}
