namespace Pointsman.Conformance.Rfc4035;

public sealed class AliasTests
{
    [Theory]
    [InlineData("alias CNAME host", true, "an alias alone")]
    [InlineData("alias CNAME host\nalias NSEC host CNAME RRSIG NSEC\nalias RRSIG CNAME 13 3 60 20300101000000 20200101000000 1 example.com. AQMD", true, "with what proves and signs it")]
    [InlineData("alias CNAME host\nalias A 192.0.2.9", false, "beside data")]
    [InlineData("alias CNAME host\nalias DNSKEY 256 3 13 AQMD", false, "beside a key, which stands at the apex only")]
    [Trait("rfc", "4035 §2.5")]
    public void Beside_an_alias_only_what_DNSSEC_adds_may_stand(string lines, bool sound, string _) => Assert.Equal(sound, ZoneText.Read(lines) is not null);
}
