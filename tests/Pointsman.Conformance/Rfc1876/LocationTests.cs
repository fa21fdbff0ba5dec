namespace Pointsman.Conformance.Rfc1876;

public sealed class LocationTests
{
    [Theory]
    [InlineData("LOC", "42 21 54 N 71 06 18 W -24m 30m", "0033161389172dd070be15f000988d20", "the example of Cambridge")]
    [InlineData("LOC", "0 N 0 E 0", "00121613800000008000000000989680", "what is left out: a size of 1 m, 10 km across, 10 m up and down")]
    [InlineData("LOC", "90 S 180 W -100000m", "001216136cb0270059604e0000000000", "as far as it goes")]
    [InlineData("LOC", "1 0 0.001 N 0 E 0.01 2m 3m 4m", "002232428036ee818000000000989681", "thousandths of a second, centimetres, all sizes")]
    [InlineData("LOC", "90 0 1 N 0 E 0", null, "past the pole")]
    [InlineData("LOC", "1 60.1 N 0 E 0", null, "more minutes than there are")]
    [InlineData("LOC", "1 N 181 E 0", null, "past the date line")]
    [InlineData("LOC", "1 N 1 E", null, "no altitude")]
    [InlineData("LOC", "1 N 1 N 0", null, "two latitudes")]
    [Trait("rfc", "1876 §3")]
    public void A_location_becomes_sixteen_octets(string type, string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata(type, text));
}
