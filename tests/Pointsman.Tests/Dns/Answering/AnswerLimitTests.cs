using System.Text;
using CsCheck;
using Pointsman.Dns;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Tests.Dns.Answering;

public sealed class AnswerLimitTests
{
    private static readonly Responder s_responder = Make();

    private static Responder Make()
    {
        var text = new StringBuilder("$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\n");
        for (var i = 0; i < 40; i++)
        {
            text.Append("sized").Append(i).Append(" TXT ");
            for (var j = 0; j < i; j++) text.Append('"').Append('x', 40).Append("\" ");
            text.Append("\"\"\n");
        }
        for (var i = 0; i < 60; i++) text.Append("many MX ").Append(i).Append(" host").Append(i).Append(".a.b.c\n");
        for (var i = 0; i < 40; i++) text.Append("cut NS ns").Append(i).Append(".cut\nns").Append(i).Append(".cut A 192.0.2.").Append(i).Append('\n');
        return new Responder(new DnsContents(new ZoneSet([Responder.Zone("example.com", text.ToString())])));
    }

    [Fact]
    public void No_answer_is_larger_than_the_client_and_we_allow_and_no_set_is_cut_in_two()
        => Gen.Int[0, 41].Select(Gen.UShort, Gen.Bool, Gen.Bool).Sample((pick, payload, edns, tcp) =>
        {
            var name = pick < 40 ? $"sized{pick}.example.com" : pick == 40 ? "many.example.com" : "x.cut.example.com";
            var query = new QueryBytes(name, pick < 40 ? RrType.TXT : RrType.MX) { Payload = edns ? payload : null };
            var raw = s_responder.Raw(query.Build(), tcp: tcp).ToArray();
            var limit = tcp ? 65535 : edns ? Math.Clamp((int)payload, 512, 1232) : 512;
            if (raw.Length > limit) return false;
            var answer = new ParsedAnswer(raw);
            var whole = pick < 40 ? 1 : pick == 40 ? 60 : 0;
            if (answer.IsTruncated) return !tcp && answer.Answers.Count == 0 && answer.OptRecords == (edns ? 1 : 0);
            return answer.Answers.Count == whole && (pick <= 40 || (answer.Authority.Count == 40 && answer.Additional.Count == 40));
        }, threads: 1, iter: 5_000);

    [Fact]
    public void Truncated_answer_keeps_the_OPT_record()
    {
        var answer = s_responder.Ask(new QueryBytes("many.example.com", RrType.MX) { Payload = 512 });
        Assert.Equal((true, 1, 0), (answer.IsTruncated, answer.OptRecords, answer.Answers.Count));
        Assert.Equal(60, s_responder.Ask(new QueryBytes("many.example.com", RrType.MX), tcp: true).Answers.Count);
    }

    [Fact]
    public void Names_are_compressed()
    {
        var raw = s_responder.Raw(new QueryBytes("many.example.com", RrType.MX).Build(), tcp: true);
        // Each record: owner 2, fixed 10, preference 2, and at most "hostNN" with a pointer: 9.
        Assert.True(raw.Length < 40 + (60 * 23), $"{raw.Length} octets");
    }
}
