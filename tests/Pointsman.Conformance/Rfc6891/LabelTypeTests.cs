using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc6891;

public sealed class LabelTypeTests
{
    private static readonly Responder s_example = Responder.Example();

    [Theory]
    [InlineData(0x43, "01: what were extended labels")]
    [InlineData(0x83, "10: never given out")]
    [InlineData(0xC3, "11: a pointer, of which a question has no use")]
    [InlineData(0xC0, "11: a pointer to the header")]
    [Trait("rfc", "6891 §5")]
    public void A_question_has_plain_labels_only(byte length, string _)
    {
        var query = new QueryBytes("www.example.com", RrType.A).Build();
        // But for its two upper bits it would be right: the first label has three octets.
        query[12] = length;
        Assert.Equal(Rcode.FormErr, new ParsedAnswer(s_example.Raw(query).ToArray()).Rcode);
    }

    [Theory]
    [InlineData(0x41)]
    [InlineData(0x80)]
    [Trait("rfc", "6891 §5")]
    public void No_more_does_the_owner_of_another_record(byte length)
        => Assert.Equal(Rcode.FormErr, new ParsedAnswer(s_example.Raw((new QueryBytes("www.example.com", RrType.A) { Payload = 1232, OptName = [length, 0, 0] }).Build()).ToArray()).Rcode);
}
