using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc4343;

public sealed class CaseTests
{
    [Theory]
    [InlineData("WWW.EXAMPLE.COM", "www.example.com", true, "letters")]
    [InlineData(@"[\\]^_.example", @"{|}~_.example", false, "what stands 32 apart but is no letter")]
    [InlineData(@"\192.example", @"\224.example", false, "octets past ASCII have no case")]
    [InlineData(@"\065.example", "a.example", true, "an escape is the letter it stands for")]
    [Trait("rfc", "4343 §2")]
    public void Only_ASCII_letters_have_case(string one, string other, bool same, string _)
    {
        var (left, right) = (DomainName.Parse(one), DomainName.Parse(other));
        Assert.Equal(same, left.Equals(right));
        if (same) Assert.Equal(left.GetHashCode(), right.GetHashCode());
    }

    [Fact, Trait("rfc", "4343 §4.1")]
    public void A_name_inside_a_record_goes_out_in_the_letters_it_was_loaded_with()
    {
        var zone = Responder.Zone("example.com", "$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nWwW CNAME TaRgEt.Example.NET.\n");
        var answer = new Responder(new Pointsman.Dns.DnsContents(new Pointsman.Dns.Zones.ZoneSet([zone]))).Ask("wWw.example.com", RrType.CNAME);
        Assert.Equal("TaRgEt.Example.NET.", Assert.Single(answer.Answers).Rdata);
    }
}
