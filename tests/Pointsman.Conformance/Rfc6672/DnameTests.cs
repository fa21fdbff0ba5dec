using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc6672;

public sealed class DnameTests
{
    private static readonly Responder s_example = Responder.Example();

    [Fact, Trait("rfc", "6672 §3.1")]
    public void A_name_below_a_DNAME_is_rewritten_and_both_records_are_given()
        => Assert.Equal(
            ["moved.example.com. 300 DNAME example.net.", "a.b.moved.example.com. 300 CNAME a.b.example.net."],
            s_example.Ask("a.b.moved.example.com", RrType.A).Answers.Select(r => $"{r}"));

    [Fact, Trait("rfc", "6672 §3.1")]
    public void A_rewritten_name_of_the_zone_is_looked_up_in_turn()
    {
        var answer = s_example.Ask("x.here.example.com", RrType.A);
        Assert.Equal(2, answer.Answers.Count);
        Assert.Equal((Rcode.NxDomain, "x.www.example.com."), (answer.Rcode, answer.Answers[1].Rdata));
    }

    [Fact, Trait("rfc", "6672 §3.1")]
    public void The_owner_of_a_DNAME_is_not_itself_rewritten()
    {
        Assert.Equal("example.net.", Assert.Single(s_example.Ask("moved.example.com", RrType.DNAME).Answers).Rdata);
        Assert.Equal((Rcode.NoError, 0), (s_example.Ask("moved.example.com", RrType.A).Rcode, s_example.Ask("moved.example.com", RrType.A).Answers.Count));
    }

    [Fact, Trait("rfc", "6672 §3.1")]
    public void Who_asks_for_the_CNAME_gets_it_and_no_more()
        => Assert.Equal([RrType.DNAME, RrType.CNAME], s_example.Ask("x.here.example.com", RrType.CNAME).Answers.Select(r => r.Type));

    [Fact, Trait("rfc", "6672 §2.2")]
    public void A_name_that_would_become_too_long_is_YXDOMAIN()
    {
        var label = new string('a', 60);
        var zone = Responder.Zone("example.com", $"$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nshort DNAME {label}.{label}.{label}\n");
        var responder = new Responder(new(new([zone])));
        var answer = responder.Ask($"{label}.short.example.com", RrType.A);
        Assert.Equal((Rcode.YxDomain, RrType.DNAME), (answer.Rcode, Assert.Single(answer.Answers).Type));
    }
}
