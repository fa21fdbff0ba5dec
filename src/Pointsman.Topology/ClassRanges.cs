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

    public static (RangeMap IPv4, RangeMap IPv6) Of(Places places, Func<Place, ushort> classOf, ScopeCeilings ceilings)
    {
        var classes = new ushort[places.All.Length];
        for (var index = 0; index < classes.Length; index++) classes[index] = classOf(places.All[index]);

        var ipv4 = Classified(places.IPv4, classes, ceilings.IPv4);
        var ipv6 = Classified(places.IPv6, classes, ceilings.IPv6);
        return (ipv4, Embedded(ipv4).Over(ipv6, Nothing));
    }

    /// <summary>
    /// Only at multiples of the ceiling may the class change, to what it is there. So a range that begins between two of them begins at the next,
    /// unless another begins there or before.
    /// </summary>
    [MethodImpl(LoadPath.FastAtOnce)]
    private static RangeMap Classified(RangeMap records, ushort[] classes, int ceiling)
    {
        var ranges = new RangeMapBuilder();
        var within = AddressKey.HostBits(ceiling);
        for (var index = 0; index < records.Count; index++)
        {
            var start = records.Starts[index];
            if ((start & within) != UInt128.Zero)
            {
                start |= within;
                if (start == UInt128.MaxValue) break;
                start++;
            }
            ranges.Append(start, classes[records.Values[index]]);
        }
        return ranges.Build();
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
