using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc6891;

public sealed class EdnsTests
{
    private static readonly Responder s_example = Responder.Example();
    private static readonly QueryBytes s_query = new("www.example.com", RrType.A);

    [Fact, Trait("rfc", "6891 §7"), Trait("rfc", "6891 §6.1")]
    public void An_OPT_record_comes_back_only_to_who_sent_one()
    {
        Assert.Equal(0, s_example.Ask(s_query).OptRecords);
        var answer = s_example.Ask(s_query with { Payload = 4096 });
        Assert.Equal((1, 1232), (answer.OptRecords, answer.Payload));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [Trait("rfc", "6891 §6.1.3")]
    public void Another_version_is_BADVERS_and_answered_in_version_0(byte version)
    {
        var answer = s_example.Ask(s_query with { Payload = 1232, Version = version });
        Assert.Equal((Rcode.BadVers, 0), (answer.Rcode, answer.Answers.Count));
    }

    [Fact, Trait("rfc", "6891 §6.1.2")]
    public void Options_that_are_not_known_are_ignored()
    {
        var answer = s_example.Ask(s_query with { Payload = 1232, Options = [(65001, [1, 2, 3]), (0, []), (12, new byte[40])] });
        Assert.Equal((Rcode.NoError, 1, 0), (answer.Rcode, answer.Answers.Count, answer.Options.Count));
    }

    [Fact, Trait("rfc", "6891 §6.1.1")]
    public void Two_OPT_records_or_one_below_the_root_are_malformed()
    {
        Assert.Equal(Rcode.FormErr, new ParsedAnswer(s_example.Raw((s_query with { Payload = 1232, OptRecords = 2 }).Build()).ToArray()).Rcode);
        Assert.Equal(Rcode.FormErr, new ParsedAnswer(s_example.Raw((s_query with { Payload = 1232, OptName = [1, 97, 0] }).Build()).ToArray()).Rcode);
    }

    [Fact, Trait("rfc", "6891 §6.2.3")]
    public void A_payload_size_below_512_counts_as_512()
        => Assert.False(s_example.Ask(s_query with { Payload = 0 }).IsTruncated);

    [Fact, Trait("rfc", "3225 §3")]
    public void The_DO_bit_comes_back_as_it_was()
    {
        Assert.True(s_example.Ask(s_query with { Payload = 1232, DnssecOk = true }).DnssecOk);
        Assert.False(s_example.Ask(s_query with { Payload = 1232 }).DnssecOk);
    }

    [Fact, Trait("rfc", "6891 §6.1.4")]
    public void Flags_that_mean_nothing_are_ignored_and_sent_as_zero()
    {
        var query = (s_query with { Payload = 1232, DnssecOk = true }).Build();
        // The OPT record's last four octets: flags, and the length of its options.
        query[^4] = 0xFF;
        query[^3] = 0xFF;
        var raw = s_example.Raw(query).ToArray();
        Assert.Single(new ParsedAnswer(raw).Answers);
        Assert.Equal((0x80, 0), (raw[^4], raw[^3]));
    }

    [Fact, Trait("rfc", "5001"), Trait("rfc", "5001 §2.1")]
    public void The_name_server_id_goes_to_who_asks_for_it()
    {
        Assert.Equal("node-1"u8.ToArray(), Assert.Single(s_example.Ask(s_query with { Payload = 1232, Options = [(3, [])] }).Options).Value);
        Assert.Equal("node-1"u8.ToArray(), s_example.Ask(s_query with { Payload = 1232, Options = [(3, [1, 2])] }).Option(3));
        Assert.Empty(s_example.Ask(s_query with { Payload = 1232 }).Options);
    }

    [Fact, Trait("rfc", "7828 §3.3.2")]
    public void The_keepalive_option_is_answered_over_TCP_alone()
    {
        var query = s_query with { Payload = 1232, Options = [(11, [])] };
        Assert.Equal([0, 200], Assert.Single(s_example.Ask(query, tcp: true).Options).Value);
        Assert.Empty(s_example.Ask(query).Options);
    }
}
