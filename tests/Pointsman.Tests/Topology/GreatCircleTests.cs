using Pointsman.Topology;

namespace Pointsman.Tests.Topology;

public sealed class GreatCircleTests
{
    [Theory]
    [InlineData(48.8566, 2.3522, 35.6762, 139.6503, 9712, "Paris to Tokyo")]
    [InlineData(37.34, -121.89, 33.75, -84.39, 3401, "San Jose to Atlanta")]
    [InlineData(-0.18, -78.47, -33.45, -70.67, 3787, "Quito to Santiago de Chile")]
    [InlineData(0, 179.5, 0, -179.5, 111, "over the date line")]
    [InlineData(90, 0, -90, 120, 20015, "pole to pole")]
    [InlineData(10, 20, 10, 20, 0, "nowhere")]
    public void Kilometres_are_right_to_half_a_percent(double latitudeA, double longitudeA, double latitudeB, double longitudeB, double expected, string description)
    {
        var kilometres = GreatCircle.Kilometres(latitudeA, longitudeA, latitudeB, longitudeB);
        Assert.True(Math.Abs(kilometres - expected) <= Math.Max(1, expected * 0.005), $"{description}: {kilometres}");
        Assert.Equal(kilometres, GreatCircle.Kilometres(latitudeB, longitudeB, latitudeA, longitudeA), 6);
    }
}
