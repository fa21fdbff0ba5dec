using CsCheck;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Tests.Dns.Answering;

public sealed class QueryParserTests
{
    private static readonly QueryBytes s_plain = new("www.example.com", RrType.A);

    private static readonly Dictionary<string, (byte[] Octets, QueryVerdict Verdict)> s_cases = new(StringComparer.Ordinal)
    {
        ["a plain query"] = (s_plain.Build(), QueryVerdict.Ok),
        ["with EDNS"] = ((s_plain with { Payload = 1232 }).Build(), QueryVerdict.Ok),
        ["with unknown options"] = ((s_plain with { Payload = 1232, Options = [(65001, [1, 2]), (10, new byte[8])] }).Build(), QueryVerdict.Ok),
        ["nothing"] = ([], QueryVerdict.Drop),
        ["shorter than a header"] = (new byte[11], QueryVerdict.Drop),
        ["a response"] = ((s_plain with { Flags = 0x8000 }).Build(), QueryVerdict.Drop),
        ["opcode NOTIFY"] = ((s_plain with { Flags = 4 << 11 }).Build(), QueryVerdict.NotImp),
        ["opcode 15"] = ((s_plain with { Flags = 15 << 11 }).Build(), QueryVerdict.NotImp),
        ["no question"] = ((s_plain with { Questions = 0 }).Build(), QueryVerdict.FormErr),
        ["no question but a cookie"] = (CookieQuery(), QueryVerdict.CookieOnly),
        ["two questions"] = ((s_plain with { Questions = 2 }).Build(), QueryVerdict.FormErr),
        ["an answer in the query"] = ((s_plain with { Answers = 1 }).Build(), QueryVerdict.FormErr),
        ["octets after the end"] = ((s_plain with { Trailing = [0] }).Build(), QueryVerdict.FormErr),
        ["cut within the question"] = (s_plain.Build()[..^3], QueryVerdict.FormErr),
        ["a pointer in the question"] = ([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1], QueryVerdict.FormErr),
        ["a label of an unknown kind"] = ([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 1, 0, 1], QueryVerdict.FormErr),
        ["two OPT records"] = ((s_plain with { Payload = 1232, OptRecords = 2 }).Build(), QueryVerdict.FormErr),
        ["an OPT record not at the root"] = ((s_plain with { Payload = 1232, OptName = [1, (byte)'a', 0] }).Build(), QueryVerdict.FormErr),
        ["an unknown EDNS version"] = ((s_plain with { Payload = 1232, Version = 1 }).Build(), QueryVerdict.BadVers),
        ["an unknown EDNS version with a bad option"] = ((s_plain with { Payload = 1232, Version = 1, Options = [(8, [])] }).Build(), QueryVerdict.BadVers),
        ["class CHAOS"] = ((s_plain with { Class = 3 }).Build(), QueryVerdict.Chaos),
        ["class HESIOD"] = ((s_plain with { Class = 4 }).Build(), QueryVerdict.Refused),
        ["opcode UPDATE in another EDNS version"] = ((s_plain with { Flags = 5 << 11, Payload = 1232, Version = 1 }).Build(), QueryVerdict.BadVers),
        ["opcode UPDATE with a bad option"] = ((s_plain with { Flags = 5 << 11, Payload = 1232, Options = [(8, [])] }).Build(), QueryVerdict.NotImp),
        ["a zone transfer"] = ((s_plain with { Type = RrType.AXFR }).Build(), QueryVerdict.Refused),
        ["TYPE OPT asked for"] = ((s_plain with { Type = RrType.OPT }).Build(), QueryVerdict.Refused),
        ["ANY"] = ((s_plain with { Type = RrType.ANY }).Build(), QueryVerdict.Ok),
        ["a client subnet"] = (WithSubnet(1, 24, 0, 192, 0, 2), QueryVerdict.Ok),
        ["a client subnet of IPv6"] = (WithSubnet(2, 56, 0, 0x20, 1, 0xD, 0xB8, 0, 0, 1), QueryVerdict.Ok),
        ["a client subnet of nobody"] = (WithSubnet(1, 0, 0), QueryVerdict.Ok),
        ["a client subnet without family"] = (WithSubnet(0, 0, 0), QueryVerdict.Ok),
        ["a client subnet of an unknown family"] = (WithSubnet(3, 8, 0, 1), QueryVerdict.FormErr),
        ["a client subnet with a scope"] = (WithSubnet(1, 24, 24, 192, 0, 2), QueryVerdict.FormErr),
        ["a client subnet with too many octets"] = (WithSubnet(1, 24, 0, 192, 0, 2, 0), QueryVerdict.FormErr),
        ["a client subnet with too few octets"] = (WithSubnet(1, 24, 0, 192, 0), QueryVerdict.FormErr),
        ["a client subnet with a bit past the prefix"] = (WithSubnet(1, 23, 0, 192, 0, 3), QueryVerdict.FormErr),
        ["a client subnet of 33 bits"] = (WithSubnet(1, 33, 0, 192, 0, 2, 1, 0), QueryVerdict.FormErr),
        ["an empty client subnet"] = ((s_plain with { Payload = 1232, Options = [(8, [])] }).Build(), QueryVerdict.FormErr),
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    /// <summary>RFC 7873 §5.4: the message has no question section at all.</summary>
    private static byte[] CookieQuery() => new QueryBytes(".", RrType.A) { NoQuestion = true, Payload = 1232, Options = [(10, new byte[8])] }.Build();

    private static byte[] WithSubnet(ushort family, byte source, byte scope, params byte[] address) =>
        (s_plain with { Payload = 1232, Options = [QueryBytes.Subnet(family, source, scope, address)] }).Build();

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_message_gets_its_verdict(string description)
    {
        var (octets, verdict) = s_cases[description];
        Assert.Equal(verdict, QueryParser.Parse(octets, new NameBuffer(), tcp: false, out _));
    }

    [Fact]
    public void Every_message_cut_short_gets_a_verdict_and_ends()
    {
        foreach (var (octets, _) in s_cases.Values.Where(c => c.Verdict == QueryVerdict.Ok))
            for (var length = 0; length < octets.Length; length++)
                Assert.NotEqual(QueryVerdict.Ok, QueryParser.Parse(octets.AsSpan(0, length), new NameBuffer(), tcp: false, out var _));
    }

    [Fact]
    public void Random_octets_get_a_verdict_and_an_answer_that_can_be_read()
    {
        var responder = Responder.Example();
        Gen.Byte.Array[0, 600].Sample(octets => Check(responder, octets), threads: 1, iter: 20_000);
    }

    [Fact]
    public void Mutated_messages_get_a_verdict_and_an_answer_that_can_be_read()
    {
        var responder = Responder.Example();
        var originals = s_cases.Values.Select(c => c.Octets).Where(o => o.Length > 12).ToArray();
        Gen.Int[0, originals.Length - 1].Select(i => originals[i]).Select(Gen.Int[0, 90].Select(Gen.Byte).Array[1, 4]).Sample((original, changes) =>
        {
            var octets = (byte[])original.Clone();
            foreach (var (at, value) in changes) octets[at % octets.Length] = value;
            Check(responder, octets);
        }, threads: 1, iter: 50_000);
    }

    private static void Check(Responder responder, byte[] octets)
    {
        var raw = responder.Raw(octets).ToArray();
        if (raw.Length == 0) return;
        // Its own reader throws at anything that is not as it must be.
        var answer = new ParsedAnswer(raw);
        Assert.True(answer.IsResponse);
        Assert.True(raw.Length <= 1232);
    }
}
