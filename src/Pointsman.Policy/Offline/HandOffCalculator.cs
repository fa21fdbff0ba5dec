using System.Collections.Immutable;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Offline;

/// <summary>
/// Table I in, Tables II and III out [P3.2, P3.3, P3.4]: the same sorting and the same points as the live table, from a matrix alone. It
/// knows neither the rule for few sites nor the vote nor the unmeasured [S6]: a site that is down for everybody has a weight of 0.
/// </summary>
public static class HandOffCalculator
{
    /// <summary>The weights of the places, as an operator may write them [P3.9].</summary>
    public const int MostWeights = 16;

    /// <inheritdoc cref="MostWeights"/>
    public const int LargestWeight = 64;

    public static HandOffResult Calculate(OfflineMatrix matrix, ImmutableArray<int> weights)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfZero(weights.Length, nameof(weights));
        var totals = new long[matrix.Sites.Length];
        var preferences = ImmutableArray.CreateBuilder<ImmutableArray<int>>(matrix.Sites.Length);
        for (var tester = 0; tester < matrix.Sites.Length; tester++)
        {
            var order = PreferenceOrders.Sort([.. matrix.Rows.Select(row => row[tester])], matrix.Sites);
            PreferenceOrders.Add(order.AsSpan(), weights.AsSpan(), totals);
            preferences.Add(order);
        }
        var sum = totals.Sum();
        return new HandOffResult(
            matrix.Sites,
            preferences.MoveToImmutable(),
            [.. totals],
            [.. totals.Select(total => sum == 0 ? 0 : (double)total / sum)]);
    }
}

/// <summary>Table I: rows = site tested, columns = tester, milliseconds; null = no answer, and on the diagonal.</summary>
/// <param name="Sites">In the order of the file's header; of rows and columns both.</param>
public sealed record OfflineMatrix(ImmutableArray<string> Sites, ImmutableArray<ImmutableArray<decimal?>> Rows);

/// <summary>Tables II and III, by index of the site.</summary>
/// <param name="Preferences">By tester, best first.</param>
/// <param name="Shares">0 to 1; all 0 when no site has a point.</param>
public sealed record HandOffResult(
    ImmutableArray<string> Sites,
    ImmutableArray<ImmutableArray<int>> Preferences,
    ImmutableArray<long> Weights,
    ImmutableArray<double> Shares);
