using System.Net;
using System.Text;
using CsCheck;
using Pointsman.Topology;
using Pointsman.Topology.Import;

namespace Pointsman.Tests.Topology;

public sealed class ImportErrorTests
{
    [Theory]
    [InlineData("5.0.0.0/8,Germany", "t:1:11: error: must be a country code of two letters (ISO 3166); was 'Germany'")]
    [InlineData("5.0.0.0/8,QB", "t:1:11: error: no country has this code (ISO 3166); was 'QB'")]
    [InlineData("5.0.0.1/8,DE", "t:1:1: error: the length is out of range, or bits are set past it; was '5.0.0.1/8'")]
    [InlineData("5.0.0.0/40,DE", "t:1:1: error: the length is out of range, or bits are set past it; was '5.0.0.0/40'")]
    [InlineData("5.0.0.0/8,DE\n5.300.0.0/16,DE", "t:2:1: error: must be a prefix, such as 192.0.2.0/24 or 2001:db8::/32; was '5.300.0.0/16'")]
    [InlineData("5.0.0.0/8,DE\n\n# a remark\n,DE", "t:4:1: error: must be a prefix, such as 192.0.2.0/24 or 2001:db8::/32; it is empty")]
    [InlineData("5.0.0.0/8,DE,europe", "t:1:14: error: must be one of afrinic, apnic, arin, lacnic, ripe; was 'europe'")]
    [InlineData("5.0.0.0/8,DE,,91,0", "t:1:15: error: latitude: must be degrees from −90 to 90; was '91'")]
    [InlineData("5.0.0.0/8,DE,,NaN,0", "t:1:15: error: latitude: must be degrees from −90 to 90; was 'NaN'")]
    [InlineData("5.0.0.0/8,DE,,1,1e999", "t:1:17: error: longitude: must be degrees from −180 to 180; was '1e999'")]
    [InlineData("5.0.0.0/8,DE,,1", "t:1:16: error: latitude and longitude go together: one of them is missing")]
    [InlineData("prefix,country,longitude\n5.0.0.0/8,DE,1", "t:2:15: error: latitude and longitude go together: one of them is missing")]
    [InlineData("5.0.0.9,5.0.0.1,DE", "t:1:9: error: the last address lies before the first; was '5.0.0.1'")]
    [InlineData("5.0.0.1,::1,DE", "t:1:9: error: must be of the same family as the first address; was '::1'")]
    [InlineData("5.0.0.1,5.0.0.2,DE\n5.1.0.0,,DE", "t:2:9: error: must be an address; it is empty")]
    [InlineData("5.0.0.0,5.0.0.9,DE\n5.0.0.5,5.0.0.20,FR", "t:2:1: error: overlaps line 1 without lying inside it or around it")]
    [InlineData("5.0.0.0/8,DE\n6.0.0.0/8,US\n5.0.0.0/8,FR", "t:3:1: error: the same addresses as on line 1")]
    [InlineData("::/0,DE\n::/0,FR", "t:2:1: error: the same addresses as on line 1")]
    [InlineData("\"5.0.0.0/8,DE", "t:1:1: error: the quote is not closed on its line")]
    [InlineData("\"5.0.0.0/8\"x,DE", "t:1:12: error: text after the closing quote")]
    [InlineData("prefix,contry\n5.0.0.0/8,DE", "t:1:8: error: unknown column 'contry': did you mean 'country'?")]
    [InlineData("prefix,lattitude\n5.0.0.0/8,1", "t:1:8: error: unknown column 'lattitude': did you mean 'latitude'?")]
    [InlineData("prefix,country,cidr\n5.0.0.0/8,DE,5.0.0.0/8", "t:1:16: error: the column 'cidr' is given twice")]
    [InlineData("country,name\nDE,x", "t:1:1: error: the header names neither 'prefix' nor 'first' and 'last'")]
    [InlineData("first,country\n5.0.0.0,DE", "t:1:1: error: the header names neither 'prefix' nor 'first' and 'last'")]
    [InlineData("prefix,name\n5.0.0.0/8,a\u001bb", "t:2:11: error: a control character in a name; was 'a?b'")]
    [InlineData("", "t:1:1: error: the table has no rows")]
    [InlineData("prefix,country\n", "t:1:1: error: the table has no rows")]
    [InlineData("\0\0\0", "t:1:1: error: the header names neither 'prefix' nor 'first' and 'last'")]
    public void A_mistake_is_named_with_its_place(string csv, string expected)
    {
        var load = Places.Load([new PlaceSource("t", PlaceLayer.Database, csv)]);
        Assert.Null(load.Places);
        Assert.Equal([expected], load.Errors.Select(error => error.ToString()));
    }

    [Theory]
    [InlineData("5.0.0.0/8,DE", "prefix and country")]
    [InlineData("5.0.0.0/8,de,ripe,51.5,9.5\r\n", "all that there may be without a header, with the line ends of another system")]
    [InlineData("\uFEFFPrefix , Country\n5.0.0.0/8 , DE\n", "a byte order mark, capitals and blanks")]
    [InlineData("\"5.0.0.0\",\"5.255.255.255\",\"DE\"", "quotes everywhere")]
    [InlineData("network,geoname_id,country_code,asn\n5.0.0.0/8,\"a, \"\"b\"\"\",DE,1", "columns that mean nothing here")]
    [InlineData("# remark\n\nstart_ip,end_ip,country\n5.0.0.0,5.255.255.255,DE", "a remark, a blank line, another's names")]
    [InlineData("5.0.0.0/8,DE\n6.0.0.0/8,EU\n7.0.0.0/8,ZZ\n8.0.0.0/8,-\n9.0.0.0/8,XX\n11.0.0.0/8,", "codes that are no country")]
    public void These_tables_say_Germany(string csv, string description)
    {
        var load = Places.Load([new PlaceSource("t", PlaceLayer.Database, csv)]);
        Assert.True(load.Errors.IsEmpty, description);
        Assert.Equal("DE", load.Places!.Lookup(IPAddress.Parse("5.6.7.8")).Place.Country);
        Assert.False(load.Places.Lookup(IPAddress.Parse("9.6.7.8")).Place.Country is "EU" or "ZZ" or "XX");
    }

    [Fact]
    public void Everything_wrong_is_told_at_once_in_order_up_to_a_hundred()
    {
        var load = Places.Load([
            new PlaceSource("a", PlaceLayer.Database, "5.0.0.0/8,QB\n6.0.0.0/8,US\n6.0.0.0/8,CA\n7.0.0.0/99,US"),
            new PlaceSource("b", PlaceLayer.Subscribers, "prefix,country\nx,DE\n")]);
        Assert.Equal(["b:2:1", "a:1:11", "a:3:1", "a:4:1"], load.Errors.Select(error => $"{error.Source}:{error.Line}:{error.Column}"));

        var many = new StringBuilder();
        for (var line = 0; line < 500; line++) many.Append("5.0.0.0/99,DE\n");
        Assert.Equal(100, Places.Load([new PlaceSource("t", PlaceLayer.Database, many.ToString())]).Errors.Length);
    }

    [Fact]
    public void A_line_without_end_is_not_kept_and_what_is_no_text_is_not_read_on()
    {
        Assert.Equal(["t:1:4097: error: the line is longer than 4096 characters", "t:2:1: error: must be a prefix, such as 192.0.2.0/24 or 2001:db8::/32; was '1'"],
            Places.Load([new PlaceSource("t", PlaceLayer.Database, new string('a', 5000) + "\n1,DE\n")]).Errors.Select(error => error.ToString()));

        var load = Places.Load([new PlaceSource("t", PlaceLayer.Database, new byte[3 << 20])]);
        Assert.StartsWith("t: error: is no table that is known here", Assert.Single(load.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_subscribers_may_be_empty() =>
        Assert.NotNull(Places.Load([new PlaceSource("t", PlaceLayer.Subscribers, "prefix,country\n")]).Places);

    [Fact]
    public void A_damaged_table_gives_places_or_errors_and_never_throws() =>
        Gen.Select(Gen.Int[0, 200], Gen.Char["\0\n\r\",/.:#-09afDEx\u00e4\uD800 "], Gen.Int[0, 2]).Array[1, 6].Sample(damages =>
        {
            var text = new StringBuilder("prefix,country,region,latitude,longitude,name\n5.0.0.0/8,DE,ripe,51.5,9.5,\"a \"\"b\"\"\"\n2001:db8::/32,FR,,,,\n5.1.0.0/16,,apnic,,,x\n");
            foreach (var (position, character, kind) in damages)
            {
                var at = position % text.Length;
                if (kind == 0) text.Remove(at, 1);
                else if (kind == 1) text.Insert(at, character);
                else text[at] = character;
            }
            var load = PlacesLoader.Load([new PlaceSource("t", PlaceLayer.Subscribers, text.ToString())]);
            Assert.Equal(load.Places is null, !load.Errors.IsEmpty);
            Assert.All(load.Errors, error => Assert.True(error is { Line: > 0, Column: > 0 }));
        }, iter: 2000);
}
