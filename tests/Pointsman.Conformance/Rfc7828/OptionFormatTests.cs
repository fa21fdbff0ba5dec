using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc7828;

public sealed class OptionFormatTests
{
    [Fact, Trait("rfc", "7828 §3.1")]
    public void The_option_is_number_11_with_a_timeout_of_two_octets()
    {
        var answer = Responder.Example().Ask(new QueryBytes("www.example.com", RrType.A) { Payload = 1232, Options = [(11, [])] }, tcp: true);
        var (code, value) = Assert.Single(answer.Options, option => option.Code == 11);
        Assert.Equal((11, 2), (code, value.Length));
    }
}
