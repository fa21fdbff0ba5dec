using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc3597;

public sealed class UnknownTypeTests
{
    private static readonly Responder s_example = Responder.Example();

    [Fact, Trait("rfc", "3597 §5")]
    public void A_record_of_an_unknown_type_is_held_and_answered_as_it_is()
        => Assert.Equal("unknown.example.com. 300 TYPE65280 010203", Assert.Single(s_example.Ask("unknown.example.com", (RrType)65280).Answers).ToString());

    [Fact, Trait("rfc", "3597 §4")]
    public void Names_in_newer_types_are_not_compressed()
    {
        var raw = s_example.Raw(new QueryBytes("_https._tcp.example.com", RrType.SRV).Build()).ToArray();
        // Owner pointer, fixed part, three numbers, then www.example.com in full.
        Assert.Equal(12 + 29 + 2 + 10 + 6 + 17, raw.Length);
        Assert.Equal("0 5 443 www.example.com.", Assert.Single(new ParsedAnswer(raw).Answers).Rdata);
    }
}
