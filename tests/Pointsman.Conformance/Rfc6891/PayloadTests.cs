using Pointsman.Dns;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc6891;

public sealed class PayloadTests
{
    private static readonly DnsContents s_contents = new(new ZoneSet([Responder.Zone("example.com",
        Responder.ExampleZone + string.Concat(Enumerable.Range(0, 12).SelectMany(size => Enumerable.Range(0, size).Select(i => $"\ns{size} TXT {new string('x', 117)}{i:D2}"))))]));

    [Theory]
    [InlineData(1232, null, 512, "no EDNS")]
    [InlineData(1232, 0, 512, "less than 512 counts as 512")]
    [InlineData(1232, 512, 512, "the least")]
    [InlineData(1232, 1000, 1000, "what the client can take")]
    [InlineData(1232, 4096, 1232, "more than we send")]
    [InlineData(1400, 4096, 1400, "more than we are set to send")]
    [InlineData(512, 65535, 512, "a server set to the least")]
    [Trait("rfc", "6891 §6.2.5")]
    public void An_answer_fills_the_smaller_of_both_payloads_and_no_more(int ours, int? theirs, int limit, string _)
    {
        var responder = new Responder(s_contents, ours);
        var largest = 0;
        for (var size = 0; size < 12; size++)
        {
            var raw = responder.Raw(new QueryBytes($"s{size}.example.com", RrType.TXT) { Payload = (ushort?)theirs }.Build()).ToArray();
            var answer = new ParsedAnswer(raw);
            Assert.True(raw.Length <= limit, $"{raw.Length} octets");
            if (!answer.IsTruncated) largest = raw.Length;
        }
        // A record has 132 octets: one more than the largest answer would not have fitted (with room for an extended error, 6 octets).
        Assert.True(largest > limit - 132 - 6, $"the largest has {largest}");
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1232)]
    [InlineData(4096)]
    [Trait("rfc", "6891 §6.2.4")]
    public void The_OPT_record_tells_our_own_payload_whatever_was_asked(int ours)
    {
        foreach (var theirs in (ushort[])[0, 512, 4096, 65535])
            Assert.Equal(ours, new Responder(s_contents, ours).Ask(new QueryBytes("www.example.com", RrType.A) { Payload = theirs }).Payload);
    }
}
