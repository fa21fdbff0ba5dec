using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>
/// Compares what one peer makes its tables of with what this node does [S7, P5.7]. Two things can be wrong: the peer holds other columns
/// (a word has not reached one of us: a cut line, a site that hears nobody), or it makes another table of the same ones (another
/// configuration, or a defect). Neither marks anyone down; both are for the operator.
/// </summary>
/// <remarks>
/// Words cross: a difference counts only when it is older than <see cref="DsspLimits.TablesSettle"/>. The peer lacks what came to me so long
/// before it spoke; or I lack still what it named so long ago. Rejected: a digest alone, which tells that and not what.
/// </remarks>
internal sealed class TableWatch
{
    private const int NamedAtMost = 3;
    private SiteState? word;
    private (Instant First, Instant Last)? sumsDiffer;
    private ServiceId? otherTable;

    /// <summary>The peer tells what it makes its tables of.</summary>
    public bool Tells => word?.Tables is not null;

    /// <summary>When there is something to judge next; null = not before the peer's next word.</summary>
    public Instant? Due { get; private set; }

    /// <summary>A new word of the peer. To be called before it takes its place among the columns: it was made of those before.</summary>
    /// <param name="mine">This node's tables now.</param>
    public void Heard(SiteState state, Columns columns, Func<TableWord?>? mine, Instant now)
    {
        word = state;
        if (state.Tables is not { } theirs) return;
        if (Enumerable.SequenceEqual(theirs.Columns, columns.Fresh()) && mine?.Invoke() is { } own && own.Columns.AsSpan().SequenceEqual(theirs.Columns.AsSpan()))
        {
            var ours = own.Tables.ToDictionary(table => table.Service, table => table.Digest);
            otherTable = theirs.Tables.Where(table => ours.TryGetValue(table.Service, out var digest) && digest != table.Digest).Select(table => (ServiceId?)table.Service).FirstOrDefault();
            sumsDiffer = otherTable is null ? null : (sumsDiffer?.First ?? now, now);
        }
    }

    /// <summary>What is wrong by now; the texts are null where nothing is.</summary>
    public (string? Columns, ServiceId? OtherTable) Judge(Columns columns, Cluster cluster, Instant now)
    {
        Due = null;
        if (word is not { Tables: { } theirs } said) return (null, null);
        var claims = theirs.Columns.ToDictionary(column => column.Site);
        var differing = new List<string>();
        foreach (var site in cluster.Sites.Where(site => site.Id != said.Site))
        {
            var held = columns.HeldOf(site.Id, out var since);
            HeldColumn? claim = claims.TryGetValue(site.Id, out var named) ? named : null;
            if (claim == held || since is not { } changed) continue;
            var isAhead = claim is { } theirWord && (held is not { } myWord || myWord.IsOlderThan(theirWord));
            if (isAhead && held is null && changed > said.SentAt) continue; // it was fresh here too when it spoke
            if (!isAhead || held is null)
            {
                if (changed + DsspLimits.TablesSettle < said.SentAt) differing.Add(Difference(site, claim, held));
            }
            else if (said.SentAt + DsspLimits.TablesSettle < now) differing.Add(Difference(site, claim, held));
            else Due = new Instant((said.SentAt + DsspLimits.TablesSettle).Micros + 1);
        }

        var named3 = string.Join(", ", differing.Take(NamedAtMost)) + (differing.Count > NamedAtMost ? FormattableString.Invariant($" and {differing.Count - NamedAtMost} more") : "");
        return (differing.Count == 0 ? null : named3, sumsDiffer is { } seen && seen.First + DsspLimits.TablesSettle <= seen.Last ? otherTable : null);
    }

    private static string Difference(Site site, HeldColumn? theirs, HeldColumn? mine) => $"of {site.Name} it holds {Named(theirs)}, this node {Named(mine)}";

    private static string Named(HeldColumn? column) => column is { } held ? FormattableString.Invariant($"{held.Incarnation}.{held.Edition}") : "nothing fresh";
}
