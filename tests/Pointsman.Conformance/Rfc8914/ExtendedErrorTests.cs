using System.Text;
using Pointsman.Dns;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc8914;

public sealed class ExtendedErrorTests
{
    private static readonly Responder s_example = Responder.Example();
    private static readonly QueryBytes s_query = new("www.example.com", RrType.A) { Payload = 1232 };

    [Theory]
    [InlineData("www.example.org", RrType.A, 1, 0, Rcode.Refused, 20, "")]
    [InlineData("www.example.com", RrType.AXFR, 1, 0, Rcode.Refused, 21, "no zone transfer, no meta type")]
    [InlineData("www.example.com", RrType.A, 4, 0, Rcode.Refused, 21, "class")]
    [InlineData("id.nowhere", RrType.TXT, 3, 0, Rcode.Refused, 18, "")]
    [InlineData("www.example.com", RrType.SOA, 1, 4, Rcode.NotImp, 21, "opcode")]
    [Trait("rfc", "8914 §2")]
    public void A_refusal_says_why(string name, RrType type, ushort @class, int opcode, Rcode rcode, int code, string text)
    {
        var answer = s_example.Ask(new QueryBytes(name, type) { Class = @class, Flags = (ushort)(opcode << 11), Payload = 1232 });
        Assert.Equal((rcode, code, text), (answer.Rcode, answer.ExtendedErrorCode, Encoding.UTF8.GetString(answer.Option(15)!.AsSpan(2))));
    }

    [Theory]
    [InlineData(8, "0001180000", "client subnet")]
    [InlineData(10, "00", "cookie")]
    [Trait("rfc", "8914 §2")]
    public void A_malformed_option_is_named(ushort option, string value, string named)
    {
        var answer = s_example.Ask(s_query with { Options = [(option, Convert.FromHexString(value))] });
        Assert.Equal((Rcode.FormErr, 0), (answer.Rcode, answer.ExtendedErrorCode));
        Assert.Contains(named, Encoding.UTF8.GetString(answer.Option(15)!.AsSpan(2)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_good_answer_has_none_and_who_sent_no_EDNS_gets_none()
    {
        Assert.Null(s_example.Ask(s_query).ExtendedErrorCode);
        Assert.Equal(0, s_example.Ask("www.example.org", RrType.A).OptRecords);
    }

    [Fact]
    public void The_reason_never_costs_the_answer_anything()
    {
        // 29 addresses fill 512 octets but for the OPT record and less than a reason takes.
        var dynamic = new FakeDynamic("a.example.com") { Reason = ExtendedError.StaleAnswer, Fragments = [.. Addresses(29)] };
        var responder = new Responder(new DnsContents(new ZoneSet([Responder.Zone("example.com", Responder.ExampleZone)]), dynamic));
        var query = new QueryBytes("a.example.com", RrType.A) { Payload = 512 };
        var full = responder.Ask(query);
        Assert.Equal((false, 29, 3), (full.IsTruncated, full.Answers.Count, full.ExtendedErrorCode));
        dynamic = new FakeDynamic("abcdef.example.com") { Reason = ExtendedError.StaleAnswer, Fragments = [.. Addresses(29)] };
        responder = new Responder(new DnsContents(new ZoneSet([Responder.Zone("example.com", Responder.ExampleZone)]), dynamic));
        var tight = responder.Ask(query with { Name = "abcdef.example.com" });
        Assert.Equal((false, 29, null), (tight.IsTruncated, tight.Answers.Count, tight.ExtendedErrorCode));
    }

    private static IEnumerable<AddressFragment> Addresses(int count) => Enumerable.Range(1, count).Select(i => AddressFragment.Render([new System.Net.IPAddress([192, 0, 2, (byte)i])]));
}
