using System.Text;

namespace Pointsman.Node.Output;

/// <summary>One cell: its text, and a colour that costs no width. A string converts by itself.</summary>
internal readonly record struct Cell(string Text, Paint Paint = Paint.None)
{
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>
/// Rows under a heading, columns as wide as their widest cell, two spaces between, nothing after the last. A column whose cells below
/// the heading are all numbers (or empty) is set to the right. No lines are drawn: what is printed can be cut by <c>awk</c>.
/// </summary>
internal sealed class Table(params string[] heading)
{
    private readonly List<Cell[]> rows = [];

    /// <summary>Adds one row: as many cells as the heading has.</summary>
    public Table Row(params Cell[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, heading.Length);
        rows.Add([.. cells.Select(cell => cell with { Text = Printable.Line(cell.Text ?? "") })]);
        return this;
    }

    public void Write(TextWriter writer, Palette palette)
    {
        var widths = new int[heading.Length];
        var right = new bool[heading.Length];
        for (var column = 0; column < heading.Length; column++)
        {
            var at = column;
            widths[column] = Math.Max(Width(heading[column]), rows.Select(row => Width(row[at].Text)).DefaultIfEmpty().Max());
            right[column] = rows.Any(row => row[at].Text.Length > 0) && rows.All(row => row[at].Text.Length == 0 || IsNumber(row[at].Text));
        }

        writer.WriteLine(Line([.. heading.Select(text => new Cell(text, Paint.Bold))], widths, right, palette));
        foreach (var row in rows) writer.WriteLine(Line(row, widths, right, palette));
    }

    private static string Line(Cell[] cells, int[] widths, bool[] right, Palette palette)
    {
        var last = Array.FindLastIndex(cells, cell => cell.Text.Length > 0);
        var line = new StringBuilder();
        for (var column = 0; column <= last; column++)
        {
            if (column > 0) line.Append("  ");
            var cell = cells[column];
            var padding = widths[column] - Width(cell.Text);
            if (right[column]) line.Append(' ', padding);
            line.Append(palette.Apply(cell.Text, cell.Paint));
            if (!right[column] && column < last) line.Append(' ', padding);
        }
        return line.ToString();
    }

    // A number with its unit stuck to it is still a number: 17 %, 12.3 ms, 1m30s, -.
    private static bool IsNumber(string text) => text is "-" or "–" || char.IsAsciiDigit(text[0]) || (text[0] == '-' && text.Length > 1 && char.IsAsciiDigit(text[1]));

    private static int Width(string text)
    {
        var width = 0;
        foreach (var _ in text.EnumerateRunes()) width++;
        return width;
    }
}
