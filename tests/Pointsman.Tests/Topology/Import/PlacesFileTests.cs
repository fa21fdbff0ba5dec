using System.Net;
using System.Security.Cryptography;
using CsCheck;
using Pointsman.Topology;
using Pointsman.Topology.Import;

namespace Pointsman.Tests.Topology.Import;

[Trait("mission", "P2.3")]
public sealed class PlacesFileTests
{
    private static readonly PlaceSource[] s_sources =
    [
        new("data/first.csv", PlaceLayer.Database, "prefix,country,region,latitude,longitude,city,name,asn,organisation\n5.6.7.0/24,DE,,48.1,11.6,Munich,,64500,Example\n5.6.8.0/24,DE,,48.1,11.6,Munich,,64500,Example\n5.7.0.0/16,US,lacnic,,,,an office,,\n2001:db8::/33,FR,,,,,,64501,\n"),
        new("second.csv", PlaceLayer.Database, "5.0.0.0/8,GB\n2a00::/12,NL\n2a00:1234:5678:9abc:def0::/77,JP\n") { Date = new DateOnly(2026, 11, 20) },
    ];

    private static byte[] Import(params PlaceSource[] sources)
    {
        var import = Places.Import(sources);
        Assert.Empty(import.Errors);
        return import.Content!;
    }

    private static PlacesLoad LoadAlone(params PlaceSource[] sources) => PlacesLoader.Load(sources);

    [Fact]
    public void What_was_imported_is_looked_up_as_the_databases_themselves_are()
    {
        var direct = LoadAlone(s_sources).Places!;
        var imported = LoadAlone(new PlaceSource("world.places", PlaceLayer.Database, Import(s_sources))).Places!;
        foreach (var text in (string[])["5.6.7.0", "5.6.8.255", "5.6.9.0", "5.7.1.1", "5.255.255.255", "4.255.255.255", "6.0.0.0", "0.0.0.0", "255.255.255.255", "2001:db8::1", "2001:db8:8000::", "2a00::", "2a0f:ffff::", "2a00:1234:5678:9abc:def0::5", "2a00:1234:5678:9abc:def8::", "::", "ffff::"])
        {
            var address = IPAddress.Parse(text);
            var (expected, found) = (direct.Lookup(address), imported.Lookup(address));
            Assert.Equal(expected.Place with { Origin = null }, found.Place with { Origin = null });
            Assert.Equal((text, expected.System?.Number, expected.System?.Organisation), (text, found.System?.Number, found.System?.Organisation));
            Assert.Equal((expected.Place.Source is { } source ? Path.GetFileName(source) : null, expected.Place.Origin?.Digest, expected.Place.Origin?.Date),
                (found.Place.Source, found.Place.Origin?.Digest, found.Place.Origin?.Date));
        }
        // Neighbours that say the same are one.
        Assert.Equal("5.6.8.0/24", direct.Lookup(IPAddress.Parse("5.6.8.1")).Prefix.ToString());
        Assert.Equal("world.places", imported.Lookup(IPAddress.Parse("5.6.8.1")).Place.Origin!.Within!.Name);
        Assert.Contains("second.csv of 2026-11-20, sha256 ", imported.Lookup(IPAddress.Parse("5.1.1.1")).Provenance, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_databases_give_the_same_file_and_importing_it_again_changes_no_place()
    {
        var once = Import(s_sources);
        Assert.Equal(once, Import(s_sources));
        var again = Import(new PlaceSource("once.places", PlaceLayer.Database, once));
        var (first, second) = (LoadAlone(new PlaceSource("a", PlaceLayer.Database, once)).Places!, LoadAlone(new PlaceSource("b", PlaceLayer.Database, again)).Places!);
        Assert.Equal(first.Digest, second.Digest);
    }

    [Fact]
    public void Overrides_hold_for_what_an_imported_file_says()
    {
        var settings = new TopologySettings { Overrides = TopologySettings.Default.Overrides.Add("GB", new CountryOverride("AS", "apnic", null, null)) };
        var places = PlacesLoader.Load([new PlaceSource("world.places", PlaceLayer.Database, Import(s_sources))], settings).Places!;
        var place = places.Lookup(IPAddress.Parse("5.1.1.1")).Place;
        Assert.Equal(("GB", "AS", "apnic"), (place.Country, place.Continent, place.Region));
    }

    [Fact]
    public void Any_single_damage_is_found()
    {
        var whole = Import(s_sources);
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x10;
            Assert.Null(LoadAlone(new PlaceSource("t", PlaceLayer.Database, damaged)).Places);
            // Down to nothing: then it is an empty file of another kind.
            Assert.Null(LoadAlone(new PlaceSource("t", PlaceLayer.Database, whole.AsMemory(0, at))).Places);
        }
        var load = LoadAlone(new PlaceSource("t", PlaceLayer.Database, whole.AsMemory(0, whole.Length - 1)));
        Assert.Equal("t: error: is a file of topology import and damaged: its checksum does not fit, so some of it is missing or changed", Assert.Single(load.Errors).ToString());
    }

    [Fact]
    public void A_forged_checksum_buys_nothing_but_places_or_an_error()
    {
        var whole = Import(s_sources);
        Gen.Select(Gen.Int[9, whole.Length - 33], Gen.Byte, Gen.Bool).Array[1, 8].Sample(damages =>
        {
            var forged = whole.ToList();
            foreach (var (at, octet, isCut) in damages)
            {
                if (isCut && forged.Count > 60) forged.RemoveAt(at % (forged.Count - 41) + 9);
                else forged[Math.Min(at, forged.Count - 33)] = octet;
            }
            var octets = forged.ToArray();
            SHA256.HashData(octets.AsSpan(0, octets.Length - 32)).CopyTo(octets.AsSpan(octets.Length - 32));
            var load = LoadAlone(new PlaceSource("t", PlaceLayer.Database, octets));
            Assert.Equal(load.Places is null, !load.Errors.IsEmpty);
        }, iter: 3000);
    }

    [Fact]
    public void A_file_of_a_later_version_is_named_as_one()
    {
        var later = Import(s_sources);
        later[8] = 2;
        Assert.Contains("of version 2; this program reads version 1", Assert.Single(LoadAlone(new PlaceSource("t", PlaceLayer.Database, later)).Errors).Message, StringComparison.Ordinal);
    }

    /// <summary>Packed, nine hundred million empty texts are four megabytes; unpacked and believed, they were eight gigabytes of memory.</summary>
    [Theory]
    [InlineData(new byte[] { 0 }, "its tables of sources and texts do not fit")]
    [InlineData(new byte[] { 0, 0 }, "a place in it cannot be")]
    [InlineData(new byte[] { 0, 0, 0 }, "a place in it cannot be")]
    [InlineData(new byte[] { 0, 0, 0, 0 }, "its ranges do not fit")]
    public void More_items_than_any_database_has_are_refused_at_their_count(byte[] before, string expected)
    {
        // 48,000,000 as the file writes numbers; the octets for it are there, so that only the bound can refuse it.
        byte[] count = [0x80, 0xD8, 0xF1, 0x16];
        var octets = new byte[9 + before.Length + count.Length + 150_000_000 + 32];
        "PMPLACES"u8.CopyTo(octets);
        octets[8] = 1;
        before.CopyTo(octets, 9);
        count.CopyTo(octets, 9 + before.Length);
        SHA256.HashData(octets.AsSpan(0, octets.Length - 32), octets.AsSpan(octets.Length - 32));
        var used = GC.GetAllocatedBytesForCurrentThread();
        var load = LoadAlone(new PlaceSource("t", PlaceLayer.Database, octets));
        Assert.Contains(expected, Assert.Single(load.Errors).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - used, 0, 10_000_000);
    }
}
