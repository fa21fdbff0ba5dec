using System.Collections.Immutable;

namespace Pointsman.Policy.Plans;

/// <summary>
/// Smooth weighted round robin, compiled: a walk of at most 1,024 slots in which every site has its exact share and its slots lie as evenly as
/// they can [P3.7, S14]. A slot names the site whose turn it is, then the next distinct sites of the same walk.
/// <code>
///   weights A 2, B 1, two answers:   slots  A B A        lists  AB BA AB
/// </code>
/// Sites too small for a slot of their own share some: in a shared slot a walk of their own goes on from round to round, and the largest site has
/// in it what is left of the slots. So a hundred sites that are to have two per cent together have two per cent, and not ten.
/// <code>
///   A 0.9998, b 0.0001, c 0.0001:   slots  A × 1,023, one shared      in that one, round after round  A A A A b A A A A c …
/// </code>
/// </summary>
internal sealed class Schedule
{
    /// <summary>Enough for a tenth of a percent, small enough to be copied into a kernel's map.</summary>
    public const int MaximumSlots = 1024;

    private const short Own = -1;

    private readonly ushort[] places;

    /// <summary>By slot: which of the shared ones it is, or <see cref="Own"/>; null when none is shared.</summary>
    private readonly short[]? shared;
    private readonly int sharedCount;
    private readonly Schedule? inner;

    private Schedule(Distribution distribution, ushort[] places, int width, short[]? shared = null, Schedule? inner = null)
    {
        (Distribution, this.places, Width, SlotCount) = (distribution, places, width, places.Length / width);
        (this.shared, this.inner) = (shared, inner);
        sharedCount = shared?.Count(slot => slot != Own) ?? 0;
    }

    public Distribution Distribution { get; }

    /// <summary>How many sites a slot names.</summary>
    public int Width { get; }

    public int SlotCount { get; }

    /// <summary>After so many turns every site has had its exact share, as far as slots of slots can say it.</summary>
    public long TurnCount => inner is null ? SlotCount : (long)SlotCount * inner.SlotCount;

    /// <summary>The rows for a turn, the first one's turn it is.</summary>
    /// <param name="room">For <see cref="Width"/> rows; may be what is returned.</param>
    public ReadOnlySpan<ushort> At(ulong turn, Span<ushort> room)
    {
        var slot = (int)(turn % (ulong)SlotCount);
        var list = places.AsSpan(slot * Width, Width);
        if (shared is null || shared[slot] == Own) return list;
        var first = inner!.places[(turn / (ulong)SlotCount * (ulong)sharedCount + (ulong)shared[slot]) % (ulong)inner.SlotCount];
        var count = 0;
        room[count++] = first;
        foreach (var row in list)
        {
            if (row != first && count < Width) room[count++] = row;
        }
        return room[..count];
    }

    public static Schedule Of(Distribution distribution, int answers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(distribution.Parts.Length, nameof(distribution));
        var parts = distribution.Parts;
        var width = Math.Min(answers, Math.Min(parts.Length, Decisions.Decision.MaximumSites));
        if (JointSlots.Of(parts) is { } split) return Of(distribution, split, width);
        var walk = Walk(SlotCounts([.. parts.Select(part => part.Weight)]));
        return new Schedule(distribution, [.. NextDistinct(walk, width, walk.Length).Select(part => (ushort)parts[part].Row)], width);
    }

    private static Schedule Of(Distribution distribution, JointSlots split, int width)
    {
        // The shared slots walk with the others, as if they were one site more.
        var mark = split.Large.Length;
        var walk = Walk([.. split.LargeSlots, split.Slots]);
        var shared = new short[walk.Length];
        short next = 0;
        for (var slot = 0; slot < walk.Length; slot++) shared[slot] = walk[slot] == mark ? next++ : Own;

        // Who is nowhere in the walk comes last in a list, and only where it has room for more than there are others.
        int[] rest = [.. split.Large.Where((_, part) => split.LargeSlots[part] == 0).Concat(split.Small).Select(part => part.Row)];
        var lists = NextDistinct(walk, Math.Min(width, split.LargeSlots.Count(count => count > 0)), mark);
        var listed = lists.Length / walk.Length;
        var places = new ushort[walk.Length * width];
        for (var slot = 0; slot < walk.Length; slot++)
        {
            for (var place = 0; place < width; place++)
                places[(slot * width) + place] = (ushort)(place < listed ? split.Large[lists[(slot * listed) + place]].Row : rest[place - listed]);
        }
        var small = new Distribution(split.Inner);
        var inner = Walk(SlotCounts([.. small.Parts.Select(part => part.Weight)]));
        return new Schedule(distribution, places, width, shared, new Schedule(small, [.. inner.Select(part => (ushort)small.Parts[part].Row)], 1));
    }

    /// <summary>Exact when the weights' sum over their greatest common divisor fits; else by largest remainder, with at least one slot each.</summary>
    internal static int[] SlotCounts(ImmutableArray<long> weights)
    {
        var divisor = weights.Aggregate(GreatestCommonDivisor);
        var sum = weights.Sum() / divisor;
        if (sum <= MaximumSlots) return [.. weights.Select(weight => (int)(weight / divisor))];

        var counts = weights.Select(weight => Math.Max(1, (int)((Int128)weight * MaximumSlots / weights.Sum()))).ToArray();
        var total = weights.Sum();
        var byRemainder = Enumerable.Range(0, weights.Length)
            .OrderByDescending(index => ((Int128)weights[index] * MaximumSlots) - ((Int128)counts[index] * total))
            .ThenBy(index => index)
            .ToArray();
        // Rounding down leaves fewer slots over than there are sites; rounding tiny weights up to 1 may take too many.
        var left = MaximumSlots - counts.Sum();
        for (var index = 0; index < left; index++) counts[byRemainder[index]]++;
        for (; left < 0; left++) counts[Array.IndexOf(counts, counts.Max())]--;
        return counts;
    }

    /// <summary>Each step everybody gains its weight, the richest is chosen and pays the sum; ties to the first. Indexes of parts.</summary>
    internal static ushort[] Walk(int[] counts)
    {
        var walk = new ushort[counts.Sum()];
        var credit = new int[counts.Length];
        for (var slot = 0; slot < walk.Length; slot++)
        {
            var richest = 0;
            for (var part = 0; part < counts.Length; part++)
            {
                credit[part] += counts[part];
                if (credit[part] > credit[richest]) richest = part;
            }
            credit[richest] -= walk.Length;
            walk[slot] = (ushort)richest;
        }
        return walk;
    }

    /// <summary>
    /// For each slot the next <paramref name="width"/> distinct parts of the walk, from itself on. Backwards, twice round: a slot's list is its
    /// own part before its successor's list without it. A slot of <paramref name="mark"/> is nobody's: its list is its successor's.
    /// </summary>
    private static ushort[] NextDistinct(ushort[] walk, int width, int mark)
    {
        if (width == 1 && !walk.Contains((ushort)mark)) return walk;
        var lists = new ushort[walk.Length * width];
        var list = new List<ushort>(width + 1);
        for (var step = (2 * walk.Length) - 1; step >= 0; step--)
        {
            var slot = step % walk.Length;
            if (walk[slot] != mark)
            {
                list.Remove(walk[slot]);
                list.Insert(0, walk[slot]);
                if (list.Count > width) list.RemoveAt(width);
            }
            if (step < walk.Length) list.CopyTo(lists, slot * width);
        }
        return lists;
    }

    private static long GreatestCommonDivisor(long left, long right)
    {
        while (right != 0) (left, right) = (right, left % right);
        return left;
    }
}
