using Pointsman.Lab.Load;

namespace Pointsman.Tests.Lab.Load;

public sealed class ZigzagTests
{
    [Theory]
    [InlineData("1 1 1 1", 0, "level")]
    [InlineData("0 1 2 3 4", 0, "a rise is no oscillation")]
    [InlineData("0 4 4 0", 0, "there and back is a visit")]
    [InlineData("0 4 0 4", 4, "there, back and there again")]
    [InlineData("4 0 4 0", 4, "the other way round")]
    [InlineData("0 4 1 4", 3, "as high as its lowest leg")]
    [InlineData("0 1 0 1 0 1 10", 1, "a rise after it adds nothing")]
    [InlineData("0 10 9 10 9 10", 1, "nor one before it")]
    public void The_size_of_an_oscillation_is_that_of_its_lowest_leg(string curve, double height, string _) =>
        Assert.Equal(height, Zigzag.Largest([.. curve.Split(' ').Select(double.Parse)]), 3);
}
