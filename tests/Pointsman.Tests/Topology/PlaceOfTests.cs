using Pointsman.Topology;

namespace Pointsman.Tests.Topology;

public sealed class PlaceOfTests
{
    [Fact]
    public void A_country_gives_continent_region_and_centroid()
    {
        var place = Places.PlaceOf("JP", null, null, null);
        Assert.Equal(("AS", "apnic"), (place.Continent, place.Region));
        Assert.InRange(place.Latitude!.Value, 30, 45);
        Assert.InRange(place.Longitude!.Value, 129, 146);
    }

    [Fact]
    public void What_the_operator_says_stays()
    {
        var place = Places.PlaceOf("US", "lacnic", 25.8, -80.2);
        Assert.Equal(("lacnic", "NA", 25.8, -80.2), (place.Region, place.Continent, place.Latitude, place.Longitude));
    }

    [Fact]
    public void A_country_that_nobody_knows_derives_nothing()
    {
        var place = Places.PlaceOf("QQ", null, null, null);
        Assert.Equal(("QQ", null, null, null), (place.Country, place.Region, place.Continent, place.Latitude));
    }

    [Theory]
    [InlineData("apnic", -45, 50, 60, 180)]
    [InlineData("arin", 20, 70, -130, -50)]
    [InlineData("ripe", 30, 65, -10, 60)]
    [InlineData("lacnic", -30, 25, -90, -50)]
    [InlineData("afrinic", -20, 20, 0, 45)]
    public void A_region_has_its_centroid_and_no_continent(string region, double south, double north, double west, double east)
    {
        var place = Places.PlaceOf(null, region, null, null);
        Assert.InRange(place.Latitude!.Value, south, north);
        Assert.InRange(place.Longitude!.Value, west, east);
        Assert.Null(place.Continent);
        Assert.True(place.IsKnown);
    }

    [Fact]
    public void Nothing_said_is_an_unknown_place() => Assert.Equal(Place.Unknown, Places.PlaceOf(null, null, null, null));
}
