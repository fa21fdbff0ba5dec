using System.Net;
using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Tests.Dns.Answering;

public sealed class DynamicAnswerTests
{
    private static AddressFragment Site(params string[] addresses) => AddressFragment.Render(addresses.Select(IPAddress.Parse));

    private static (Responder Responder, FakeDynamic Dynamic) With(params string[] names)
    {
        var dynamic = new FakeDynamic(names) { Fragments = [Site("192.0.2.7", "192.0.2.6"), Site("192.0.2.8")] };
        return (Responder.Example(dynamic), dynamic);
    }

    [Fact, Trait("mission", "P1.2")]
    public void Sites_are_answered_in_the_order_given_the_best_first()
    {
        var (responder, _) = With("app.example.com");
        var answer = responder.Ask("app.example.com", RrType.A);
        Assert.Equal(["192.0.2.7", "192.0.2.6", "192.0.2.8"], answer.Answers.Select(r => r.Rdata));
        Assert.All(answer.Answers, r => Assert.Equal(("app.example.com.", 30u), (r.Name, r.Ttl)));
        Assert.True(answer.IsAuthoritative);
    }

    [Theory]
    [InlineData("example.com", "at the apex")]
    [InlineData("www.example.com", "over static records")]
    [InlineData("alias.example.com", "over a static CNAME")]
    [InlineData("new.example.com", "where the zone has nothing")]
    [InlineData("x.wild.example.com", "where a wildcard stands")]
    [InlineData("x.child.example.com", "below a delegation")]
    [InlineData("a.b.c.example.com", "deep below")]
    public void A_dynamic_name_may_stand_anywhere(string name, string _)
    {
        var (responder, dynamic) = With("other.example.com", name);
        Assert.Equal(3, responder.Ask(name, RrType.A).Answers.Count);
        Assert.Equal(1, dynamic.Asked.Number);
    }

    [Fact]
    public void Other_types_of_a_dynamic_name_come_from_the_static_zone_at_that_owner()
    {
        var (responder, _) = With("example.com", "www.example.com");
        Assert.Equal(["10 mail.example.com."], responder.Ask("example.com", RrType.MX).Answers.Select(r => r.Rdata));
        Assert.Equal(2, responder.Ask("example.com", RrType.NS).Answers.Count);
        Assert.Single(responder.Ask("example.com", RrType.SOA).Answers);
    }

    [Theory]
    [InlineData("new.example.com", RrType.TXT, "nothing static")]
    [InlineData("new.example.com", RrType.CNAME, "a type that is never beside addresses")]
    [InlineData("x.wild.example.com", RrType.MX, "a wildcard does not reach a name that exists")]
    [InlineData("new.example.com", (RrType)65280, "an unknown type")]
    public void A_dynamic_name_always_exists(string name, RrType type, string _)
    {
        var (responder, _) = With("new.example.com", "x.wild.example.com");
        var answer = responder.Ask(name, type);
        Assert.Equal((Rcode.NoError, 0), (answer.Rcode, answer.Answers.Count));
        Assert.Equal(["example.com. 60 SOA ns1.example.com. hostmaster.example.com. 7 3600 600 604800 60"], answer.Authority.Select(r => $"{r}"));
    }

    [Fact]
    public void Names_above_a_dynamic_name_exist_and_names_below_it_do_not()
    {
        var (responder, _) = With("a.b.wild.example.com");
        Assert.Equal((Rcode.NoError, 0), (responder.Ask("b.wild.example.com", RrType.A).Rcode, responder.Ask("b.wild.example.com", RrType.A).Answers.Count));
        Assert.Equal(Rcode.NxDomain, responder.Ask("x.a.b.wild.example.com", RrType.A).Rcode);
        Assert.Equal(Rcode.NxDomain, responder.Ask("x.b.wild.example.com", RrType.A).Rcode);
        // The wildcard still covers what is not above or below.
        Assert.Equal(["192.0.2.99"], responder.Ask("c.wild.example.com", RrType.A).Answers.Select(r => r.Rdata));
    }

    [Fact]
    public void A_and_AAAA_and_HTTPS_are_one_decision_rendered()
    {
        var (responder, dynamic) = With("app.example.com");
        dynamic.Fragments =
        [
            AddressFragment.Render([IPAddress.Parse("192.0.2.7"), IPAddress.Parse("2001:db8::7")], new HttpsBinding(443, ["h2"])),
            AddressFragment.Render([IPAddress.Parse("192.0.2.8")], new HttpsBinding(8443, [])),
        ];
        Assert.Equal(["192.0.2.7", "192.0.2.8"], responder.Ask("app.example.com", RrType.A).Answers.Select(r => r.Rdata));
        Assert.Equal(["2001:db8::7"], responder.Ask("app.example.com", RrType.AAAA).Answers.Select(r => r.Rdata));
        Assert.Equal(
            [
                "0001" + "00" + "00010003026832" + "00040004c0000207" + "0006001020010db8000000000000000000000007",
                "0002" + "00" + "0003000220fb" + "00040004c0000208",
            ],
            responder.Ask("app.example.com", RrType.HTTPS).Answers.Select(r => r.Rdata));
    }

    [Fact, Trait("rfc", "7871 §7.4")]
    public void AAAA_of_a_service_with_IPv4_alone_is_NODATA_for_everybody()
    {
        var (responder, dynamic) = With("app.example.com");
        dynamic.Scope = 20;
        var query = new QueryBytes("app.example.com", RrType.AAAA) { Payload = 1232, Options = [QueryBytes.Subnet(1, 24, 0, 198, 51, 100)] };
        var answer = responder.Ask(query);
        Assert.Equal((Rcode.NoError, 0, 1, 0), (answer.Rcode, answer.Answers.Count, answer.Authority.Count, answer.Scope));
        Assert.Equal(20, responder.Ask(query with { Type = RrType.A }).Scope);
    }

    [Fact]
    public void A_NODATA_that_the_decision_gives_some_clients_alone_says_whose_it_is()
    {
        var (responder, dynamic) = With("app.example.com");
        (dynamic.Verdict, dynamic.Scope) = (DynamicVerdict.NoData, 20);
        var query = new QueryBytes("app.example.com", RrType.A) { Payload = 1232, Options = [QueryBytes.Subnet(1, 24, 0, 198, 51, 100)] };
        Assert.Equal((0, (byte)20), (responder.Ask(query).Answers.Count, responder.Ask(query).Scope));
    }

    [Fact, Trait("mission", "P2.2")]
    public void The_users_own_prefix_goes_before_the_resolvers_address()
    {
        var (responder, dynamic) = With("app.example.com");
        var resolver = ClientAddress.From(IPAddress.Parse("203.0.113.9"));
        responder.Ask(new QueryBytes("app.example.com", RrType.A) { Payload = 1232, Options = [QueryBytes.Subnet(1, 24, 0, 198, 51, 100)] }, source: resolver);
        Assert.Equal((new ClientAddress(false, 0xC6336400, 24), true), (dynamic.Asked.Query.Client, dynamic.Asked.Query.FromSubnet));
        responder.Ask(new QueryBytes("app.example.com", RrType.A) { Payload = 1232, Options = [QueryBytes.Subnet(1, 0, 0)] }, source: resolver);
        Assert.Equal((resolver, false), (dynamic.Asked.Query.Client, dynamic.Asked.Query.FromSubnet));
    }

    [Fact]
    public void A_client_subnet_option_goes_back_only_to_who_sent_one_and_static_answers_have_scope_0()
    {
        var (responder, dynamic) = With("app.example.com");
        dynamic.Scope = 24;
        var subnet = QueryBytes.Subnet(1, 24, 0, 198, 51, 100);
        Assert.Null(responder.Ask(new QueryBytes("app.example.com", RrType.A) { Payload = 1232 }).Scope);
        Assert.Equal(24, responder.Ask(new QueryBytes("app.example.com", RrType.A) { Payload = 1232, Options = [subnet] }).Scope);
        Assert.Equal(0, responder.Ask(new QueryBytes("www.example.com", RrType.A) { Payload = 1232, Options = [subnet] }).Scope);
        Assert.Equal(0, responder.Ask(new QueryBytes("nowhere.example.com", RrType.A) { Payload = 1232, Options = [subnet] }).Scope);
    }

    [Fact, Trait("mission", "P1.4")]
    public void A_name_that_is_not_answered_dynamically_is_left_to_the_static_zone()
    {
        var (responder, dynamic) = With("www.example.com", "new.example.com", "alias.example.com");
        dynamic.Verdict = DynamicVerdict.StaticOnly;
        Assert.Equal(["192.0.2.80"], responder.Ask("www.example.com", RrType.A).Answers.Select(r => r.Rdata));
        Assert.Equal(2, responder.Ask("alias.example.com", RrType.A).Answers.Count);
        var nothing = responder.Ask("new.example.com", RrType.A);
        Assert.Equal((Rcode.NoError, 0, 1), (nothing.Rcode, nothing.Answers.Count, nothing.Authority.Count));
    }

    [Fact]
    public void What_cannot_be_answered_is_SERVFAIL_and_says_why()
    {
        var (responder, dynamic) = With("app.example.com");
        (dynamic.Verdict, dynamic.Reason) = (DynamicVerdict.ServFail, ExtendedError.NotReady);
        var answer = responder.Ask(new QueryBytes("app.example.com", RrType.A) { Payload = 1232 });
        Assert.Equal((Rcode.ServFail, 14), (answer.Rcode, answer.ExtendedErrorCode));
        Assert.Equal(Rcode.ServFail, responder.Ask("app.example.com", RrType.A).Rcode);
        (dynamic.Verdict, dynamic.Reason) = (DynamicVerdict.Answer, ExtendedError.StaleAnswer);
        answer = responder.Ask(new QueryBytes("app.example.com", RrType.A) { Payload = 1232 });
        Assert.Equal((3, 3), (answer.Answers.Count, answer.ExtendedErrorCode));
    }

    [Fact]
    public void A_static_alias_leads_to_a_dynamic_name()
    {
        var dynamic = new FakeDynamic("www.example.com") { Fragments = [Site("192.0.2.7")] };
        var answer = Responder.Example(dynamic).Ask("alias2.example.com", RrType.A);
        Assert.Equal(["alias.example.com.", "www.example.com.", "192.0.2.7"], answer.Answers.Select(r => r.Rdata));
        Assert.Equal("www.example.com.", answer.Answers[2].Name);
    }

    [Fact]
    public void An_address_that_two_sites_share_is_answered_once()
    {
        var (responder, dynamic) = With("app.example.com");
        dynamic.Fragments = [Site("192.0.2.7"), Site("192.0.2.8", "192.0.2.7"), Site("192.0.2.7")];
        Assert.Equal(["192.0.2.7", "192.0.2.8"], responder.Ask("app.example.com", RrType.A).Answers.Select(r => r.Rdata));
    }

    [Fact, Trait("mission", "P1.3")]
    public void A_TTL_of_0_and_of_255_minutes_are_sent_as_they_are()
    {
        var (responder, dynamic) = With("app.example.com");
        dynamic.Ttl = 0;
        Assert.All(responder.Ask("app.example.com", RrType.A).Answers, r => Assert.Equal(0u, r.Ttl));
        dynamic.Ttl = 255 * 60;
        Assert.All(responder.Ask("app.example.com", RrType.A).Answers, r => Assert.Equal(15300u, r.Ttl));
    }

    [Fact]
    public void A_set_that_does_not_fit_is_truncated_whole()
    {
        var (responder, dynamic) = With("app.example.com");
        dynamic.Fragments = [.. Enumerable.Range(0, 64).Select(i => Site($"198.51.100.{i + 1}"))];
        var cut = responder.Ask("app.example.com", RrType.A);
        Assert.Equal((true, 0), (cut.IsTruncated, cut.Answers.Count));
        Assert.Equal(64, responder.Ask(new QueryBytes("app.example.com", RrType.A), tcp: true).Answers.Count);
    }

    [Fact]
    public void A_service_outside_every_configured_zone_stands_in_a_zone_made_in_code()
    {
        var origin = DomainName.Parse("app.example.net");
        Assert.True(ZoneBuilder.Minimal(origin, [DomainName.Parse("ns1.example.com")]).TryBuild(out var zone, out _));
        var responder = new Responder(new DnsContents(new ZoneSet([zone]), new FakeDynamic("app.example.net") { Fragments = [Site("192.0.2.7")] }));
        Assert.Equal(["192.0.2.7"], responder.Ask("app.example.net", RrType.A).Answers.Select(r => r.Rdata));
        Assert.Equal(["ns1.example.com."], responder.Ask("app.example.net", RrType.NS).Answers.Select(r => r.Rdata));
        Assert.Single(responder.Ask("app.example.net", RrType.TXT).Authority);
        Assert.Equal(Rcode.Refused, responder.Ask("example.net", RrType.A).Rcode);
    }

    [Fact]
    public void Every_query_ends_in_exactly_one_counter()
    {
        var (responder, _) = With("app.example.com");
        string[] names = ["app.example.com", "www.example.com", "nowhere.example.com", "child.example.com", "example.org", "x.here.example.com", "gone.example.com"];
        foreach (var name in names)
            foreach (var type in (RrType[])[RrType.A, RrType.AAAA, RrType.ANY, RrType.TXT, RrType.AXFR])
                responder.Ask(name, type);
        responder.Raw(new byte[3]);
        responder.Ask(new QueryBytes("www.example.com", RrType.A) { Payload = 1232, Version = 9 });
        responder.Ask(new QueryBytes("www.example.com", RrType.A) { Flags = 5 << 11 });
        responder.Ask(new QueryBytes("www.example.com", RrType.A) { Trailing = [1] });
        var sum = WorkerCounters.Sum([responder.Counters], _ => false, TcpCounters.None);
        Assert.Equal((names.Length * 5) + 4, sum.UdpQueries);
        Assert.Equal(sum.UdpQueries, sum.Outcomes.Sum());
        Assert.Equal((1, 1, 1, 1), (sum[QueryOutcome.Dropped], sum[QueryOutcome.BadVers], sum[QueryOutcome.NotImp], sum[QueryOutcome.FormErr]));
    }
}
