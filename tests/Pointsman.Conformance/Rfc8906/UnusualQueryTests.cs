using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc8906;

public sealed class UnusualQueryTests
{
    private static readonly Responder s_example = Responder.Example();
    private static readonly QueryBytes s_query = new("www.example.com", RrType.A);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(15)]
    [Trait("rfc", "8906 §3.1.4")]
    public void An_opcode_that_is_not_implemented_is_NOTIMP_and_comes_back(int opcode)
    {
        var answer = new ParsedAnswer(s_example.Raw((s_query with { Flags = (ushort)(opcode << 11) }).Build()).ToArray());
        Assert.Equal((Rcode.NotImp, opcode), (answer.Rcode, (answer.Flags >> 11) & 15));
    }

    [Fact, Trait("rfc", "8906 §3.1.3")]
    public void A_type_nobody_knows_is_answered_as_NODATA()
    {
        var answer = s_example.Ask("www.example.com", (RrType)1000);
        Assert.Equal((Rcode.NoError, 0, 1), (answer.Rcode, answer.Answers.Count, answer.Authority.Count));
    }

    [Theory]
    [InlineData(RrType.AXFR, 1)]
    [InlineData(RrType.IXFR, 1)]
    [InlineData(RrType.TXT, 3)]
    [InlineData(RrType.A, 255)]
    [Trait("rfc", "8906 §3.1.3")]
    [Trait("rfc", "5936 §2.2.1")]
    public void What_is_not_served_here_is_refused(RrType type, ushort @class)
        => Assert.Equal(Rcode.Refused, s_example.Ask(s_query with { Type = type, Class = @class }).Rcode);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [Trait("rfc", "9619 §4")]
    public void A_query_without_exactly_one_question_is_malformed(ushort questions)
        => Assert.Equal(Rcode.FormErr, new ParsedAnswer(s_example.Raw((s_query with { Questions = questions }).Build()).ToArray()).Rcode);
}
