using Pointsman.Topology.Import;

namespace Pointsman.Topology.Diff;

/// <summary>
/// The addresses that users can have: blocks that a registry has from IANA, LEGACY ones too, without the special-purpose blocks in them. Nine tenths of IPv6
/// belong to nobody; a share of all of it would be next to nothing whatever changed.
/// </summary>
internal static class AllocatedSpace
{
    private const int Nobody = 0, Somebody = 1, Special = 2;

    private static readonly Lazy<(RangeMap, RangeMap)> Shipped = new(Read);

    public static (RangeMap IPv4, RangeMap IPv6) Maps => Shipped.Value;

    public static bool IsIn(RangeMap map, int index) => map.Values[index] == Somebody;

    private static (RangeMap IPv4, RangeMap IPv6) Read()
    {
        var (ipv4, ipv6) = (RangeMap.Uniform(Nobody), RangeMap.Uniform(Nobody));
        // In the order of the layers: the special-purpose blocks first.
        foreach (var source in ShippedTables.Open())
        {
            var maps = Blocks(source);
            ipv4 = ipv4.Over(maps.IPv4, Nobody);
            ipv6 = ipv6.Over(maps.IPv6, Nobody);
        }
        return (ipv4, ipv6);
    }

    private static (RangeMap IPv4, RangeMap IPv6) Blocks(PlaceSource source)
    {
        var rows = new CsvReader(new StreamReader(new ReadOnlyMemoryStream(source.Content)));
        var (ipv4, ipv6) = (new ImportedRanges(), new ImportedRanges());
        // The first row is the header: the prefix comes first in all of them, and the registry's name last where there is one.
        if (!rows.ReadRow()) return (RangeMap.Uniform(Nobody), RangeMap.Uniform(Nobody));
        while (rows.ReadRow())
        {
            if (!Prefix.TryParse(rows.Field(0), out var prefix)) continue;
            var value = source.Layer == PlaceLayer.SpecialPurpose ? Special : Regions.Find(rows.Field(rows.FieldCount - 1)) is null ? Nobody : Somebody;
            (prefix.IsIPv6 ? ipv6 : ipv4).Add(new ImportedRange(prefix.FirstKey, prefix.LastKey, value, rows.Line));
        }
        return (RangeSweep.Flatten(ipv4, Ignore), RangeSweep.Flatten(ipv6, Ignore));

        // The shipped tables are held by tests of their own.
        static void Ignore(int line, string message) => System.Diagnostics.Debug.Fail(message);
    }
}
