using System.Collections.Immutable;

namespace Pointsman.Model;

/// <summary>
/// What a site computes its hand-off tables from, and what came of it: so that two nodes can see when they hold other columns, or make
/// another table of the same ones [S7]. Nobody computes with it.
/// </summary>
/// <param name="Columns">The fresh columns, by site; its own as published before.</param>
/// <param name="Tables">By service.</param>
public sealed record TableWord(ImmutableArray<HeldColumn> Columns, ImmutableArray<TableSum> Tables)
{
    public bool Equals(TableWord? other) => other is not null && Columns.AsSpan().SequenceEqual(other.Columns.AsSpan()) && Tables.AsSpan().SequenceEqual(other.Tables.AsSpan());
    public override int GetHashCode() => HashCode.Combine(Columns.Length, Tables.Length);
}

/// <summary>The edition and not the sequence: a periodic word that changes nothing for the tables makes no difference.</summary>
public readonly record struct HeldColumn(SiteId Site, ulong Incarnation, ulong Edition)
{
    public bool IsOlderThan(HeldColumn other) => Incarnation < other.Incarnation || (Incarnation == other.Incarnation && Edition < other.Edition);
}

/// <summary>A service's hand-off table in 64 bits.</summary>
public readonly record struct TableSum(ServiceId Service, ulong Digest);
