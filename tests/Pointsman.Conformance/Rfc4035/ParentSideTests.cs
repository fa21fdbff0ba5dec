using Pointsman.Dns;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc4035;

public sealed class ParentSideTests
{
    [Fact, Trait("rfc", "4035 §3.1.4.1")]
    public void DS_at_a_zone_cut_is_the_parents_answer()
    {
        var answer = Responder.Example().Ask("child.example.com", RrType.DS);
        Assert.Equal((true, "00010d0200112233"), (answer.IsAuthoritative, Assert.Single(answer.Answers).Rdata));
        var none = Responder.Example().Ask("other.example.com", RrType.DS);
        Assert.Equal((Rcode.NoError, true, "example.com."), (none.Rcode, none.IsAuthoritative, Assert.Single(none.Authority).Name));
    }

    [Fact, Trait("rfc", "4035 §3.1.4.1")]
    public void With_parent_and_child_both_here_DS_comes_from_the_parent_and_all_else_from_the_child()
    {
        var child = Responder.Zone("child.example.com", "$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\n@ A 192.0.2.200\nns A 192.0.2.53\n");
        var responder = new Responder(new DnsContents(new ZoneSet([Responder.Zone("example.com", Responder.ExampleZone), child])));
        Assert.Equal("00010d0200112233", Assert.Single(responder.Ask("child.example.com", RrType.DS).Answers).Rdata);
        Assert.Equal("192.0.2.200", Assert.Single(responder.Ask("child.example.com", RrType.A).Answers).Rdata);
        var alone = new Responder(new DnsContents(new ZoneSet([child]))).Ask("child.example.com", RrType.DS);
        Assert.Equal((Rcode.NoError, "child.example.com."), (alone.Rcode, Assert.Single(alone.Authority).Name));
    }

    [Fact, Trait("rfc", "1034 §4.3.2")]
    public void A_DS_question_that_an_alias_leads_to_its_own_apex_stays_in_the_zone()
    {
        var responder = new Responder(new DnsContents(new ZoneSet(
        [
            Responder.Zone("example.com", Responder.ExampleZone),
            Responder.Zone("child.example.com", "$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nns A 192.0.2.53\nself CNAME @\n"),
        ]), null));
        var answer = responder.Ask("self.child.example.com", RrType.DS);
        Assert.Equal("child.example.com.", Assert.Single(answer.Authority).Name);
        Assert.Equal(RrType.CNAME, Assert.Single(answer.Answers).Type);
    }
}
