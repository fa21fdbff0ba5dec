using System.Collections.Immutable;

namespace Pointsman.Policy.Plans;

/// <summary>
/// How a walk is divided when some sites are too small for a slot of their own: the large ones' slots, and so many that the small ones share. What is over in
/// the last shared slot is the largest site's.
/// </summary>
/// <param name="Large">Rows and weights.</param>
/// <param name="LargeSlots">As many slots as each has.</param>
/// <param name="Small">Rows and weights, the largest first.</param>
/// <param name="Slots">How many slots they share.</param>
/// <param name="Inner">Who has how much of the shared slots.</param>
internal sealed record JointSlots(
    ImmutableArray<(int Row, long Weight)> Large, int[] LargeSlots, ImmutableArray<(int Row, long Weight)> Small, int Slots, ImmutableArray<(int Row, long Weight)> Inner)
{
    private const int All = Schedule.MaximumSlots;

    /// <summary>Null when everybody has a slot at least, or the shares are exact without this.</summary>
    public static JointSlots? Of(ImmutableArray<(int Row, long Weight)> parts)
    {
        Int128 sum = 0;
        foreach (var (_, weight) in parts) sum += weight;
        if (sum <= All || !parts.Any(part => (Int128)part.Weight * All < sum) || IsExact(parts, sum)) return null;

        var large = parts.Where(part => (Int128)part.Weight * All >= sum).ToImmutableArray();
        // A thousand sites of about one slot: too many to be called small.
        if (large.IsEmpty) return null;
        var small = parts.Where(part => (Int128)part.Weight * All < sum).OrderByDescending(part => part.Weight).ThenBy(part => part.Row).ToImmutableArray();
        Int128 shared = 0;
        foreach (var (_, weight) in small) shared += (Int128)weight * All;
        var slots = (int)((shared + sum - 1) / sum);

        // In units of a slot's weight times 1,024: what the largest has of the shared slots it has not of its own.
        var over = (slots * sum) - shared;
        var largest = 0;
        for (var index = 1; index < large.Length; index++)
        {
            if (large[index].Weight > large[largest].Weight) largest = index;
        }
        var own = large.Select((part, index) => ((Int128)part.Weight * All) - (index == largest ? over : 0)).ToArray();
        var inner = small.Select(part => (part.Row, (Int128)part.Weight * All)).ToList();
        if (over > 0) inner.Add((large[largest].Row, over));
        return new JointSlots(large, Rounded(own, sum), small, slots, Scaled(inner));
    }

    /// <summary>By largest remainder; ties to the first.</summary>
    private static int[] Rounded(Int128[] weights, Int128 slot)
    {
        Int128 sum = 0;
        foreach (var weight in weights) sum += weight;
        var counts = weights.Select(weight => (int)(weight / slot)).ToArray();
        var left = (int)(sum / slot) - counts.Sum();
        foreach (var index in Enumerable.Range(0, weights.Length).OrderByDescending(index => weights[index] % slot).ThenBy(index => index).Take(left)) counts[index]++;
        return counts;
    }

    /// <summary>Into 64 bits, with their sum.</summary>
    private static ImmutableArray<(int Row, long Weight)> Scaled(List<(int Row, Int128 Weight)> parts)
    {
        Int128 sum = 0;
        foreach (var (_, weight) in parts) sum += weight;
        var divisor = Int128.Max(1, sum / (1L << 52));
        return [.. parts.Select(part => (part.Row, (long)Int128.Max(1, part.Weight / divisor)))];
    }

    private static bool IsExact(ImmutableArray<(int Row, long Weight)> parts, Int128 sum)
    {
        long divisor = 0;
        foreach (var (_, weight) in parts)
        {
            var (left, right) = (weight, divisor);
            while (right != 0) (left, right) = (right, left % right);
            divisor = left;
        }
        return sum / divisor <= All;
    }
}
