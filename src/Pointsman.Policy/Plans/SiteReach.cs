using System.Collections.Immutable;

namespace Pointsman.Policy.Plans;

/// <summary>
/// What restrictions leave of a service's sites to some classes of clients, by row. What is up is judged once for each: a site that is the last one for
/// users who may get no other is not measured against sites that they may not have. Compared by content.
/// </summary>
internal sealed class SiteReach : IEquatable<SiteReach>
{
    private readonly ImmutableArray<Reach> rows;

    private SiteReach(ImmutableArray<Reach> rows) => this.rows = rows;

    public static SiteReach Of(TierOrder order) => new(
        [.. order.TierOf.Select(tier => tier == TierOrder.Never ? Reach.Never : tier < order.PreferredTiers ? Reach.Preferred : Reach.OrElse)]);

    public bool Allows(int row) => rows[row] != Reach.Never;
    public bool Prefers(int row) => rows[row] == Reach.Preferred;

    public bool Equals(SiteReach? other) => other is not null && rows.AsSpan().SequenceEqual(other.rows.AsSpan());
    public override bool Equals(object? obj) => Equals(obj as SiteReach);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var row in rows) hash.Add(row);
        return hash.ToHashCode();
    }
}
