namespace Pointsman.Conformance.Rfc1706;

public sealed class NsapTests
{
    [Theory]
    [InlineData("NSAP", "0x47.0005.80.005a00", "47000580005a00", "dots are for the eye")]
    [InlineData("NSAP", "0X4700", "4700", "capitals")]
    [InlineData("NSAP", "4700", null, "without 0x")]
    [InlineData("NSAP", "0x470", null, "half an octet")]
    [Trait("rfc", "1706 §7")]
    public void An_NSAP_address_is_hexadecimal_after_0x(string type, string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata(type, text));
}
