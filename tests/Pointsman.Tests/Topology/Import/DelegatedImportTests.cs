using System.Net;
using CsCheck;
using Pointsman.Topology;
using Pointsman.Topology.Import;

namespace Pointsman.Tests.Topology.Import;

/// <summary>The registries' statistics. The rows are made up, in the form of each registry's own files.</summary>
[Trait("mission", "P2.3")]
public sealed class DelegatedImportTests
{
    private const string Extended = """
        # a remark
        2.3|apnic|20260909|9||20260906|+1000
        apnic|*|asn|*|2|summary
        apnic|*|ipv4|*|4|summary
        apnic|*|ipv6|*|3|summary
        apnic|JP|asn|64500|1|20020801|allocated|A1000001
        apnic||asn|64510|16||available|
        apnic|CN|ipv4|1.0.2.0|768|20110414|allocated|A1000002
        apnic|AU|ipv4|1.0.8.0|256|20110412|assigned|A1000003
        apnic|AP|ipv4|1.0.6.0|256|20110412|allocated|A1000004
        apnic||ipv4|1.0.7.0|256||reserved|
        apnic|JP|ipv6|2001:200:4000::|34|20030423|allocated|A1000005
        apnic||ipv6|2001:201::|32||available|
        apnic|IN|ipv6|2001:202::|31|20030423|allocated|A1000006

        """;

    private const string Version2 = """
        2|ripencc|1767979999|2|19830705|20260908|+0200
        ripencc|*|ipv4|*|2|summary
        ripencc|GB|ipv4|2.24.0.0|524288|20100921|allocated
        ripencc|EU|ipv4|2.48.0.0|262144|20100528|allocated
        """;

    private static PlacesLoad Load(string text) => PlacesLoader.Load([new PlaceSource("delegated", PlaceLayer.Database, text)]);

    private static (string?, string?) Said(Places places, string address)
    {
        var place = places.Lookup(IPAddress.Parse(address)).Place;
        return (place.Country, place.Region);
    }

    [Fact]
    public void An_extended_file_gives_the_country_of_every_delegated_address_and_no_other()
    {
        var load = Load(Extended);
        Assert.Empty(load.Errors);
        Assert.Empty(load.Warnings);
        var places = load.Places!;
        Assert.Equal(("CN", "apnic"), Said(places, "1.0.2.0"));
        // Three networks of /24 are no prefix: the count says where it ends.
        Assert.Equal(("CN", "apnic"), Said(places, "1.0.4.255"));
        Assert.Equal((null, null), Said(places, "1.0.5.0"));
        Assert.Equal(("AU", "apnic"), Said(places, "1.0.8.0"));
        Assert.Equal((null, "apnic"), Said(places, "1.0.6.1"));
        Assert.Equal((null, null), Said(places, "1.0.7.1"));
        Assert.Equal(("JP", "apnic"), Said(places, "2001:200:7fff::1"));
        Assert.Equal((null, null), Said(places, "2001:201::1"));
        Assert.Equal(("IN", "apnic"), Said(places, "2001:203:ffff::1"));
        Assert.Equal(5, places.Tables[0].Records);
        Assert.Equal(("delegated apnic", new DateOnly(2026, 9, 6)), (places.Tables[0].Origin.Format, places.Tables[0].Origin.Date!.Value));
    }

    [Fact]
    public void Several_registries_in_one_file_and_the_older_version_are_read()
    {
        var places = Load(Extended + Version2).Places!;
        Assert.Equal(("GB", "ripe"), Said(places, "2.24.0.1"));
        Assert.Equal((null, "ripe"), Said(places, "2.51.255.255"));
        Assert.Equal(("delegated apnic ripencc", new DateOnly(2026, 9, 6)), (places.Tables[0].Origin.Format, places.Tables[0].Origin.Date!.Value));

        var common = Load("2|nro|20260909|3|19821026|20260909|+0000\niana|ZZ|ipv4|10.0.0.0|16777216|19960201|reserved|ietf|iana\narin|US|ipv4|4.0.0.0|8388608|19921201|allocated|e5|e-stats\nlacnic|BR|ipv4|45.4.4.0|1024|20170221|allocated|27|e-stats").Places!;
        Assert.Equal(("US", "arin"), Said(common, "4.127.255.255"));
        Assert.Equal((null, null), Said(common, "10.0.0.1"));
    }

    [Fact]
    public void A_file_that_holds_less_than_it_announces_is_read_with_a_warning()
    {
        var load = Load(string.Join('\n', Extended.Split('\n')[..^4]));
        Assert.NotNull(load.Places);
        Assert.Equal("the headers announce 9 records, 6 are here: was the file cut short?", Assert.Single(load.Warnings).Message);
        Assert.Equal(load.Warnings, load.Places!.Warnings);
    }

    [Theory]
    [InlineData("apnic|CN|ipv4|1.0.2.300|512|20110414|allocated", "t:1:15: error: must be an IPv4 address; was '1.0.2.300'")]
    [InlineData("apnic|CN|ipv4|2001::|512|20110414|allocated", "t:1:15: error: must be an IPv4 address; was '2001::'")]
    [InlineData("apnic|CN|ipv4|1.0.2.0|0|20110414|allocated", "t:1:23: error: must be a count of addresses; was '0'")]
    [InlineData("apnic|CN|ipv4|1.0.2.0|-5|20110414|allocated", "t:1:23: error: must be a count of addresses; was '-5'")]
    [InlineData("apnic|CN|ipv4|255.255.255.0|257|20110414|allocated", "t:1:29: error: the count goes past 255.255.255.255; was '257'")]
    [InlineData("apnic|CN|ipv6|2001:200::|129|20110414|allocated", "t:1:26: error: must be a prefix length from 1 to 128; was '129'")]
    [InlineData("apnic|CN|ipv6|2001:201::|31|20110414|allocated", "t:1:15: error: bits are set past the prefix length; was '2001:201::'")]
    [InlineData("apnic|QB|ipv4|1.0.2.0|512|20110414|allocated", "t:1:7: error: no country has this code (ISO 3166); was 'QB'")]
    [InlineData("apnic|CN|ipx|1.0.2.0|512|20110414|allocated", "t:1:10: error: must be ipv4, ipv6 or asn; was 'ipx'")]
    [InlineData("apnic|CN|ipv4|1.0.2.0|512|20110414|given", "t:1:36: error: must be allocated, assigned, available or reserved; was 'given'")]
    [InlineData("apnik||ipv4|1.0.2.0|512|20110414|allocated", "t:1:1: error: no registry has this name; was 'apnik'")]
    [InlineData("apnic|CN|ipv4|1.0.2.0|512|20110414|allocated\napnic|CN|ipv4", "t:2:1: error: must have six fields at least, between bars")]
    [InlineData("1|apnic|1|1|1|1|1", "t:1:1: error: must be version 2 of the registries' format; was '1'")]
    [InlineData("2|apnik|1|1|1|1|1", "t:1:3: error: no registry has this name; was 'apnik'")]
    [InlineData("2|apnic|1|many|1|1|1", "t:1:11: error: must be a count of records; was 'many'")]
    [InlineData("2|apnic|1|0|1|1|1", "t:1:1: error: no record gives addresses to anybody")]
    [InlineData("apnic|CN|ipv4|1.0.2.0|512|20110414|allocated\napnic|AU|ipv4|1.0.3.0|512|20110414|allocated", "t:2:1: error: overlaps line 1 without lying inside it or around it")]
    public void A_mistake_is_named_with_its_place(string text, string expected)
    {
        var load = PlacesLoader.Load([new PlaceSource("t", PlaceLayer.Database, text)]);
        Assert.Null(load.Places);
        Assert.Equal([expected], load.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void A_damaged_file_gives_places_or_errors_and_never_throws() =>
        Gen.Select(Gen.Int[0, Extended.Length - 1], Gen.Char["\0\n|,.:#-09afDEx\u00e4\uD800 "]).Array[1, 6].Sample(damages =>
        {
            var text = Extended.ToCharArray();
            foreach (var (at, character) in damages) text[at] = character;
            var load = Load(new string(text));
            Assert.Equal(load.Places is null, !load.Errors.IsEmpty);
            Assert.All(load.Errors, error => Assert.True(error is { Line: > 0, Column: > 0 }));
        }, iter: 2000);
}
