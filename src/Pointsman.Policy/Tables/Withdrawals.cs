using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// What measurement takes out of one service, counted against <c>policy.downBudget</c>. When more looks down than the budget allows it is likelier that
/// the measuring is at fault (a bad content check, a cut line, a probe that all sites share) than that everything died: the surest are taken out, the
/// others stay in as they are, and somebody is called.
/// </summary>
/// <remarks>
/// Which of them stay is read off the published columns, so that all nodes keep the same. First out is whom the larger part of its observers sees
/// down; then who has fallen silent before who still speaks; then the name. One that comes to look down changes at most one other's lot. Rejected: the
/// first to fall stays out. No column says who that was, and a node that starts has not seen it.
/// </remarks>
internal sealed class Withdrawals(ServiceRows rows, DownBudget? budget)
{
    private const int Millionths = 1_000_000;

    private int sites;
    private long capacity;

    /// <summary>Takes a row out if the budget has room for it.</summary>
    public bool TryTake(int row)
    {
        if (budget is null) return true;
        if (budget.Sites is { } most && sites >= most) return false;
        if (budget.CapacityMillionths is { } part && (Int128)(capacity + rows.Capacities[row]) * Millionths > (Int128)rows.Capacities.Sum() * part) return false;
        sites++;
        capacity += rows.Capacities[row];
        return true;
    }

    /// <summary>In the order in which they are to be taken out.</summary>
    public static ImmutableArray<int> ByEvidence(IEnumerable<int> down, ImmutableArray<Vote> votes, ServiceRows rows, ColumnSet columns) =>
    [
        .. down
            .OrderByDescending(row => votes[row], Comparer<Vote>.Create(static (left, right) => ((long)left.Down * right.Observers).CompareTo((long)right.Down * left.Observers)))
            .ThenBy(row => columns.Of(rows.Sites[row].Id) is not null)
            .ThenBy(row => row),
    ];

    public override string ToString() => (budget?.Sites, budget?.CapacityMillionths) switch
    {
        ({ } most, { } part) => FormattableString.Invariant($"{most} sites and {part / 10_000m:0.####} % of capacity"),
        ({ } most, null) => FormattableString.Invariant($"{most} sites"),
        (null, { } part) => FormattableString.Invariant($"{part / 10_000m:0.####} % of capacity"),
        _ => "everything",
    };
}
