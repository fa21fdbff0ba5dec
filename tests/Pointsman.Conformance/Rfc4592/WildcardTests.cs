using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc4592;

public sealed class WildcardTests
{
    private static readonly Responder s_example = Responder.Example();

    [Theory]
    [InlineData("x.wild.example.com", "one label")]
    [InlineData("a.b.c.wild.example.com", "several labels")]
    [InlineData("*.wild.example.com", "asked for by its own name")]
    [Trait("rfc", "4592 §3.3.1")]
    public void A_wildcard_answers_as_the_name_asked(string name, string _)
        => Assert.Equal($"{name}. 300 A 192.0.2.99", Assert.Single(s_example.Ask(name, RrType.A).Answers).ToString());

    [Fact, Trait("rfc", "4592 §2.2.2")]
    public void A_wildcard_covers_no_name_that_exists_and_none_below_it()
    {
        Assert.Equal((Rcode.NoError, 0), (s_example.Ask("sub.wild.example.com", RrType.A).Rcode, s_example.Ask("sub.wild.example.com", RrType.A).Answers.Count));
        Assert.Equal(Rcode.NxDomain, s_example.Ask("x.sub.wild.example.com", RrType.A).Rcode);
        Assert.Equal((Rcode.NoError, 0), (s_example.Ask("wild.example.com", RrType.A).Rcode, s_example.Ask("wild.example.com", RrType.A).Answers.Count));
    }

    [Fact, Trait("rfc", "4592 §3.3.1")]
    public void Another_type_at_a_wildcard_is_NODATA()
    {
        var answer = s_example.Ask("x.wild.example.com", RrType.TXT);
        Assert.Equal((Rcode.NoError, 0, 1), (answer.Rcode, answer.Answers.Count, answer.Authority.Count));
    }

    [Fact, Trait("rfc", "4592 §2.1.1")]
    public void An_alias_at_a_wildcard_is_followed()
        => Assert.Equal(
            ["x.walias.example.com. 300 CNAME www.example.com.", "www.example.com. 300 A 192.0.2.80"],
            s_example.Ask("x.walias.example.com", RrType.A).Answers.Select(r => $"{r}"));
}
