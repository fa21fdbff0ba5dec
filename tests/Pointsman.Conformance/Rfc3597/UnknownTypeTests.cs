using Pointsman.Dns;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc3597;

public sealed class UnknownTypeTests
{
    private static readonly Responder s_example = Responder.Example();

    [Fact, Trait("rfc", "3597 §5")]
    public void A_record_of_an_unknown_type_is_held_and_answered_as_it_is()
        => Assert.Equal("unknown.example.com. 300 TYPE65280 010203", Assert.Single(s_example.Ask("unknown.example.com", (RrType)65280).Answers).ToString());

    [Fact, Trait("rfc", "3597 §5")]
    public void A_known_type_in_generic_form_is_that_type()
    {
        // An alias to www.example.com, written as octets: it leads on, and its target is compressed as if it had been written as a name.
        var zone = Responder.Zone("example.com", "$TTL 300\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nwww A 192.0.2.80\n*.far CNAME \\# 17 0377777707 6578616d706c65 03636f6d00\n");
        var raw = new Responder(new DnsContents(new ZoneSet([zone]))).Raw(new QueryBytes("x.far.example.com", RrType.A).Build()).ToArray();
        Assert.Equal(["x.far.example.com. 300 CNAME www.example.com.", "www.example.com. 300 A 192.0.2.80"], new ParsedAnswer(raw).Answers.Select(r => r.ToString()));
    }

    [Fact, Trait("rfc", "3597 §4")]
    public void Names_in_newer_types_are_not_compressed()
    {
        var raw = s_example.Raw(new QueryBytes("_https._tcp.example.com", RrType.SRV).Build()).ToArray();
        // Owner pointer, fixed part, three numbers, then www.example.com in full.
        Assert.Equal(12 + 29 + 2 + 10 + 6 + 17, raw.Length);
        Assert.Equal("0 5 443 www.example.com.", Assert.Single(new ParsedAnswer(raw).Answers).Rdata);
    }
}
