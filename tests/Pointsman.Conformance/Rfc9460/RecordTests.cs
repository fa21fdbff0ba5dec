using System.Net;
using Pointsman.Dns;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc9460;

/// <summary>SVCB and HTTPS records as they leave, from a zone file and from a decision.</summary>
public sealed class RecordTests
{
    private const string Www = "03777777076578616d706c6503636f6d00";

    private static readonly Responder s_static = new(new DnsContents(new ZoneSet([Responder.Zone("example.com", Responder.ExampleZone + """

        svc HTTPS 1 www port=8443 alpn=h2,h3 key65400=x ipv6hint=2001:db8::80 no-default-alpn ipv4hint=192.0.2.80
        svc HTTPS 2 .
        aliased HTTPS 0 www
        """)])));

    [Fact, Trait("rfc", "9460 §2.2")]
    public void Target_names_are_in_full_and_parameters_ascend_whatever_order_they_were_written_in()
    {
        var answer = s_static.Ask("svc.example.com", RrType.HTTPS);
        Assert.Equal(
            [
                "0001" + Www + "0001000602683202" + "6833" + "00020000" + "0003000220fb" + "00040004c0000250" + "0006001020010db8000000000000000000000080" + "ff78000178",
                "000200",
            ],
            answer.Answers.Select(record => record.Rdata));
    }

    [Fact, Trait("rfc", "9460 §2.4.2")]
    public void An_alias_has_priority_0_and_a_target()
        => Assert.Equal("0000" + Www, Assert.Single(s_static.Ask("aliased.example.com", RrType.HTTPS).Answers).Rdata);

    [Fact, Trait("rfc", "9460 §2.4.1")]
    public void Sites_are_told_apart_by_ascending_priorities_above_0()
    {
        var responder = Dynamic(new HttpsBinding(443, ["h2"]), new HttpsBinding(8443, []));
        var answers = responder.Ask("app.example.com", RrType.HTTPS).Answers;
        Assert.Equal(["000100", "000200"], answers.Select(record => record.Rdata[..6]));
        // Keys ascend here too: alpn 1, port 3, ipv4hint 4.
        Assert.Equal(["00010003026832" + "00040004c0000207", "0003000220fb" + "00040004c0000208"], answers.Select(record => record.Rdata[6..]));
    }

    [Fact, Trait("rfc", "9460 §9.5")]
    public void A_service_without_TLS_has_no_HTTPS_record_to_send_browsers_there()
    {
        var responder = Dynamic(null, null);
        var answer = responder.Ask("app.example.com", RrType.HTTPS);
        Assert.Equal((Rcode.NoError, 0, 1), (answer.Rcode, answer.Answers.Count, answer.Authority.Count));
        Assert.Equal(2, responder.Ask("app.example.com", RrType.A).Answers.Count);
    }

    private static Responder Dynamic(params HttpsBinding?[] sites) => Responder.Example(new FakeDynamic("app.example.com")
    {
        Fragments = [.. sites.Select((https, index) => AddressFragment.Render([IPAddress.Parse($"192.0.2.{7 + index}")], https))],
    });
}
