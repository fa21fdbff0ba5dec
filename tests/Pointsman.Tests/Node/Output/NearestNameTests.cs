using Pointsman.Node.Output;

namespace Pointsman.Tests.Node.Output;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("pairs", "paris", "two neighbours swapped are one slip")]
    [InlineData("adress", "address", "a letter left out")]
    [InlineData("TTL", "ttl", "another case")]
    [InlineData("maxConnection", "maxConnections", "a letter short at the end")]
    [InlineData("tokyo", null, "nothing near")]
    [InlineData("", null, "nothing at all")]
    [InlineData("x", null, "too short to guess from")]
    [InlineData("b", null, "one letter for another: nothing in common")]
    [InlineData("a", "A", "the same letter")]
    public void Misspelt_name_finds_its_neighbour_or_none(string word, string? expected, string _) =>
        Assert.Equal(expected, NearestName.Of(word, ["paris", "atlanta", "address", "ttl", "maxConnections", "A"]));
}
