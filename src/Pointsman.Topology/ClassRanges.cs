using System.Runtime.CompilerServices;

namespace Pointsman.Topology;

/// <summary>
/// From places to the ranges a <see cref="PrefixTable"/> is made of: each record's place becomes its class, networks at the ceiling are made
/// of one piece, and neighbours of equal class are merged.
/// </summary>
internal static class ClassRanges
{
    /// <summary>A range's value is its class; above this bit stands 1 + the index of a layout in <see cref="EmbeddedIPv4.All"/>, where the IPv4 table is to be asked.</summary>
    public const int EmbeddedShift = 24;

    private const int Nothing = -1;

    public static (RangeMap IPv4, RangeMap IPv6) Of(Places places, Func<Place, ushort> classOf, ScopeCeilings ceilings, Func<ushort, int>? partOf = null)
    {
        var classes = new ushort[places.All.Length];
        for (var index = 0; index < classes.Length; index++) classes[index] = classOf(places.All[index]);

        var ipv4 = Classified(places.IPv4, classes, ceilings.IPv4, partOf);
        var ipv6 = Classified(places.IPv6, classes, ceilings.IPv6, partOf);
        return (ipv4, Embedded(ipv4).Over(ipv6, Nothing));
    }

    /// <summary>
    /// Only at multiples of the ceiling may the class change, to what it is there. So a range that begins between two of them begins at the next,
    /// unless another begins there or before; but where the part changes too it begins where it begins.
    /// </summary>
    [MethodImpl(LoadPath.FastAtOnce)]
    private static RangeMap Classified(RangeMap records, ushort[] classes, int ceiling, Func<ushort, int>? partOf)
    {
        var ranges = new RangeMapBuilder();
        var within = AddressKey.HostBits(ceiling);
        var current = classes[records.Values[0]];
        (UInt128 Start, ushort Class)? put = null;
        for (var index = 0; index < records.Count; index++)
        {
            var (start, number) = (records.Starts[index], classes[records.Values[index]]);
            if (put is { } before && before.Start <= start) Begin(before.Start, before.Class);
            if ((start & within) == UInt128.Zero || (partOf is not null && partOf(number) != partOf(current))) Begin(start, number);
            // What was put off before ends where this one begins: it never comes to its turn.
            else put = (start | within) == UInt128.MaxValue ? null : ((start | within) + 1, number);
        }
        if (put is { } last) Begin(last.Start, last.Class);
        return ranges.Build();

        void Begin(UInt128 start, ushort number)
        {
            ranges.Append(start, number);
            (current, put) = (number, null);
        }
    }

    /// <summary>
    /// The blocks whose addresses carry an IPv4 address, over nothing. With one class for all of IPv4 they are plain ranges of that class, so
    /// that they merge with their neighbours and the scope stays the shortest.
    /// </summary>
    private static RangeMap Embedded(RangeMap ipv4)
    {
        var blocks = RangeMap.Uniform(Nothing);
        for (var index = 0; index < EmbeddedIPv4.All.Length; index++)
        {
            var block = EmbeddedIPv4.All[index].Block;
            var value = ipv4.Count == 1 ? ipv4.Values[0] : (index + 1) << EmbeddedShift;
            var alone = new RangeMapBuilder();
            alone.Append(UInt128.Zero, Nothing);
            alone.Append(block.FirstKey, value);
            alone.Append(block.LastKey + 1, Nothing);
            blocks = alone.Build().Over(blocks, Nothing);
        }
        return blocks;
    }
}
