using System.Collections.Immutable;

namespace Pointsman.Policy.Plans;

/// <summary>
/// Smooth weighted round robin, compiled: a walk of at most 1,024 slots in which every site has its exact share and its slots lie as evenly as
/// they can [P3.7, S14]. A slot names the site whose turn it is, then the next distinct sites of the same walk.
/// <code>
///   weights A 2, B 1, two answers:   slots  A B A        lists  AB BA AB
/// </code>
/// </summary>
internal sealed class Schedule
{
    /// <summary>Enough for a tenth of a percent, small enough to be copied into a kernel's map.</summary>
    public const int MaximumSlots = 1024;

    private readonly ushort[] places;

    private Schedule(Distribution distribution, ushort[] places, int width) =>
        (Distribution, this.places, Width, SlotCount) = (distribution, places, width, places.Length / width);

    public Distribution Distribution { get; }

    /// <summary>How many sites a slot names.</summary>
    public int Width { get; }

    public int SlotCount { get; }

    /// <summary>The rows for a turn, the first one's turn it is.</summary>
    public ReadOnlySpan<ushort> At(ulong turn)
    {
        var slot = (int)(turn % (ulong)SlotCount);
        return places.AsSpan(slot * Width, Width);
    }

    public static Schedule Of(Distribution distribution, int answers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(distribution.Parts.Length, nameof(distribution));
        var counts = SlotCounts([.. distribution.Parts.Select(part => part.Weight)]);
        var walk = Walk(counts);
        var width = Math.Min(answers, Math.Min(distribution.Parts.Length, Decisions.Decision.MaximumSites));
        var lists = NextDistinct(walk, width);
        return new Schedule(distribution, [.. lists.Select(part => (ushort)distribution.Parts[part].Row)], width);
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
    /// own part before its successor's list without it.
    /// </summary>
    private static ushort[] NextDistinct(ushort[] walk, int width)
    {
        if (width == 1) return walk;
        var lists = new ushort[walk.Length * width];
        var list = new List<ushort>(width + 1);
        for (var step = (2 * walk.Length) - 1; step >= 0; step--)
        {
            var slot = step % walk.Length;
            list.Remove(walk[slot]);
            list.Insert(0, walk[slot]);
            if (list.Count > width) list.RemoveAt(width);
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
