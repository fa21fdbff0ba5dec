using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc8020;

public sealed class EmptyNonTerminalTests
{
    [Theory]
    [InlineData("ent.example.com")]
    [InlineData("under.ent.example.com")]
    [InlineData("_tcp.example.com")]
    [Trait("rfc", "8020 §2")]
    public void A_name_with_something_below_it_exists(string name)
    {
        var answer = Responder.Example().Ask(name, RrType.A);
        Assert.Equal((Rcode.NoError, 0, 1), (answer.Rcode, answer.Answers.Count, answer.Authority.Count));
        Assert.Empty(Responder.Example().Ask(name, RrType.ANY).Answers);
    }
}
