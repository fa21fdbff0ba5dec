using System.Collections.Immutable;

namespace Pointsman.Policy.Plans;

/// <summary>
/// For each row the tier that it belongs to, 0 the best: all that a client's place decides, and so what a client class is. Compared by content.
/// <code>
///   rows        0 1 2 3 4
///   tiers       1 0 3 2 −   of these 2 preferred: rows 1, 0; then, if neither can take the client, rows 3, 2; row 4 never
/// </code>
/// </summary>
internal sealed class TierOrder : IEquatable<TierOrder>
{
    /// <summary>The tier of a row that these clients may never get.</summary>
    public const int Never = -1;

    private TierOrder(ImmutableArray<int> tierOf, int preferredTiers)
    {
        (TierOf, PreferredTiers, TierCount) = (tierOf, preferredTiers, tierOf.IsEmpty ? 0 : tierOf.Max() + 1);
        ByTier = [.. Enumerable.Range(0, tierOf.Length).Where(row => tierOf[row] != Never).OrderBy(row => tierOf[row])];
    }

    public ImmutableArray<int> TierOf { get; }

    /// <summary>The rows that may be had, tier after tier; within one in the order of rows.</summary>
    public ImmutableArray<int> ByTier { get; }

    public int TierCount { get; }

    /// <summary>So many tiers, the first ones, go before all others: the rest is for when no row of these can take a client. All of them where no rule says otherwise.</summary>
    public int PreferredTiers { get; }

    /// <summary>The sites that are left by rank after rank, lexicographic: a coarser one stays whatever a finer one says [S12].</summary>
    /// <param name="reach">By row.</param>
    /// <param name="ranks">Each by row, smaller is better; they need not be dense.</param>
    public static TierOrder Of(ReadOnlySpan<Reach> reach, IReadOnlyList<int[]> ranks)
    {
        Span<int> rows = stackalloc int[MaximumRowsOnStack];
        rows = reach.Length <= rows.Length ? rows[..reach.Length] : new int[reach.Length];
        var count = 0;
        for (var row = 0; row < reach.Length; row++)
        {
            if (reach[row] != Reach.Never) rows[count++] = row;
        }
        var comparison = new RowOrder(reach, ranks);
        Sort(rows[..count], comparison);

        var tiers = new int[reach.Length];
        Array.Fill(tiers, Never);
        var (tier, preferred) = (-1, 0);
        for (var place = 0; place < count; place++)
        {
            if (place == 0 || comparison.Compare(rows[place - 1], rows[place]) != 0) tier++;
            tiers[rows[place]] = tier;
            if (reach[rows[place]] == Reach.Preferred) preferred = tier + 1;
        }
        // Where no row is preferred none is worse than another for it.
        return new TierOrder([.. tiers], preferred == 0 ? tier + 1 : preferred);
    }

    /// <summary>Of the preferred tiers as of the rest, everything past so many becomes one last tier. What may be had at all stays.</summary>
    public TierOrder CutTo(int tiers)
    {
        var preferred = Math.Min(PreferredTiers, tiers + 1);
        return new TierOrder(
            [.. TierOf.Select(tier => tier < PreferredTiers ? Math.Min(tier, tiers) : preferred + Math.Min(tier - PreferredTiers, tiers))],
            preferred);
    }

    public bool Equals(TierOrder? other) =>
        other is not null && PreferredTiers == other.PreferredTiers && TierOf.AsSpan().SequenceEqual(other.TierOf.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as TierOrder);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(PreferredTiers);
        foreach (var tier in TierOf) hash.Add(tier);
        return hash.ToHashCode();
    }

    /// <summary>By insertion: rows are few, often sorted already, and no comparer has to be made.</summary>
    private static void Sort(Span<int> rows, in RowOrder order)
    {
        for (var sorted = 1; sorted < rows.Length; sorted++)
        {
            var row = rows[sorted];
            var place = sorted;
            for (; place > 0 && order.Compare(rows[place - 1], row) > 0; place--) rows[place] = rows[place - 1];
            rows[place] = row;
        }
    }

    private const int MaximumRowsOnStack = 128;

    private readonly ref struct RowOrder(ReadOnlySpan<Reach> reach, IReadOnlyList<int[]> ranks)
    {
        private readonly ReadOnlySpan<Reach> reach = reach;

        public int Compare(int left, int right)
        {
            if (reach[left] != reach[right]) return reach[left] < reach[right] ? -1 : 1;
            foreach (var rank in ranks)
            {
                if (rank[left] != rank[right]) return rank[left] < rank[right] ? -1 : 1;
            }
            return 0;
        }
    }
}

/// <summary>How restrictions leave a site to some clients; the smaller goes first.</summary>
internal enum Reach : byte
{
    /// <summary>Every rule about them names it.</summary>
    Preferred,

    /// <summary>Only rules that say <c>orElse: anywhere</c> leave it out.</summary>
    OrElse,

    /// <summary>A rule forbids it.</summary>
    Never,
}
