using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc8906;

/// <summary>
/// Every EDNS version with every option, every flag and every kind of question, over UDP and TCP: 630 queries, each with its one right
/// answer. What each axis asks for stands in a table of its own; the test says how they add up.
/// </summary>
public sealed class CombinationTests
{
    private static readonly Responder s_example = Responder.Example();

    /// <summary>Option → its value in the query, and the options that come back over UDP and over TCP (with the cookie's or identity's length).</summary>
    private static readonly Dictionary<string, ((ushort, byte[])[] Sent, (int Code, int Length)[] Udp, (int Code, int Length)[] Tcp)> s_options = new()
    {
        ["no option"] = ([], [], []),
        ["an unknown option"] = ([(65001, [1, 2, 3])], [], []),
        ["NSID"] = ([(3, [])], [(3, 6)], [(3, 6)]),
        ["client subnet"] = ([QueryBytes.Subnet(1, 24, 0, 198, 51, 100)], [(8, 7)], [(8, 7)]),
        ["cookie"] = ([(10, new byte[8])], [(10, 24)], [(10, 24)]),
        ["padding"] = ([(12, new byte[5])], [], [(12, -1)]),
        ["keepalive"] = ([(11, [])], [], [(11, 2)]),
    };

    /// <summary>Question → the query, and rcode, answers, authority (−1 = any) and extended error of version 0.</summary>
    private static readonly Dictionary<string, (QueryBytes Query, Rcode Rcode, int Answers, int Authority, int? Reason)> s_questions = new()
    {
        ["a known type"] = (new("www.example.com", RrType.A), Rcode.NoError, 1, 0, null),
        ["an unknown type"] = (new("www.example.com", (RrType)1000), Rcode.NoError, 0, 1, null),
        ["ANY"] = (new("www.example.com", RrType.ANY), Rcode.NoError, 1, 0, null),
        ["another class"] = (new("www.example.com", RrType.A) { Class = 4 }, Rcode.Refused, 0, 0, 21),
        ["another opcode"] = (new("www.example.com", RrType.A) { Flags = 15 << 11 }, Rcode.NotImp, 0, 0, 21),
    };

    public static TheoryData<byte, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<byte, string, string>();
            foreach (byte version in (byte[])[0, 1, 100])
                foreach (var option in s_options.Keys)
                    foreach (var question in s_questions.Keys) rows.Add(version, option, question);
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    [Trait("rfc", "8906 §3.1.3")]
    [Trait("rfc", "8906 §3.1.4")]
    [Trait("rfc", "8906 §3.2.1")]
    [Trait("rfc", "8906 §3.2.2")]
    [Trait("rfc", "8906 §3.2.3")]
    [Trait("rfc", "8906 §3.2.5")]
    public void Every_combination_gets_the_right_answer(byte version, string option, string question)
    {
        var (sent, udp, tcp) = s_options[option];
        var (query, rcode, answers, authority, reason) = s_questions[question];
        foreach (var (dnssecOk, z) in ((bool, ushort)[])[(false, 0), (true, 0), (false, 0x4000), (true, 0x7FFF)])
        {
            foreach (var overTcp in (bool[])[false, true])
            {
                // ParsedAnswer holds the unknown flags to be zero, and the version to be ours.
                var answer = s_example.Ask(query with { Payload = 1232, Version = version, Options = sent, DnssecOk = dnssecOk, Z = z }, overTcp);
                Assert.Equal(dnssecOk, answer.DnssecOk);
                Assert.Equal(query.Flags & 0x7800, answer.Flags & 0x7800);
                Assert.False(answer.IsTruncated);
                if (version != 0)
                {
                    Assert.Equal((Rcode.BadVers, 0, 0), (answer.Rcode, answer.Answers.Count, answer.Authority.Count));
                    Assert.Empty(answer.Options);
                    continue;
                }
                Assert.Equal((rcode, answers, authority), (answer.Rcode, answer.Answers.Count, answer.Authority.Count));
                Assert.Equal(reason, answer.ExtendedErrorCode);
                Assert.Equal(rcode == Rcode.NoError, answer.IsAuthoritative);
                Assert.Equal(
                    (overTcp ? tcp : udp).Select(o => (o.Code, o.Length < 0 ? answer.Option(12)!.Length : o.Length)),
                    answer.Options.Where(o => o.Code != 15).Select(o => ((int)o.Code, o.Value.Length)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Questions))]
    [Trait("rfc", "8906 §3.2.1")]
    public void Without_EDNS_the_answer_is_the_same_and_has_none(string question)
    {
        var (query, rcode, answers, authority, _) = s_questions[question];
        var answer = s_example.Ask(query);
        Assert.Equal((rcode, answers, authority, 0), (answer.Rcode, answer.Answers.Count, answer.Authority.Count, answer.OptRecords));
    }

    public static TheoryData<string> Questions => [.. s_questions.Keys];
}
