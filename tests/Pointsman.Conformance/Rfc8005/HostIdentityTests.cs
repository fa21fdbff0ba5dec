namespace Pointsman.Conformance.Rfc8005;

public sealed class HostIdentityTests
{
    [Theory]
    [InlineData("HIP", "2 200100107B1A74DF AQMD foo .", "08020003200100107b1a74df01030303666f6f076578616d706c6503636f6d0000", "with rendezvous servers")]
    [InlineData("HIP", "2 2001AB AQMD", "030200032001ab010303", "without")]
    [InlineData("HIP", "2 2001A AQMD", null, "half an octet of tag")]
    [InlineData("HIP", "2 2001AB", null, "no key")]
    [InlineData("HIP", "256 2001AB AQMD", null, "an algorithm past 255")]
    [Trait("rfc", "8005 §6")]
    public void A_host_identity_is_algorithm_tag_key_and_servers(string type, string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata(type, text));
}
