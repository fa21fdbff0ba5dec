using System.Collections.Immutable;

namespace Pointsman.Policy.Plans;

/// <summary>For each row the tier that it belongs to, 0 the best: all that a client's place decides. Compared by content.</summary>
internal sealed class TierOrder(ImmutableArray<int> tierOf) : IEquatable<TierOrder>
{
    public ImmutableArray<int> TierOf { get; } = tierOf;
    public int TierCount { get; } = tierOf.IsEmpty ? 0 : tierOf.Max() + 1;

    public static TierOrder Flat(int rows) => new([.. Enumerable.Repeat(0, rows)]);

    /// <summary>Splits each tier by a finer rank; ranks need not be dense. Lexicographic: the coarser order stays [S12].</summary>
    public TierOrder SplitBy(ReadOnlySpan<int> ranks)
    {
        var keys = new (int Tier, int Rank)[TierOf.Length];
        for (var row = 0; row < keys.Length; row++) keys[row] = (TierOf[row], ranks[row]);
        var dense = keys.Distinct().Order().Select((key, tier) => (key, tier)).ToDictionary(pair => pair.key, pair => pair.tier);
        return new TierOrder([.. keys.Select(key => dense[key])]);
    }

    /// <summary>Everything past so many tiers becomes one last tier.</summary>
    public TierOrder CutTo(int tiers) => new([.. TierOf.Select(tier => Math.Min(tier, tiers))]);

    public bool Equals(TierOrder? other) => other is not null && TierOf.AsSpan().SequenceEqual(other.TierOf.AsSpan());
    public override bool Equals(object? obj) => Equals(obj as TierOrder);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var tier in TierOf) hash.Add(tier);
        return hash.ToHashCode();
    }
}
