namespace Pointsman.Conformance.Rfc8777;

public sealed class RelayTests
{
    [Theory]
    [InlineData("AMTRELAY", "10 0 0 .", "0a00", "none: a dot, and nothing on the wire")]
    [InlineData("AMTRELAY", "10 0 1 203.0.113.15", "0a01cb00710f", "IPv4")]
    [InlineData("AMTRELAY", "10 1 2 2001:db8::15", "0a8220010db8000000000000000000000015", "IPv6, found by discovery")]
    [InlineData("AMTRELAY", "128 1 3 foo", "808303666f6f076578616d706c6503636f6d00", "a name, in full")]
    [InlineData("AMTRELAY", "10 2 0 .", null, "a discovery bit of 2")]
    [InlineData("AMTRELAY", "10 0 4 foo", null, "no such type")]
    [Trait("rfc", "8777 §4.2.3")]
    [Trait("rfc", "8777 §4.3.1")]
    public void A_relay_is_what_its_type_says(string type, string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata(type, text));
}
