namespace Pointsman.Conformance.Rfc3123;

public sealed class AddressPrefixTests
{
    [Theory]
    [InlineData("APL", "1:192.168.32.0/21 !1:192.168.38.0/28", "00011503c0a82000011c83c0a826", "two items, the second negated; trailing zero octets are not sent")]
    [InlineData("APL", "2:FF00:0:0:0:0:0:0:0/8", "00020801ff", "IPv6")]
    [InlineData("APL", "1:0.0.0.0/0", "00010000", "all of IPv4")]
    [InlineData("APL", "", "", "no item at all")]
    [InlineData("APL", "1:224.0.0.0/4 2:FF00::/8", "00010401e000020801ff", "both families")]
    [InlineData("APL", "3:192.0.2.0/24", null, "a family of no address")]
    [InlineData("APL", "1:192.0.2.0/33", null, "longer than an address")]
    [InlineData("APL", "1:192.0.2.0", null, "no length")]
    [InlineData("APL", "!!1:192.0.2.0/24", null, "negated twice")]
    [Trait("rfc", "3123 §5")]
    public void A_list_of_prefixes_becomes_its_items(string type, string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata(type, text));
}
