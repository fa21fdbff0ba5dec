using Pointsman.Dns;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc2181;

public sealed class TruncationTests
{
    private static readonly Responder s_responder = new(new DnsContents(new ZoneSet([Responder.Zone("example.com",
        "$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nalias CNAME many\n"
        + string.Concat(Enumerable.Range(0, 40).Select(i => $"many MX {i} host{i}\nbytes TXT {new string('x', 60)}{i}\n")))])));

    [Theory]
    [InlineData("many.example.com", RrType.MX, 0, "with names inside")]
    [InlineData("bytes.example.com", RrType.TXT, 0, "copied as it is")]
    [InlineData("alias.example.com", RrType.MX, 1, "behind an alias, which fits")]
    [Trait("rfc", "2181 §9")]
    public void A_set_that_does_not_fit_is_left_out_whole_and_TC_says_so(string name, RrType type, int left, string _)
    {
        var answer = s_responder.Ask(name, type);
        Assert.Equal((true, left), (answer.IsTruncated, answer.Answers.Count));
        var whole = s_responder.Ask(new QueryBytes(name, type), tcp: true);
        Assert.Equal((false, left + 40), (whole.IsTruncated, whole.Answers.Count));
    }

    [Fact, Trait("rfc", "2181 §9")]
    public void TC_is_not_set_for_additional_data_that_was_left_out()
    {
        var zone = Responder.Zone("example.com", "$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\ncut NS ns.cut\n"
            + "ns.cut A 192.0.2.53\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"cut NS ns{i}.other\nns{i}.other A 192.0.2.{i}\n")));
        var answer = new Responder(new DnsContents(new ZoneSet([zone]))).Ask(new QueryBytes("x.cut.example.com", RrType.A) { Payload = 900 });
        Assert.Equal((false, 31), (answer.IsTruncated, answer.Authority.Count));
        Assert.InRange(answer.Additional.Count, 1, 30);
        Assert.Equal("ns.cut.example.com.", answer.Additional[0].Name);
    }
}
