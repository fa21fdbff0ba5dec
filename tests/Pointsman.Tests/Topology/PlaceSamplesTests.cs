using Pointsman.Topology;

namespace Pointsman.Tests.Topology;

public sealed class PlaceSamplesTests
{
    private static Places Load(string csv) => Places.Load([new PlaceSource("geo.csv", PlaceLayer.Subscribers, csv)]).Places!;

    [Fact]
    public void Every_place_has_an_address_at_which_it_is_told()
    {
        var samples = PlaceSamples.Of(Places.Shipped, out var finer);
        Assert.Equal(0, finer);
        Assert.All(samples, sample => Assert.Same(sample.Place, Places.Shipped.Lookup(sample.Address).Place));
        Assert.Equal(Places.Shipped.All.Where(place => place.Region is not null), samples.Select(sample => sample.Place).Where(place => place.Region is not null));
    }

    [Fact]
    public void A_table_tells_the_class_of_the_place_itself_at_its_sample()
    {
        var places = Load("prefix,country\n203.0.113.0/25,FR\n203.0.113.128/25,DE\n198.51.100.128/25,IT\n198.51.101.0/24,IT\n2001:db8:0:80::/57,ES\n2001:db8:1::/48,ES\n");
        var table = PrefixTable.Build(places, place => (ushort)places.All.IndexOf(place));
        var samples = PlaceSamples.Of(places, out var finer);
        Assert.All(samples, sample => Assert.Equal(places.All.IndexOf(sample.Place), table.Lookup(sample.Address).Class));
        // Germany's one network is the second half of a /24, which is decided as its first half.
        Assert.Equal(1, finer);
        Assert.Equal(["FR 203.0.113.1", "IT 198.51.101.1", "ES 2001:db8:1::1"], samples.Where(sample => sample.Place.Country is not null).Select(sample => $"{sample.Place.Country} {sample.Address}"));
    }
}
