using System.Globalization;
using System.Net;
using CsCheck;
using Pointsman.Topology;
using Pointsman.Topology.Diff;

namespace Pointsman.Tests.Topology.Diff;

[Trait("mission", "P2.3")]
public sealed class PlacesDiffTests
{
    private static Places Load(string csv)
    {
        var load = Places.Load([new PlaceSource("t", PlaceLayer.Database, csv)]);
        Assert.Empty(load.Errors);
        return load.Places!;
    }

    [Fact]
    public void What_changed_is_counted_by_pairs_and_its_largest_prefixes_are_named()
    {
        var diff = FamilyDiff.Of(
            Load("5.0.0.0/8,DE\n6.0.0.0/8,US\n10.1.0.0/16,US\n"),
            Load("prefix,country,region\n5.0.0.0/9,FR,\n5.128.0.0/9,DE,\n6.0.0.0/8,US,lacnic\n10.1.0.0/16,DE,\n"), isIPv6: false, top: 3, kilometres: 100);
        Assert.Equal(4294967296, diff.All);
        // A database places no private address, whatever it says.
        Assert.Equal((1 << 23) + (1 << 24), diff.ChangedOfAll);
        Assert.Equal(diff.ChangedOfAll, diff.ChangedOfAllocated);
        Assert.Equal([("US (arin)", "US (lacnic)", 16777216.0), ("DE", "FR", 8388608.0)], diff.Pairs);
        Assert.Equal(["6.0.0.0/8", "5.0.0.0/9"], diff.Largest.Select(change => change.Prefix.ToString()));
        Assert.InRange(diff.Allocated, 3.6e9, 3.75e9);
        Assert.Equal(0, diff.Moved);
    }

    [Fact]
    public void Addresses_that_move_far_within_their_country_are_told_apart_from_those_that_change_it()
    {
        var diff = FamilyDiff.Of(
            Load("prefix,country,latitude,longitude\n5.0.0.0/8,US,40.7,-74\n6.0.0.0/8,US,40.7,-74\n2a00::/12,DE,,\n"),
            Load("prefix,country,latitude,longitude\n5.0.0.0/8,US,34,-118\n6.0.0.0/8,US,40.8,-74.1\n2a00::/12,DE,,\n"), isIPv6: false, top: 3, kilometres: 100);
        Assert.Equal((0.0, 16777216.0), (diff.ChangedOfAll, diff.Moved));
    }

    [Fact]
    public void Of_IPv6_the_share_is_of_what_is_allocated()
    {
        var diff = FamilyDiff.Of(Load("2a00::/12,DE\n3000::/8,DE"), Load("2a00::/13,FR\n2a08::/13,DE\n3000::/8,FR"), isIPv6: true, top: 3, kilometres: 100);
        Assert.Equal(Math.Pow(2, 128), diff.All, 1e25);
        Assert.InRange(diff.ShareOfAllocated, 0.03, 0.1);
        Assert.Equal("2a00::/13", Assert.Single(diff.Largest).Prefix.ToString());
        Assert.True(diff.ShareOfAll > diff.ShareOfAllocated / 100);
    }

    private static readonly Gen<string> Table = Gen.Select(Gen.UInt, Gen.Int[4, 32], Gen.OneOf("DE", "FR", "US", "JP")).Array[0, 12].Select(rows => "prefix,country\n" + string.Concat(
        rows.Select(row => (Prefix: Prefix.Around(new IPAddress(BitConverter.GetBytes(row.Item1)), row.Item2), Country: row.Item3)).DistinctBy(row => row.Prefix)
            .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Prefix},{row.Country}\n"))));

    [Fact]
    public void Segments_are_the_whole_space_once_and_say_what_look_ups_say() =>
        Gen.Select(Table, Table).Sample((old, next) =>
        {
            // A table of no rows is a mistake, so each has one.
            var (before, after) = (Load("prefix,country\n1.2.3.4/32,US\n" + old[15..]), Load("prefix,country\n4.3.2.1/32,US\n" + next[15..]));
            var expected = 0UL;
            foreach (var segment in PlacesDiff.Segments(before, after, isIPv6: false))
            {
                var addresses = 0.0;
                foreach (var prefix in segment.Prefixes())
                {
                    Assert.Equal(expected, Number(prefix.Network));
                    expected += 1UL << (32 - prefix.Length);
                    addresses += Math.Pow(2, 32 - prefix.Length);
                }
                Assert.Equal(addresses, segment.Addresses);
                Assert.Same(before.Lookup(segment.First).Place, segment.Old);
                Assert.Same(after.Lookup(segment.First).Place, segment.New);
            }
            Assert.Equal(1UL << 32, expected);
        }, iter: 100);

    private static ulong Number(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
