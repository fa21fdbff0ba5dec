using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc1034;

public sealed class LookupTests
{
    private static readonly Responder s_example = Responder.Example();

    [Theory]
    [InlineData("www.example.com", RrType.A, "192.0.2.80")]
    [InlineData("www.example.com", RrType.AAAA, "2001:db8::80")]
    [InlineData("example.com", RrType.MX, "10 mail.example.com.")]
    [InlineData("example.com", RrType.SOA, "ns1.example.com. hostmaster.example.com. 7 3600 600 604800 60")]
    [InlineData("ptr.example.com", RrType.PTR, "www.example.com.")]
    [InlineData("_https._tcp.example.com", RrType.SRV, "0 5 443 www.example.com.")]
    [InlineData("example.com", RrType.CAA, "0005697373756563612e6578616d706c652e6e6574")]
    [InlineData("example.com", RrType.TXT, "0b763d73706631202d616c6c")]
    [InlineData("alias.example.com", RrType.CNAME, "www.example.com.")]
    [InlineData("unknown.example.com", (RrType)65280, "010203")]
    [Trait("rfc", "1034 §4.3.2")]
    [Trait("mission", "P1.1")]
    public void Data_of_the_zone_is_answered_with_authority(string name, RrType type, string rdata)
    {
        var answer = s_example.Ask(name, type);
        Assert.Equal((Rcode.NoError, true), (answer.Rcode, answer.IsAuthoritative));
        Assert.Equal([rdata], answer.Answers.Select(r => r.Rdata));
        Assert.Empty(answer.Authority);
    }

    [Fact, Trait("rfc", "1034 §3.6.2")]
    public void Aliases_are_followed_to_their_end()
    {
        var answer = s_example.Ask("alias2.example.com", RrType.A);
        Assert.Equal(
            ["alias2.example.com. 300 CNAME alias.example.com.", "alias.example.com. 300 CNAME www.example.com.", "www.example.com. 300 A 192.0.2.80"],
            answer.Answers.Select(r => $"{r}"));
    }

    [Fact, Trait("rfc", "1034 §3.6.2")]
    public void A_circle_of_aliases_ends_and_repeats_nothing()
    {
        var answer = s_example.Ask("circle1.example.com", RrType.A);
        Assert.Equal(2, answer.Answers.Distinct().Count());
        Assert.Equal(2, answer.Answers.Count);
    }

    [Fact, Trait("rfc", "2181 §5.4.1")]
    public void An_alias_that_leads_out_of_the_zone_is_the_whole_answer()
    {
        var answer = s_example.Ask("outside.example.com", RrType.A);
        Assert.Equal((Rcode.NoError, "www.example.net.", 0), (answer.Rcode, Assert.Single(answer.Answers).Rdata, answer.Authority.Count));
    }

    [Fact, Trait("rfc", "1034 §4.3.2")]
    public void A_delegation_is_a_referral_without_authority()
    {
        var answer = s_example.Ask("a.b.child.example.com", RrType.A);
        Assert.Equal((Rcode.NoError, false, 0, 3), (answer.Rcode, answer.IsAuthoritative, answer.Answers.Count, answer.Authority.Count));
        Assert.All(answer.Authority, r => Assert.Equal(("child.example.com.", RrType.NS), (r.Name, r.Type)));
    }

    [Theory]
    [InlineData("example.org", "beside the zone")]
    [InlineData("com", "above the zone")]
    [InlineData(".", "the root")]
    [Trait("rfc", "8906 §3.1.3")]
    public void What_is_in_no_zone_of_ours_is_refused(string name, string _)
    {
        var answer = s_example.Ask(name, RrType.A);
        Assert.Equal((Rcode.Refused, false, 0, 0), (answer.Rcode, answer.IsAuthoritative, answer.Answers.Count, answer.Authority.Count));
    }
}
