using Pointsman.Dns;
using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc7830;

[Trait("rfc", "7830")]
public sealed class PaddingTests
{
    private static readonly Responder s_example = Responder.Example();
    private static readonly QueryBytes s_padded = new("www.example.com", RrType.A) { Payload = 1232, Options = [(12, [1, 2, 3])] };

    [Theory]
    [InlineData("www.example.com", RrType.A)]
    [InlineData("example.com", RrType.ANY)]
    [InlineData("nowhere.example.com", RrType.TXT)]
    [InlineData("example.org", RrType.TXT)]
    [Trait("rfc", "8467 §4.1")]
    [Trait("rfc", "7830 §3")]
    [Trait("rfc", "7830 §4")]
    public void An_answer_over_TCP_to_a_padded_query_is_padded_with_zeros_to_the_block(string name, RrType type)
    {
        foreach (var options in ((ushort, byte[])[][])[[(12, [])], [(12, new byte[100]), (3, [])], [(10, new byte[8]), (12, []), (11, [])]])
        {
            var query = s_padded with { Name = name, Type = type, Options = options };
            Assert.Equal(0, s_example.Raw(query.Build(), tcp: true).Length % 468);
            Assert.All(s_example.Ask(query, tcp: true).Option(12)!, octet => Assert.Equal(0, octet));
        }
    }

    [Fact, Trait("rfc", "7830 §4")]
    public void Who_did_not_pad_is_not_padded() => Assert.Null(s_example.Ask(s_padded with { Options = [] }, tcp: true).Option(12));

    [Fact]
    public void Over_UDP_nothing_is_padded() => Assert.Empty(s_example.Ask(s_padded).Options);

    [Fact]
    public void The_block_can_be_chosen_and_padding_switched_off()
    {
        Assert.Equal(0, Responder.Example(new AnswerSettings { PaddingBlock = 128 }).Raw(s_padded.Build(), tcp: true).Length % 128);
        Assert.Empty(Responder.Example(new AnswerSettings { PaddingBlock = 0 }).Ask(s_padded, tcp: true).Options);
    }
}
