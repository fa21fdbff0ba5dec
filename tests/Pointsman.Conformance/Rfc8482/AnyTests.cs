using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc8482;

public sealed class AnyTests
{
    [Theory]
    [InlineData("example.com")]
    [InlineData("www.example.com")]
    [InlineData("alias.example.com")]
    [InlineData("x.wild.example.com")]
    [Trait("rfc", "8482 §4.2")]
    public void ANY_is_answered_by_one_small_HINFO(string name)
        => Assert.Equal($"{name}. 3600 HINFO 0752464338343832" + "00", Assert.Single(Responder.Example().Ask(name, RrType.ANY).Answers).ToString());

    [Fact, Trait("rfc", "8482 §4.2")]
    public void ANY_of_what_does_not_exist_is_NXDOMAIN() => Assert.Equal(Rcode.NxDomain, Responder.Example().Ask("nowhere.example.com", RrType.ANY).Rcode);
}
