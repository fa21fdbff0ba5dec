namespace Pointsman.Conformance.Rfc6742;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData("NID", "10 0014:4fff:ff20:ee64", "000a00144fffff20ee64", "as in the standard")]
    [InlineData("NID", "10 14:4fff:ff20:0", "000a00144fffff200000", "zeros before a group may be left out")]
    [InlineData("NID", "10 0014:4fff:ff20", null, "three groups")]
    [InlineData("NID", "10 0014::ff20:ee64", null, "no shortening")]
    [InlineData("NID", "10 00144:fff:ff20:ee64", null, "five digits")]
    [Trait("rfc", "6742 §2.1")]
    public void An_identifier_is_four_groups_with_a_preference(string type, string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata(type, text));
}
