using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc7828;

[Trait("rfc", "7828")]
public sealed class KeepaliveTests
{
    private static readonly Responder s_example = Responder.Example();
    private static readonly QueryBytes s_query = new("www.example.com", RrType.A) { Payload = 1232, Options = [(11, [])] };

    [Fact, Trait("rfc", "7828 §3.1")]
    public void The_idle_timeout_is_told_in_tenths_of_a_second_over_TCP() => Assert.Equal([0, 200], s_example.Ask(s_query, tcp: true).Option(11));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("rfc", "7828 §3.3.1")]
    public void Over_UDP_it_is_ignored_whatever_it_holds(int length)
    {
        var answer = s_example.Ask(s_query with { Options = [(11, new byte[length])] });
        Assert.Equal((Rcode.NoError, 1, 0), (answer.Rcode, answer.Answers.Count, answer.Options.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("rfc", "7828 §3.2.1")]
    public void A_client_that_gives_a_timeout_is_told_that_it_may_not(int length)
        => Assert.Equal(Rcode.FormErr, s_example.Ask(s_query with { Options = [(11, new byte[length])] }, tcp: true).Rcode);
}
