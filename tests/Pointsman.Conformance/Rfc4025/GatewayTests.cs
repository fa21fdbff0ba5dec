namespace Pointsman.Conformance.Rfc4025;

public sealed class GatewayTests
{
    [Theory]
    [InlineData("IPSECKEY", "10 0 2 . AQMD", "0a0002010303", "none: a dot, and nothing on the wire")]
    [InlineData("IPSECKEY", "10 1 2 192.0.2.38 AQMD", "0a0102c0000226010303", "IPv4")]
    [InlineData("IPSECKEY", "10 2 2 2001:db8::1 AQMD", "0a020220010db8000000000000000000000001010303", "IPv6")]
    [InlineData("IPSECKEY", "10 3 2 foo AQMD", "0a030203666f6f076578616d706c6503636f6d00010303", "a name, in full")]
    [InlineData("IPSECKEY", "10 0 2 foo AQMD", null, "a name where there is none")]
    [InlineData("IPSECKEY", "10 1 2 2001:db8::1 AQMD", null, "the other family")]
    [InlineData("IPSECKEY", "10 4 2 foo AQMD", null, "no such type")]
    [Trait("rfc", "4025 §2.3")]
    [Trait("rfc", "4025 §3.1")]
    public void A_gateway_is_what_its_type_says(string type, string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata(type, text));
}
