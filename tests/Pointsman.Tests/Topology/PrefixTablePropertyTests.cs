using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using CsCheck;
using Pointsman.Topology;
using Pointsman.Topology.Import;

namespace Pointsman.Tests.Topology;

/// <summary>The fast table against the slow oracle, over rules that nest, touch and repeat each other's bits.</summary>
public sealed class PrefixTablePropertyTests
{
    private static readonly Gen<UInt128> IPv4 = Gen.OneOf(
        Gen.UInt.Select(bits => (UInt128)bits),
        // Few distinct bytes, so that rules meet.
        Gen.OneOf<byte>(0, 10, 11, 127, 128, 255).Array[4].Select(parts => (UInt128)BinaryPrimitives.ReadUInt32BigEndian(parts)));

    private static readonly Gen<UInt128> IPv6 = Gen.Select(
        Gen.OneOf<ulong>(0, 0x0064_FF9B_0000_0000, 0x2001_0000_4136_E378, 0x2002_0A0B_0000_0000, 0x2002_8000_0000_0000, 0x2001_0DB8_0000_0000,
            0x2001_0DB8_0000_00FF, 0x2001_0DB8_0000_0100, 0x2001_0DB8_FF00_0000, 0x2A00_0000_0000_0000, 0x3FFF_FFFF_FFFF_FFFF, ulong.MaxValue),
        Gen.OneOf(Gen.ULong, Gen.OneOf<ulong>(0, 1, 0x0000_FFFF_0A0B_0000, 0x8000_0000_0000_0000, ulong.MaxValue), IPv4.Select(low => (ulong)low),
            IPv4.Select(low => 0xFFFF_0000_0000UL | (ulong)low)),
        (high, low) => new UInt128(high, low));

    private static readonly Gen<(Prefix, int)> Rule = Gen.OneOf(
        Gen.Select(IPv4, Gen.Int[0, 32], Gen.Int[0, 5], (bits, length, number) => (Prefix.Around(Address(bits, false), length), number)),
        Gen.Select(IPv6, Gen.Int[0, 128], Gen.Int[0, 5], (bits, length, number) => (Prefix.Around(Address(bits, true), length), number)));

    private static readonly Gen<ScopeCeilings> Ceilings = Gen.OneOf(
        Gen.OneOf(ScopeCeilings.Default, ScopeCeilings.None),
        Gen.Select(Gen.Int[0, 32], Gen.Int[0, 128], (ipv4, ipv6) => new ScopeCeilings(ipv4, ipv6)));

    private static readonly Gen<(ClassOracle Oracle, PrefixTable Table)> Subject = Gen.Select(Rule.Array[0, 24], Ceilings, (rules, ceilings) =>
    {
        var distinct = rules.GroupBy(rule => rule.Item1).Select(group => group.First()).ToList();
        var oracle = new ClassOracle(distinct, ceilings);
        var load = PlacesLoader.Load([new PlaceSource("rules", PlaceLayer.Subscribers, oracle.Csv)]);
        return (oracle, PrefixTable.Build(load.Places!, place => ushort.Parse(place.Name ?? "0", CultureInfo.InvariantCulture), ceilings));
    });

    private static readonly Gen<(UInt128 Bits, bool IsIPv6)> Client = Gen.OneOf(IPv4.Select(bits => (bits, false)), IPv6.Select(bits => (bits, true)));

    [Fact]
    public void The_class_is_the_oracles_and_the_scope_is_safe_and_minimal() =>
        Gen.Select(Subject, Client.Array[1, 10]).Sample((subject, clients) =>
        {
            foreach (var (bits, isIPv6) in clients)
            {
                var address = Address(bits, isIPv6);
                var found = subject.Table.Lookup(address);
                var rules = $"{address} gave {found} under\n{subject.Oracle.Csv}";
                Assert.True(found.Class == subject.Oracle.ClassOf(bits, isIPv6), rules);
                Assert.True(subject.Oracle.IsOneClass(bits, found.Scope, isIPv6), "not safe: " + rules);
                Assert.True(found.Scope == 0 || !subject.Oracle.IsOneClass(bits, found.Scope - 1, isIPv6), "not minimal: " + rules);
            }
        }, iter: 400);

    [Fact]
    public void Parts_are_told_apart_to_the_last_bit_whatever_the_ceilings_and_the_scope_stays_safe() =>
        Gen.Select(Rule.Array[0, 24], Ceilings, Client.Array[1, 10], Gen.ULong).Sample((rules, ceilings, clients, noise) =>
        {
            var oracle = new ClassOracle(rules.GroupBy(rule => rule.Item1).Select(group => group.First()).ToList(), ScopeCeilings.None);
            var load = PlacesLoader.Load([new PlaceSource("rules", PlaceLayer.Subscribers, oracle.Csv)]);
            var table = PrefixTable.Build(load.Places!, place => ushort.Parse(place.Name ?? "0", CultureInfo.InvariantCulture), ceilings, number => number / 2);
            foreach (var (bits, isIPv6) in clients)
            {
                var found = table.Lookup(Address(bits, isIPv6));
                Assert.Equal(oracle.ClassOf(bits, isIPv6) / 2, found.Class / 2);
                var open = (isIPv6 ? 128 : 32) - found.Scope;
                var host = open >= 128 ? UInt128.MaxValue : ((UInt128)1 << open) - 1;
                foreach (var other in new[] { bits & ~host, bits | (host & (isIPv6 ? UInt128.MaxValue : uint.MaxValue)), (bits & ~host) | (new UInt128(noise, ~noise) & host) })
                {
                    if (isIPv6 || other <= uint.MaxValue) Assert.Equal(found.Class, table.Lookup(Address(other, isIPv6)).Class);
                }
            }
        }, iter: 300);

    [Fact]
    public void A_places_leaf_has_one_place_and_holds_the_address() =>
        Gen.Select(Rule.Array[0, 24], Client.Array[1, 16]).Sample((rules, clients) =>
        {
            var oracle = new ClassOracle(rules.GroupBy(rule => rule.Item1).Select(group => group.First()).ToList(), ScopeCeilings.None);
            var places = PlacesLoader.Load([new PlaceSource("rules", PlaceLayer.Subscribers, oracle.Csv)]).Places!;
            foreach (var (bits, isIPv6) in clients)
            {
                var (place, prefix) = places.Lookup(Address(bits, isIPv6));
                Assert.Equal(oracle.ClassOf(bits, isIPv6), int.Parse(place.Name ?? "0", CultureInfo.InvariantCulture));
                // A carried address is answered with its IPv4 prefix.
                if (prefix.IsIPv6 == isIPv6) Assert.True(prefix.Contains(Address(bits, isIPv6)));
                if (!isIPv6) Assert.True(oracle.IsOneClass(bits, prefix.Length, isIPv6));
            }
        }, iter: 300);

    private static IPAddress Address(UInt128 bits, bool isIPv6)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        return new IPAddress(isIPv6 ? bytes : bytes[12..]);
    }
}
