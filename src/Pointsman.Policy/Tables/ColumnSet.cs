using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// The columns of every table: all fresh site states, in the order of the cluster's sites. Everything in this folder is computed from these
/// alone and never from the node's own live view, so that all nodes get the same table [S7, P5.7]. A stale state has no column; its site
/// keeps its row.
/// </summary>
internal sealed class ColumnSet
{
    private readonly Dictionary<SiteId, Column> bySite = [];

    /// <param name="previous">Made under the same configuration: its columns are used again where the state is the same object.</param>
    public ColumnSet(Snapshot snapshot, ColumnSet? previous = null)
    {
        var columns = ImmutableArray.CreateBuilder<Column>(snapshot.Cluster.Sites.Length);
        foreach (var site in snapshot.Cluster.Sites)
        {
            if (snapshot.FreshStateOf(site.Id) is not { } state) continue;
            var before = previous?.Of(site.Id);
            var column = before is not null && ReferenceEquals(before.State, state) ? before : new Column(state, before);
            columns.Add(column);
            bySite[site.Id] = column;
        }
        All = columns.ToImmutable();
        Rulings = Rulings.Of(snapshot.Overrides);
    }

    public ImmutableArray<Column> All { get; }

    /// <summary>Operators' orders: replicated like the columns, and the same everywhere as they are.</summary>
    public Rulings Rulings { get; }

    public Column? Of(SiteId site) => bySite.GetValueOrDefault(site);

    /// <summary>What every column says of one service's sites.</summary>
    public ColumnRows[] Rows(ServiceRows rows)
    {
        var read = new ColumnRows[All.Length];
        for (var index = 0; index < read.Length; index++) read[index] = All[index].Rows(rows);
        return read;
    }

    /// <summary>The plan is made: let go of the columns before.</summary>
    public void Seal()
    {
        foreach (var column in All) column.Seal();
    }
}
