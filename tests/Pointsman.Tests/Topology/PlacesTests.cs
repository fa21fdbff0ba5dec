using System.Net;
using System.Text;
using Pointsman.Tests.Topology.Import;
using Pointsman.Topology;

namespace Pointsman.Tests.Topology;

public sealed class PlacesTests
{
    private static PlaceMatch Shipped(string address) => Places.Shipped.Lookup(IPAddress.Parse(address));

    private static Places Load(params PlaceSource[] sources)
    {
        var load = Places.Load(sources);
        Assert.Empty(load.Errors);
        return load.Places!;
    }

    [Fact]
    [Trait("mission", "P2.1")]
    public void The_patents_own_user_is_in_the_region_of_apnic()
    {
        var (place, prefix) = Shipped("211.123.11.20");
        Assert.Equal("apnic", place.Region);
        Assert.Equal("iana", place.Source);
        Assert.Equal("211.0.0.0/8", prefix.ToString());
        Assert.Null(place.Country);
        Assert.Null(place.Continent);
    }

    [Fact]
    [Trait("mission", "P2.1")]
    public void The_registries_blocks_alone_give_the_region_wherever_they_can()
    {
        var (right, legacy) = (0, 0);
        foreach (var row in Vectors.Rows("vectors-country.csv"))
        {
            var (address, registry, status, matches) = (row[0], row[3], row[4], row[5]);
            var place = Shipped(address).Place;
            if (status == "LEGACY")
            {
                // [S13]: given out before the registries existed, so no evidence of anything.
                Assert.False(place.IsKnown, address);
                legacy++;
            }
            else if (matches == "yes")
            {
                Assert.Equal(registry == "RIPE NCC" ? "ripe" : registry.ToLowerInvariant(), place.Region);
                right++;
            }
        }
        Assert.True(right > 200, $"only {right} vectors were looked at");
        Assert.True(legacy > 5, $"only {legacy} vectors were looked at");
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("mmdb")]
    [InlineData("delegated")]
    [InlineData("places")]
    [Trait("mission", "P2.3")]
    public void A_database_of_any_kind_gives_the_right_country_where_the_blocks_are_wrong(string kind)
    {
        var rows = Vectors.Rows("vectors-country.csv").ToList();
        var csv = string.Join('\n', rows.Select(row => $"{row[0]},{row[0]},{row[1]}"));
        var places = Load(new PlaceSource("facts", PlaceLayer.Database, kind switch
        {
            "csv" => Encoding.UTF8.GetBytes(csv),
            "mmdb" => rows.Aggregate(new MmdbBuilder(28), (builder, row) => builder.With(row[0], new (string, object)[] { ("country", new (string, object)[] { ("iso_code", row[1]) }) })).Build(),
            "delegated" => Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(row => $"nro|{row[1]}|{(row[0].Contains(':', StringComparison.Ordinal) ? $"ipv6|{row[0]}|128" : $"ipv4|{row[0]}|1")}|20260101|assigned"))),
            _ => Places.Import([new PlaceSource("facts", PlaceLayer.Database, csv)]).Content!,
        }));
        Assert.Equal(300, rows.Count);
        foreach (var row in rows)
        {
            var place = places.Lookup(IPAddress.Parse(row[0])).Place;
            Assert.Equal((row[1], row[2], "facts"), (place.Country, place.Continent, place.Source));
            Assert.NotNull(place.Region);
            Assert.NotNull(place.Latitude);
        }
    }

    [Fact]
    [Trait("mission", "P2.3")]
    public void Neighbouring_networks_of_24_bits_are_told_apart()
    {
        var places = Load(new PlaceSource("db.csv", PlaceLayer.Database, "5.6.7.0/24,DE\n5.6.8.0/24,FR\n5.6.9.0/24,GB\n"));
        Assert.Equal("DE", places.Lookup(IPAddress.Parse("5.6.7.255")).Place.Country);
        Assert.Equal(("FR", "5.6.8.0/24"), (places.Lookup(IPAddress.Parse("5.6.8.0")).Place.Country, places.Lookup(IPAddress.Parse("5.6.8.0")).Prefix.ToString()));
        Assert.Equal("GB", places.Lookup(IPAddress.Parse("5.6.9.77")).Place.Country);
        Assert.Equal(("ripe", null), (places.Lookup(IPAddress.Parse("5.6.10.0")).Place.Region, places.Lookup(IPAddress.Parse("5.6.10.0")).Place.Country));
    }

    [Fact]
    [Trait("mission", "P2.4")]
    public void Layers_come_first_to_last_subscribers_special_databases_registries()
    {
        var places = Load(
            new PlaceSource("first.csv", PlaceLayer.Database, "203.0.0.0/8,CN\n198.51.0.0/16,US\n"),
            new PlaceSource("second.csv", PlaceLayer.Database, "prefix,country\n203.1.0.0/16,AU\n204.1.0.0/16,CA\n"),
            new PlaceSource("subscribers.csv", PlaceLayer.Subscribers, "prefix,country,name\n203.5.0.0/16,JP,Tokyo office\n203.0.113.0/25,KR,Seoul office\n"));

        Assert.Equal(("JP", "subscribers.csv", "Tokyo office"), Said("203.5.6.7"));
        Assert.Equal(("CN", "first.csv", null), Said("203.1.0.1"));
        Assert.Equal(("CA", "second.csv", null), Said("204.1.0.1"));
        Assert.Equal(("US", "first.csv", null), Said("198.51.1.1"));
        Assert.Equal(("KR", "subscribers.csv", "Seoul office"), Said("203.0.113.9"));
        Assert.Equal((null, "special-purpose", "Documentation (TEST-NET-3)"), Said("203.0.113.200"));
        Assert.Equal((null, "iana", "ARIN"), Said("204.2.0.1"));

        (string?, string?, string?) Said(string address)
        {
            var place = places.Lookup(IPAddress.Parse(address)).Place;
            return (place.Country, place.Source, place.Name);
        }
    }

    [Fact]
    [Trait("mission", "P2.4")]
    public void A_subscriber_without_a_place_hides_what_the_databases_claim()
    {
        var places = Load(
            new PlaceSource("db.csv", PlaceLayer.Database, "5.0.0.0/8,DE"),
            new PlaceSource("subscribers.csv", PlaceLayer.Subscribers, "prefix,name\n5.6.0.0/16,roaming\n"));
        Assert.False(places.Lookup(IPAddress.Parse("5.6.0.1")).Place.IsKnown);
        Assert.True(places.Lookup(IPAddress.Parse("5.7.0.1")).Place.IsKnown);
    }

    [Fact]
    public void Special_purpose_addresses_have_no_place_and_carried_ones_have_their_own()
    {
        var (special, carried) = (0, 0);
        foreach (var row in Vectors.Text("vectors-special.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var (address, note) = (row[..row.IndexOf(',')], row[(row.IndexOf(',') + 1)..]);
            var place = Shipped(address).Place;
            if (note.Contains("211.123.11.20", StringComparison.Ordinal))
            {
                Assert.Equal(Shipped("211.123.11.20"), Shipped(address));
                carried++;
            }
            else if (note.Contains("PUBLIC", StringComparison.Ordinal))
            {
                Assert.NotEqual("special-purpose", place.Source);
            }
            else
            {
                Assert.False(place.IsKnown, row);
                special++;
            }
        }
        Assert.Equal((19, 4), (special, carried));
    }

    [Theory]
    [InlineData("2002:0a01:0203::1", "6to4 of a private address")]
    [InlineData("::ffff:127.0.0.1", "mapped loopback")]
    [InlineData("64:ff9b::192.168.1.1", "NAT64 of a private address")]
    [InlineData("64:ff9b:1::5", "local-use NAT64, whose layout nobody outside knows")]
    [InlineData("3.1.2.3", "LEGACY block")]
    [InlineData("4000::1", "IPv6 that no registry has")]
    [InlineData("fe80::1", "link-local")]
    public void No_place(string address, string description) => Assert.False(Shipped(address).Place.IsKnown, description);

    [Fact]
    public void A_scope_index_does_not_matter() =>
        Assert.Equal(Shipped("fe80::1"), Places.Shipped.Lookup(IPAddress.Parse("fe80::1%3")));

    [Fact]
    public void Of_nested_rows_the_narrower_wins_and_the_leaf_is_what_is_left()
    {
        var places = Load(new PlaceSource("db.csv", PlaceLayer.Database, "5.0.0.0/8,DE\n5.128.0.0/9,FR\n5.128.0.0/16,GB\n5.255.255.255/32,IT\n"));
        Assert.Equal(("DE", "5.0.0.0/9"), Leaf("5.1.1.1"));
        Assert.Equal(("GB", "5.128.0.0/16"), Leaf("5.128.9.9"));
        Assert.Equal(("FR", "5.129.0.0/16"), Leaf("5.129.0.1"));
        Assert.Equal(("FR", "5.192.0.0/11"), Leaf("5.200.0.1"));
        Assert.Equal(("IT", "5.255.255.255/32"), Leaf("5.255.255.255"));
        Assert.Equal(("FR", "5.255.255.254/32"), Leaf("5.255.255.254"));

        (string?, string) Leaf(string address)
        {
            var match = places.Lookup(IPAddress.Parse(address));
            return (match.Place.Country, match.Prefix.ToString());
        }
    }

    [Fact]
    public void The_operators_word_on_a_country_holds_for_sites_and_users_and_not_for_what_a_row_says_itself()
    {
        var settings = new TopologySettings
        {
            Overrides = TopologySettings.Default.Overrides.Add("RU", new CountryOverride("AS", "apnic", 55.0, 83.0)).Add("KZ", new CountryOverride(null, "apnic", null, null)),
        };
        var places = Places.Load([new PlaceSource("t", PlaceLayer.Database, "prefix,country,region,latitude,longitude\n5.0.0.0/8,RU,,,\n6.0.0.0/8,RU,ripe,55.7,37.6\n7.0.0.0/8,KZ,,,\n")], settings).Places!;
        Assert.Equal(("AS", "apnic", 55.0, 83.0), Said(places.Lookup(IPAddress.Parse("5.1.1.1")).Place));
        Assert.Equal(("AS", "ripe", 55.7, 37.6), Said(places.Lookup(IPAddress.Parse("6.1.1.1")).Place));
        Assert.Equal(("AS", "apnic", 55.0, 83.0), Said(places.Complete("RU", null, null, null)));
        var kazakh = places.Complete("KZ", null, null, null);
        Assert.Equal(("apnic", Places.PlaceOf("KZ", null, null, null).Latitude), (kazakh.Region, kazakh.Latitude));
        Assert.Equal(("EU", "ripe"), (Places.PlaceOf("RU", null, null, null).Continent, Places.PlaceOf("RU", null, null, null).Region));

        static (string?, string?, double, double) Said(Place place) => (place.Continent, place.Region, place.Latitude!.Value, place.Longitude!.Value);
    }

    [Fact]
    public void The_scope_goes_down_to_the_ceiling_that_the_operator_set()
    {
        var settings = new TopologySettings { Scope = new ScopeCeilings(28, 64) };
        var places = Places.Load([new PlaceSource("t", PlaceLayer.Database, "5.6.7.0/28,DE\n5.6.7.16/32,FR\n2a00:0:0:1::/64,GB")], settings).Places!;
        var table = PrefixTable.Build(places, place => place.Country is { } country ? country[0] : 'x');
        Assert.Equal(new ClassScope('D', 28), table.Lookup(IPAddress.Parse("5.6.7.9")));
        Assert.Equal(new ClassScope('F', 28), table.Lookup(IPAddress.Parse("5.6.7.31")));
        Assert.Equal(new ClassScope('G', 64), table.Lookup(IPAddress.Parse("2a00:0:0:1::9")));
        var coarse = PrefixTable.Build(places, place => place.Country is { } country ? country[0] : 'x', ScopeCeilings.Default);
        Assert.Equal(new ClassScope('D', 24), coarse.Lookup(IPAddress.Parse("5.6.7.31")));
    }

    [Fact]
    public void The_digest_follows_the_content_and_not_the_name_of_the_file()
    {
        var german = Load(new PlaceSource("a.csv", PlaceLayer.Database, "5.0.0.0/8,DE"));
        Assert.Equal(german.Digest, Load(new PlaceSource("b.csv", PlaceLayer.Database, "prefix,country\n5.0.0.0/8,de\n")).Digest);
        Assert.NotEqual(german.Digest, Load(new PlaceSource("a.csv", PlaceLayer.Database, "5.0.0.0/9,DE\n5.128.0.0/9,FR")).Digest);
        Assert.NotEqual(german.Digest, Load(new PlaceSource("a.csv", PlaceLayer.Database, "5.0.0.0/8,FR")).Digest);
        Assert.NotEqual(german.Digest, Places.Shipped.Digest);
    }
}
