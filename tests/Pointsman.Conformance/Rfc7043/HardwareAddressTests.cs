namespace Pointsman.Conformance.Rfc7043;

public sealed class HardwareAddressTests
{
    [Theory]
    [InlineData("EUI48", "00-00-5e-00-53-2a", "00005e00532a", "six")]
    [InlineData("EUI64", "00-00-5E-EF-10-00-00-2A", "00005eef1000002a", "eight, in capitals")]
    [InlineData("EUI48", "00-00-5e-ef-10-00-00-2a", null, "eight for six")]
    [InlineData("EUI64", "00-00-5e-00-53-2a", null, "six for eight")]
    [InlineData("EUI48", "00:00:5e:00:53:2a", null, "colons")]
    [InlineData("EUI48", "0-0-5e-0-53-2ab", null, "three digits")]
    [Trait("rfc", "7043 §3.2")]
    [Trait("rfc", "7043 §4.2")]
    public void Groups_of_two_digits_are_split_by_hyphens(string type, string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata(type, text));
}
