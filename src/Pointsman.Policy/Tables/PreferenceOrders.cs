using System.Collections.Immutable;

namespace Pointsman.Policy.Tables;

/// <summary>
/// Table II of one service [P3.2]: each tester's sites, best first, as it published them; and the step to Table III [P3.3, P3.9, S3]:
/// a site's total is the sum over testers of the weight of the place that it took. A receiver never re-sorts [S7]; what it does drop is
/// nonsense: the tester itself, sites that do not offer the service, and a site named twice take no place.
/// </summary>
internal static class PreferenceOrders
{
    /// <summary>The weight of a place, 0 the first: past the last index given, the last one repeats [S3].</summary>
    public static int WeightOf(int place, ReadOnlySpan<int> weights) => weights[Math.Min(place, weights.Length - 1)];

    /// <summary>Sorts one column of Table I: the fastest first, ties by the site's name, ordinal; a site that is down takes no place [S4].</summary>
    /// <param name="times">By site; null = down, or the tester itself.</param>
    /// <returns>Indexes into <paramref name="times"/>.</returns>
    public static ImmutableArray<int> Sort(IReadOnlyList<decimal?> times, IReadOnlyList<string> names) =>
    [
        .. Enumerable.Range(0, times.Count)
            .Where(site => times[site] is not null)
            .OrderBy(site => times[site]!.Value)
            .ThenBy(site => names[site], StringComparer.Ordinal),
    ];

    /// <summary>Adds the points of one column to the totals, both by row index.</summary>
    public static void Add(ReadOnlySpan<int> order, ReadOnlySpan<int> weights, Span<long> totals)
    {
        for (var place = 0; place < order.Length; place++) totals[order[place]] += WeightOf(place, weights);
    }

    /// <summary>The rows that one tester ranks, best first; nonsense left out.</summary>
    public static ImmutableArray<int> Rows(Column column, ServiceRows rows)
    {
        if (column.OrderOf(rows.Service.Id) is not { } order) return [];
        var ranked = ImmutableArray.CreateBuilder<int>(rows.Count);
        var placed = new bool[rows.Count];
        foreach (var id in order.Sites)
        {
            var row = rows.IndexOf(id);
            if (row < 0 || id == column.Site || placed[row]) continue;
            placed[row] = true;
            ranked.Add(row);
        }
        return ranked.DrainToImmutable();
    }
}
