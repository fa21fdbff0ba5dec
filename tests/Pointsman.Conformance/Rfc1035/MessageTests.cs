using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc1035;

public sealed class MessageTests
{
    private static readonly Responder s_example = Responder.Example();

    [Fact, Trait("rfc", "1035 §4.1.1")]
    public void The_id_and_RD_come_back_and_RA_never_does()
    {
        var answer = s_example.Ask(new QueryBytes("www.example.com", RrType.A) { Id = 0xBEEF, Flags = 0x0100 });
        Assert.Equal((0xBEEF, 0x8500), (answer.Id, answer.Flags));
        Assert.Equal(0x8400, s_example.Ask(new QueryBytes("www.example.com", RrType.A) { Flags = 0x0030 }).Flags);
    }

    [Fact, Trait("rfc", "4343 §2")]
    public void The_question_comes_back_in_its_own_letters_and_case_does_not_matter()
    {
        var answer = s_example.Ask("wWw.ExAmPlE.cOm", RrType.A);
        Assert.Equal(DomainName.Parse("wWw.ExAmPlE.cOm").Wire.ToArray(), answer.RawQuestion);
        Assert.Equal("wWw.ExAmPlE.cOm. 300 A 192.0.2.80", Assert.Single(answer.Answers).ToString());
    }

    [Fact, Trait("rfc", "1035 §2.3.4")]
    public void A_name_of_255_octets_is_answered_and_a_longer_one_is_malformed()
    {
        var label = new string('a', 63);
        var longest = $"{label}.{label}.{label}.{new string('b', 49)}.example.com";
        Assert.Equal(Rcode.NxDomain, s_example.Ask(longest, RrType.A).Rcode);
        var query = new QueryBytes(longest, RrType.A).Build();
        // One octet more in the last label but two.
        byte[] longer = [.. query[..(12 + 192)], 50, (byte)'b', .. query[(12 + 193)..]];
        Assert.Equal(Rcode.FormErr, new ParsedAnswer(s_example.Raw(longer).ToArray()).Rcode);
    }

    [Fact, Trait("rfc", "1035 §4.1.4")]
    public void A_name_is_given_once_and_pointed_at_after_that()
    {
        var raw = s_example.Raw(new QueryBytes("example.com", RrType.NS).Build()).ToArray();
        Assert.Equal(["ns1.example.com.", "ns2.example.net."], new ParsedAnswer(raw).Answers.Select(r => r.Rdata));
        // Header 12, question 17; owner pointer, 10 fixed, "ns1" and a pointer 6; the other name in full 17.
        Assert.Equal(12 + 17 + (2 + 10 + 6) + (2 + 10 + 17), raw.Length);
    }
}
