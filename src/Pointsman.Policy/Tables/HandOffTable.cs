using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// Table III of one service [P3.3, P3.4, P3.8]: every site's total weight and share. Computed from the published columns alone, so every
/// node gets the same one [P5.7, S7]; what a node itself sees down is taken out later, from its own answers only.
/// </summary>
/// <remarks>
/// The order of the rules: points of the orders [S3] or, with few sites, free capacity [S6]; the unmeasured get the smallest non-zero
/// total [S5]; then <c>siteWeights</c> multiplies; then vote and own word take sites to zero [S9], the vote as far as the down-budget goes. An
/// operator's order comes before both, and costs nothing of the budget.
/// </remarks>
public sealed class HandOffTable
{
    private readonly ColumnSet columns;

    // Made when asked for: who compiles has no use for it, and two that make it at once make the same.
    private string? digest;

    private HandOffTable(Service service, ImmutableArray<HandOffRow> sites, ImmutableArray<Vote> votes, ColumnSet columns) =>
        (Service, Sites, Votes, this.columns) = (service, sites, votes, columns);

    public Service Service { get; }

    /// <summary>The service's sites, by name.</summary>
    public ImmutableArray<HandOffRow> Sites { get; }

    /// <summary>By row.</summary>
    internal ImmutableArray<Vote> Votes { get; }

    /// <summary>16 hex characters over the fresh columns' (site, incarnation, edition) and the weights: equal tables, equal digests [S7].</summary>
    public string Digest => digest ??= TableDigest.Of(Service, columns, Sites);

    /// <summary>Null for a site that does not offer the service.</summary>
    public HandOffRow? this[SiteId site]
    {
        get
        {
            foreach (var row in Sites)
            {
                if (row.Site.Id == site) return row;
            }
            return null;
        }
    }

    public static HandOffTable From(Snapshot snapshot, Service service)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(service);
        var (rows, columns) = (new ServiceRows(snapshot.Cluster, service), new ColumnSet(snapshot));
        return From(rows, columns, columns.Rows(rows));
    }

    /// <summary>The same table of columns that say nothing new of this service; only the digest tells the two apart.</summary>
    internal HandOffTable Under(ColumnSet others) => ReferenceEquals(others, columns) ? this : new HandOffTable(Service, Sites, Votes, others);

    /// <param name="read">What the columns say of this service.</param>
    internal static HandOffTable From(ServiceRows rows, ColumnSet columns, ReadOnlySpan<ColumnRows> read)
    {
        var policy = rows.Service.Policy;
        var fewSites = IsFewSites(policy, rows.Count);
        var totals = fewSites ? FreeCapacity.Weights(rows, columns) : Points(rows, read);
        var unmeasured = totals.Where(total => total > 0).Min() ?? 1;
        var votes = Vote.All(rows, columns, read);
        var standings = new (Standing Standing, string Reason)[rows.Count];
        for (var row = 0; row < standings.Length; row++) standings[row] = StandingOf(row, totals[row], fewSites, votes[row], rows, columns);
        Keep(standings, votes, rows, columns);
        var usual = Usual(totals, standings);
        var lines = new HandOffRow[rows.Count];
        for (var row = 0; row < rows.Count; row++)
        {
            var (standing, reason) = standings[row];
            var total = standing switch
            {
                Standing.Up or Standing.Unmeasured => totals[row] ?? unmeasured,
                Standing.Kept or Standing.ForcedUp => Math.Max(totals[row] ?? 0, usual),
                _ => 0,
            };
            lines[row] = new HandOffRow(rows.Sites[row], total * policy.SiteWeights.GetValueOrDefault(rows.Sites[row].Id, 1), 0, standing, reason);
        }
        var sum = lines.Sum(line => line.Weight);
        var shared = lines.Select(line => line with { Share = sum == 0 ? 0 : (double)line.Weight / sum }).ToImmutableArray();
        return new HandOffTable(rows.Service, shared, votes, columns);
    }

    private static string Enough(VoteRule rule) => rule switch { VoteRule.Any => ", and one is enough", VoteRule.All => ", which is all", _ => "" };

    /// <summary>The number of sites *configured* decides, never the number alive [S6].</summary>
    internal static bool IsFewSites(ServicePolicy policy, int sites) => policy.FewSites == FewSites.Capacity && sites < policy.FewSitesBelow;

    /// <summary>By row; null = no fresh column ranks it.</summary>
    private static long?[] Points(ServiceRows rows, ReadOnlySpan<ColumnRows> read)
    {
        var totals = new long[rows.Count];
        var ranked = new bool[rows.Count];
        foreach (var column in read)
        {
            PreferenceOrders.Add(column.Order.AsSpan(), rows.Service.Policy.Weights.AsSpan(), totals);
            foreach (var row in column.Order) ranked[row] = true;
        }
        return [.. totals.Select((total, row) => ranked[row] ? total : (long?)null)];
    }

    /// <summary>Of those voted down, who is more than the budget allows is kept. Who is weighed 0 is out by the operator's will and costs nothing of it.</summary>
    private static void Keep((Standing Standing, string Reason)[] standings, ImmutableArray<Vote> votes, ServiceRows rows, ColumnSet columns)
    {
        var policy = rows.Service.Policy;
        if (policy.DownBudget is null) return;
        var down = Enumerable.Range(0, rows.Count).Where(row => standings[row].Standing == Standing.Down && policy.SiteWeights.GetValueOrDefault(rows.Sites[row].Id, 1) > 0);
        var withdrawals = new Withdrawals(rows, policy.DownBudget);
        foreach (var row in Withdrawals.ByEvidence(down, votes, rows, columns))
        {
            if (!withdrawals.TryTake(row)) standings[row] = (Standing.Kept, $"{standings[row].Reason}, but the down-budget is {withdrawals}");
        }
    }

    /// <summary>What a site that looks down and is kept would have if it did not: nobody knows, so the mean of those that are up.</summary>
    private static long Usual(long?[] totals, (Standing Standing, string Reason)[] standings)
    {
        var up = totals.Where((total, row) => standings[row].Standing == Standing.Up && total > 0).ToList();
        return up.Count == 0 ? 1 : Math.Max(1, up.Sum()!.Value / up.Count);
    }

    private static (Standing Standing, string Reason) StandingOf(int row, long? total, bool fewSites, Vote vote, ServiceRows rows, ColumnSet columns)
    {
        if (rows.Vips[row].All(vip => vip.Disabled)) return (Standing.Disabled, "by the configuration");
        var order = columns.Rulings.For(rows.Sites[row].Id, rows.Service.Id);
        if (order is { Kind: OverrideKind.Drain }) return (Standing.Draining, order.ToString());
        if (order is { Kind: OverrideKind.ForceDown }) return (Standing.ForcedDown, order.ToString());
        var measured = Measured(row, total, fewSites, vote, rows, columns);
        if (order is not { Kind: OverrideKind.ForceUp, IsSigned: true }) return measured;
        return measured.Standing is Standing.Up or Standing.Unmeasured or Standing.Full
            ? (measured.Standing, $"{order}{(measured.Reason.Length == 0 ? "" : $"; {measured.Reason}")}")
            : (Standing.ForcedUp, $"{order}, although {measured.Reason}");
    }

    private static (Standing Standing, string Reason) Measured(int row, long? total, bool fewSites, Vote vote, ServiceRows rows, ColumnSet columns)
    {
        if (columns.Of(rows.Sites[row].Id) is { } column && OwnWord.Of(column, rows.Vips[row].AsSpan()) is { } word)
            return (word, column.State.SelfReport == SelfReport.None ? "it says so of every VIP" : "it says so itself");

        if (vote.TakesOut(rows.Service.Policy.Vote)) return (Standing.Down, $"{vote.Down} of {vote.Observers} observers see it down{Enough(rows.Service.Policy.Vote)}");
        // Nobody ranks it, and somebody says why: it is not "unmeasured", which would give it users.
        if (total is null && vote.Overloaded > 0) return (Standing.SeenOverloaded, $"{vote.Overloaded} of {vote.Observers} observers see it overloaded, and none ranks it");
        if (total is null) return (Standing.Unmeasured, "no fresh column mentions it");
        // Full is who would be handed to if it had room; whom the operator weighs 0 would not.
        return total == 0 && fewSites && rows.Service.Policy.SiteWeights.GetValueOrDefault(rows.Sites[row].Id, 1) > 0 ? (Standing.Full, "it has no connection free") : (Standing.Up, "");
    }
}

/// <summary>One line of the hand-off table.</summary>
/// <param name="Weight">Total weight; zero = no hand-off ever goes there [P3.5].</param>
/// <param name="Share">Of the sum of all weights, 0 to 1; all 0 when the sum is.</param>
/// <param name="Reason">Why it stands so, in words; empty when it is simply up.</param>
public readonly record struct HandOffRow(Site Site, long Weight, double Share, Standing Standing, string Reason)
{
    /// <summary>Handed to by the table's word: a node that does not see it down, and that nobody restricts, answers with it.</summary>
    internal bool IsWanted => Weight > 0 || Standing == Standing.Full;
}
