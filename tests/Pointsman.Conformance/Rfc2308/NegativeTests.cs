using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc2308;

public sealed class NegativeTests
{
    private const string Soa = "example.com. 60 SOA ns1.example.com. hostmaster.example.com. 7 3600 600 604800 60";
    private static readonly Responder s_example = Responder.Example();

    [Theory]
    [InlineData("www.example.com", RrType.MX, Rcode.NoError, "the name has other types")]
    [InlineData("nowhere.example.com", RrType.A, Rcode.NxDomain, "no such name")]
    [InlineData("a.b.www.example.com", RrType.A, Rcode.NxDomain, "below a name that exists")]
    [InlineData("example.com", RrType.A, Rcode.NoError, "the apex without addresses")]
    [Trait("rfc", "2308 §3")]
    [Trait("rfc", "2308 §5")]
    public void A_negative_answer_carries_the_SOA_with_the_lesser_TTL(string name, RrType type, Rcode rcode, string _)
    {
        var answer = s_example.Ask(name, type);
        Assert.Equal((rcode, true, 0), (answer.Rcode, answer.IsAuthoritative, answer.Answers.Count));
        Assert.Equal([Soa], answer.Authority.Select(r => $"{r}"));
    }

    [Fact, Trait("rfc", "2308 §5")]
    public void The_SOA_itself_keeps_its_own_TTL() => Assert.Equal(300u, Assert.Single(s_example.Ask("example.com", RrType.SOA).Answers).Ttl);

    [Fact, Trait("rfc", "2308 §3")]
    public void An_alias_to_nothing_is_NXDOMAIN_with_the_alias_and_the_SOA()
    {
        var answer = s_example.Ask("gone.example.com", RrType.A);
        Assert.Equal((Rcode.NxDomain, 1), (answer.Rcode, answer.Answers.Count));
        Assert.Equal([Soa], answer.Authority.Select(r => $"{r}"));
    }
}
