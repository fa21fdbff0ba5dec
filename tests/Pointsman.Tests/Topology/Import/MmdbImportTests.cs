using System.Net;
using CsCheck;
using Pointsman.Topology;
using Pointsman.Topology.Import;

namespace Pointsman.Tests.Topology.Import;

[Trait("mission", "P2.3")]
public sealed class MmdbImportTests
{
    private static (string, object)[] Country(string code) => [("country", new (string, object)[] { ("iso_code", code), ("names", new (string, object)[] { ("en", "a land") }) })];

    private static Places Load(MmdbBuilder database)
    {
        var load = PlacesLoader.Load([new PlaceSource("geo.mmdb", PlaceLayer.Database, database.Build())]);
        Assert.Empty(load.Errors);
        return load.Places!;
    }

    private static string? Error(byte[] content)
    {
        var load = PlacesLoader.Load([new PlaceSource("geo.mmdb", PlaceLayer.Database, content)]);
        Assert.Equal(load.Places is null, !load.Errors.IsEmpty);
        return load.Errors.IsEmpty ? null : load.Errors[0].ToString();
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(28, true)]
    [InlineData(32, true)]
    [InlineData(24, false)]
    [InlineData(28, false)]
    [InlineData(32, false)]
    public void Every_size_of_record_is_read_with_the_networks_as_they_are(int recordBits, bool isIPv6)
    {
        var database = new MmdbBuilder(recordBits, isIPv6).With("5.6.7.0/24", Country("DE")).With("5.6.8.0/22", Country("FR")).With("211.112.0.0/12", Country("JP"));
        if (isIPv6) database.With("2a00:100::/32", Country("GB"));
        var places = Load(database);
        foreach (var (address, country, prefix) in (IEnumerable<(string, string?, string)>)[
            ("5.6.7.8", "DE", "5.6.7.0/24"), ("5.6.8.1", "FR", "5.6.8.0/22"), ("211.123.11.20", "JP", "211.112.0.0/12"), ("5.6.6.255", null, "5.6.6.0/24")])
        {
            var match = places.Lookup(IPAddress.Parse(address));
            Assert.Equal((address, country, prefix), (address, match.Place.Country, match.Prefix.ToString()));
        }
        Assert.Equal(isIPv6 ? "GB" : null, places.Lookup(IPAddress.Parse("2a00:100::1")).Place.Country);
        Assert.Equal("mmdb Test-Country", places.Tables[0].Origin.Format);
        Assert.Equal(new DateOnly(2025, 6, 15), places.Tables[0].Origin.Date);
        Assert.Equal(isIPv6 ? 4 : 3, places.Tables[0].Records);
    }

    [Fact]
    public void The_four_upper_bits_of_each_record_of_28_are_its_own()
    {
        var places = Load(new MmdbBuilder(28, isIPv6: false).With("5.6.6.0/24", Country("DE")).With("6.6.7.0/24", Country("US"))
            .Skip(0x2000000).With("5.6.7.0/24", Country("FR")).With("6.6.6.0/24", Country("GB")));
        foreach (var (address, country) in (IEnumerable<(string, string)>)[("5.6.6.1", "DE"), ("5.6.7.1", "FR"), ("6.6.6.1", "GB"), ("6.6.7.1", "US")])
            Assert.Equal(country, places.Lookup(IPAddress.Parse(address)).Place.Country);
    }

    [Fact]
    public void A_city_gives_its_name_and_point_and_an_unnamed_country_the_one_of_registration()
    {
        var places = Load(new MmdbBuilder(type: "GeoLite2-City")
            .With("5.6.7.0/24", new (string, object)[]
            {
                ("city", new (string, object)[] { ("geoname_id", 2867714u), ("names", new (string, object)[] { ("de", "München"), ("en", "Munich"), ("fr", "Munich") }) }),
                ("continent", new (string, object)[] { ("code", "EU") }), ("country", new (string, object)[] { ("iso_code", "DE") }),
                ("location", new (string, object)[] { ("accuracy_radius", 10u), ("latitude", 48.1374), ("longitude", 11.5755), ("time_zone", "Europe/Berlin") }),
                ("subdivisions", new object[] { new (string, object)[] { ("iso_code", "BY") } }), ("traits", new (string, object)[] { ("is_anycast", true) }),
            })
            .With("5.6.8.0/24", new (string, object)[] { ("registered_country", new (string, object)[] { ("iso_code", "FR") }) })
            .With("5.6.9.0/24", new (string, object)[] { ("continent", new (string, object)[] { ("code", "AS") }) }));
        var munich = places.Lookup(IPAddress.Parse("5.6.7.1")).Place;
        Assert.Equal(("DE", "EU", "ripe", 48.1374, 11.5755, "Munich"), (munich.Country, munich.Continent, munich.Region, munich.Latitude!.Value, munich.Longitude!.Value, munich.City));
        Assert.Equal("FR", places.Lookup(IPAddress.Parse("5.6.8.1")).Place.Country);
        var asia = places.Lookup(IPAddress.Parse("5.6.9.1")).Place;
        Assert.Equal((null, "AS", false), (asia.Country, asia.Continent, asia.IsKnown));
    }

    [Fact]
    public void Flat_records_of_other_makers_are_read_too()
    {
        var places = Load(new MmdbBuilder()
            .With("5.6.7.0/24", new (string, object)[] { ("country_code", "de"), ("continent_code", "EU"), ("lat", "50.1"), ("lng", "8.7"), ("asn", "AS64500"), ("as_name", "Example\u001b[31m Net") })
            .With("5.6.8.0/24", new (string, object)[] { ("country", "Germany"), ("country_code", "DE") })
            .With("5.6.9.0/24", new (string, object)[] { ("country", "FR"), ("asn", 64501u) }));
        var match = places.Lookup(IPAddress.Parse("5.6.7.1"));
        Assert.Equal(("DE", 50.1, 8.7), (match.Place.Country, match.Place.Latitude!.Value, match.Place.Longitude!.Value));
        Assert.Equal("AS64500 (Example[31m Net)", match.System!.ToString());
        Assert.Equal("DE", places.Lookup(IPAddress.Parse("5.6.8.1")).Place.Country);
        Assert.Equal(("FR", 64501u), (places.Lookup(IPAddress.Parse("5.6.9.1")).Place.Country, places.Lookup(IPAddress.Parse("5.6.9.1")).System!.Number));
    }

    [Fact]
    public void A_database_of_systems_names_them_and_hides_no_place()
    {
        var systems = new MmdbBuilder(type: "GeoLite2-ASN").With("5.6.0.0/16", new (string, object)[] { ("autonomous_system_number", 64500u), ("autonomous_system_organization", "Example") });
        var places = Places.Load([
            new PlaceSource("asn.mmdb", PlaceLayer.Database, systems.Build()),
            new PlaceSource("geo.csv", PlaceLayer.Database, "5.6.7.0/24,DE"),
            new PlaceSource("subscribers.csv", PlaceLayer.Subscribers, "asn,country,name\nAS64500,JP,our people\n64999,US,nobody here\n")]).Places!;
        var match = places.Lookup(IPAddress.Parse("5.6.7.1"));
        Assert.Equal(("JP", "our people", 64500u, "Example"), (match.Place.Country, match.Place.Name, match.System!.Number, match.System.Organisation));
        Assert.Equal("ripe", places.Lookup(IPAddress.Parse("5.7.0.1")).Place.Region);

        var alone = Places.Load([new PlaceSource("asn.mmdb", PlaceLayer.Database, systems.Build()), new PlaceSource("geo.csv", PlaceLayer.Database, "5.6.7.0/24,DE")]).Places!;
        Assert.Equal("DE", alone.Lookup(IPAddress.Parse("5.6.7.1")).Place.Country);
    }

    [Fact]
    public void Other_ways_to_the_branch_of_IPv4_are_not_read_again()
    {
        var places = Load(new MmdbBuilder { Aliases = true }.With("5.6.7.0/24", Country("DE")).With("2a00:100::/32", Country("GB")));
        Assert.Equal(2, places.Tables[0].Records);
        Assert.Equal("DE", places.Lookup(IPAddress.Parse("2002:506:708::1")).Place.Country);
    }

    [Theory]
    [InlineData("node_count", 4_000_000u, "announces a tree of 4000000 nodes and is too short for it")]
    [InlineData("node_count", 0u, "announces a tree of 0 nodes")]
    [InlineData("record_size", 16u, "has records of 16 bits, must be 24, 28 or 32")]
    [InlineData("record_size", "24", "has metadata that cannot be read")]
    [InlineData("ip_version", 5u, "is for IP version 5, must be 4 or 6")]
    [InlineData("binary_format_major_version", 3u, "is of format version 3, must be 2")]
    public void Metadata_that_cannot_be_are_refused(string key, object value, string expected)
    {
        var database = new MmdbBuilder().With("5.6.7.0/24", Country("DE"));
        database.Metadata[key] = value;
        Assert.StartsWith($"geo.mmdb: error: is a MaxMind DB that {expected}", Error(database.Build()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("QB", "has a record that is wrong, at 5.6.7.0/24: no country has this code (ISO 3166); was 'QB'")]
    [InlineData("DEU", "has a record that is wrong, at 5.6.7.0/24: no country has this code (ISO 3166); was 'DEU'")]
    public void A_country_that_is_none_is_refused_with_its_network(string code, string expected) =>
        Assert.Equal($"geo.mmdb: error: {expected}", Error(new MmdbBuilder(isIPv6: false).With("5.6.7.0/24", Country(code)).Build()));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(91.0)]
    public void A_point_that_is_none_is_refused(double latitude) =>
        Assert.Contains("coordinates must be degrees", Error(new MmdbBuilder()
            .With("5.6.7.0/24", new (string, object)[] { ("location", new (string, object)[] { ("latitude", latitude), ("longitude", 1.0) }) }).Build()), StringComparison.Ordinal);

    [Fact]
    public void A_tree_that_runs_in_a_circle_or_meets_again_is_refused()
    {
        // Each node leads to the next on both sides: 2¹⁰⁰ paths to one record.
        var meeting = new MmdbBuilder().With("2a00::/100", Country("DE")).Build();
        for (var node = 0; node < 99; node++)
        {
            var next = (byte)(node + 1);
            ((ReadOnlySpan<byte>)[0, 0, next, 0, 0, next]).CopyTo(meeting.AsSpan(node * 6));
        }
        Assert.Contains("branches meet again", Error(meeting), StringComparison.Ordinal);

        // To the left a circle and to the right nothing: one path, longer than an address.
        var endless = new MmdbBuilder().With("8000::/1", Country("DE")).Build();
        endless.AsSpan(0, 3).Clear();
        Assert.Contains("longer than an address", Error(endless), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rfc", "1952 §2.3.1")]
    public void A_cut_file_is_refused_and_one_that_unpacks_to_a_database_is_read()
    {
        var whole = new MmdbBuilder().With("5.6.7.0/24", Country("DE")).Build();
        Assert.Null(Error(whole));
        for (var length = whole.Length - 1; length > 0; length -= 7) Assert.NotNull(Error(whole[..length]));

        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(whole);
        Assert.Null(Error(packed.ToArray()));
        Assert.Contains("is packed by gzip and does not end as it should", Error(packed.ToArray()[..^9]), StringComparison.Ordinal);
    }

    public sealed class Answer
    {
        [MaxMind.Db.MapKey("country")]
        public AnswerCountry? Country { get; init; }
    }

    public sealed class AnswerCountry
    {
        [MaxMind.Db.MapKey("iso_code")]
        public string? Code { get; init; }
    }

    /// <summary>The maker's own reader as the oracle: every network that it finds, and no other.</summary>
    [Fact]
    public void What_the_makers_reader_finds_is_what_is_imported() =>
        Gen.Select(Gen.OneOf(24, 28, 32), Gen.Bool, Gen.Select(Gen.UInt, Gen.ULong, Gen.Int[1, 32], Gen.Bool, Gen.OneOf("DE", "FR", "GB", "US")).Array[1, 30]).Sample((recordBits, isIPv6, rows) =>
        {
            var database = new MmdbBuilder(recordBits, isIPv6) { Aliases = isIPv6 };
            if (isIPv6) database.With("0.0.0.0/32", Country("JP"));
            var networks = new List<Prefix>();
            var probes = new List<IPAddress>();
            foreach (var (bits, high, length, six, code) in rows)
            {
                // Above 2003:: no alias stands.
                var address = six && isIPv6 ? new IPAddress([0x24, .. BitConverter.GetBytes(high), .. BitConverter.GetBytes(bits), 0, 0, 0]) : new IPAddress(BitConverter.GetBytes(bits | 1));
                var network = Prefix.Around(address, six && isIPv6 ? 8 + (length * 3) : length);
                probes.Add(address);
                if (network.Contains(IPAddress.Any) || networks.Any(other => other.Contains(network.Network) || network.Contains(other.Network))) continue;
                networks.Add(network);
                database.With(network.ToString(), Country(code));
            }
            if (networks.Count == 0 && !isIPv6) return;
            var file = database.Build();
            using var reader = new MaxMind.Db.Reader(new MemoryStream(file));
            var places = PlacesLoader.Load([new PlaceSource("geo.mmdb", PlaceLayer.Database, file)]).Places!;
            foreach (var probe in probes.Concat(networks.Select(network => network.Network)))
            {
                var expected = reader.Find<Answer>(probe, out var length);
                var found = places.Lookup(probe);
                Assert.Equal(expected?.Country?.Code, found.Place.Country);
                if (expected is not null) Assert.Equal(length, found.Prefix.Length);
            }
        }, iter: 300);

    [Fact]
    public void A_damaged_database_gives_places_or_an_error_and_never_throws()
    {
        var whole = new MmdbBuilder(28) { Aliases = true }
            .With("5.6.7.0/24", new (string, object)[] { ("country", new (string, object)[] { ("iso_code", "DE") }), ("city", new (string, object)[] { ("names", new (string, object)[] { ("en", "Berlin") }) }), ("location", new (string, object)[] { ("latitude", 52.5), ("longitude", 13.4) }) })
            .With("5.6.8.0/24", Country("FR")).With("2a00:100::/32", new (string, object)[] { ("asn", 64500u), ("as_name", "Example") }).Build();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 8].Sample(damages =>
        {
            var damaged = whole.ToArray();
            foreach (var (at, octet) in damages) damaged[at] = octet;
            Error(damaged);
        }, iter: 3000);
    }
}
