using System.Collections.Immutable;
using System.Globalization;

namespace Pointsman.Policy.Offline;

/// <summary>
/// Reads Table I from CSV: the header <c>tested,A,B,…</c> names the testers, each row one site tested; milliseconds, <c>down</c> for no
/// answer, nothing (or <c>*</c>) on the diagonal. Every mistake is told with line and column, and a file with one gives no matrix at all.
/// </summary>
public static class MatrixFile
{
    /// <summary>Ten times what a cluster may have; the sort of each column stays in an instant.</summary>
    public const int MostSites = 1000;

    /// <summary>Eleven days: whoever writes more means something else.</summary>
    private const decimal MostMilliseconds = 1_000_000_000;

    private const int LongestName = 63;
    private const int MostErrors = 50;

    /// <returns>The matrix and no error, or no matrix and every error (50 at most).</returns>
    public static (OfflineMatrix? Matrix, ImmutableArray<MatrixError> Errors) Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var errors = new List<MatrixError>();
        var records = CsvFields.Read(text.TrimStart('\uFEFF'), errors);
        if (records is { Count: 0 }) errors.Add(new MatrixError(1, 1, "the file is empty; expected the header tested,A,B,…"));
        if (records is null || records.Count == 0) return (null, [.. errors]);

        var sites = ReadHeader(records[0], errors);
        var rows = ReadRows(records, sites, errors);
        return errors.Count > 0
            ? (null, [.. errors.Take(MostErrors)])
            : (new OfflineMatrix([.. sites.Select(site => site.Text)], [.. rows.Select(row => row!.Value)]), []);
    }

    private static List<CsvField> ReadHeader(List<CsvField> header, List<MatrixError> errors)
    {
        if (!string.Equals(header[0].Text, "tested", StringComparison.OrdinalIgnoreCase))
            errors.Add(header[0].Error($"the header begins with 'tested', was '{header[0].Text}'"));
        if (header.Count == 1) errors.Add(header[0].Error("the header names no site"));
        if (header.Count - 1 > MostSites) errors.Add(header[0].Error($"at most {MostSites} sites, was {header.Count - 1}"));

        var sites = header.Skip(1).Take(MostSites).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var site in sites)
        {
            if (site.Text.Length == 0) errors.Add(site.Error("a site needs a name"));
            else if (site.Text.Length > LongestName || site.Text.Any(char.IsControl)) errors.Add(site.Error($"a site's name has 1 to {LongestName} printable characters"));
            else if (!seen.Add(site.Text)) errors.Add(site.Error($"site '{site.Text}' is in the header twice"));
        }
        return sites;
    }

    private static ImmutableArray<decimal?>?[] ReadRows(List<List<CsvField>> records, List<CsvField> sites, List<MatrixError> errors)
    {
        var rows = new ImmutableArray<decimal?>?[sites.Count];
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var site = 0; site < sites.Count; site++) indexes.TryAdd(sites[site].Text, site);
        foreach (var record in records.Skip(1))
        {
            if (errors.Count > MostErrors) break;
            if (!indexes.TryGetValue(record[0].Text, out var tested)) errors.Add(record[0].Error($"site '{record[0].Text}' is not in the header"));
            else if (rows[tested] is not null) errors.Add(record[0].Error($"site '{record[0].Text}' has a row already"));
            else if (record.Count != sites.Count + 1) errors.Add(record[0].Error($"expected {sites.Count} times after the name, found {record.Count - 1}"));
            else rows[tested] = ReadCells(record, tested, sites, errors);
        }
        if (errors.Count > 0) return rows;
        for (var site = 0; site < sites.Count; site++)
        {
            if (rows[site] is null) errors.Add(sites[site].Error($"site '{sites[site].Text}' has no row: the matrix is square"));
        }
        return rows;
    }

    private static ImmutableArray<decimal?> ReadCells(List<CsvField> record, int tested, List<CsvField> sites, List<MatrixError> errors)
    {
        var cells = ImmutableArray.CreateBuilder<decimal?>(sites.Count);
        for (var tester = 0; tester < sites.Count; tester++)
        {
            var field = record[tester + 1];
            if (tester == tested)
            {
                // A node never ranks its own site [S2]; the patent prints a star there.
                if (field.Text is not ("" or "*")) errors.Add(field.Error($"site '{sites[tester].Text}' does not test itself: expected nothing or *, was '{field.Text}'"));
                cells.Add(null);
            }
            else
            {
                cells.Add(ReadTime(field, errors));
            }
        }
        return cells.MoveToImmutable();
    }

    private static decimal? ReadTime(CsvField field, List<MatrixError> errors)
    {
        if (string.Equals(field.Text, "down", StringComparison.OrdinalIgnoreCase)) return null;
        // Decimal, so that 0.1 and 0.10 tie and nothing else does; it has no NaN and no infinity.
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign;
        if (!decimal.TryParse(field.Text, Style, CultureInfo.InvariantCulture, out var time) || time < 0 || time > MostMilliseconds)
            errors.Add(field.Error($"expected milliseconds from 0 to {MostMilliseconds} or 'down', was '{field.Text}'"));
        return time;
    }

    private static MatrixError Error(this CsvField field, string message) => new(field.Line, field.Column, message);
}

/// <summary>One mistake in a matrix file; line and column count from 1.</summary>
public readonly record struct MatrixError(int Line, int Column, string Message);
