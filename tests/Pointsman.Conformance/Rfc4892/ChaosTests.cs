using Pointsman.Dns;
using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc4892;

public sealed class ChaosTests
{
    private static readonly Responder s_open = Responder.Example(new AnswerSettings { Identity = "node-1", Version = "Pointsman" });
    private static readonly Responder s_closed = Responder.Example(new AnswerSettings());

    private static QueryBytes Ask(string name, RrType type = RrType.TXT) => new(name, type) { Class = 3, Payload = 1232 };

    [Theory]
    [InlineData("id.server", "node-1")]
    [InlineData("HOSTNAME.bind", "node-1")]
    [InlineData("version.server", "Pointsman")]
    [InlineData("version.BIND", "Pointsman")]
    [Trait("rfc", "4892")]
    public void A_name_about_the_server_is_answered_as_configured(string name, string text)
    {
        foreach (var type in (RrType[])[RrType.TXT, RrType.ANY])
        {
            var answer = s_open.Ask(Ask(name, type));
            Assert.Equal((Rcode.NoError, true), (answer.Rcode, answer.IsAuthoritative));
            var record = Assert.Single(answer.Answers);
            Assert.Equal((RrType.TXT, 0u, $"{text.Length:x2}{Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(text))}"), (record.Type, record.Ttl, record.Rdata));
            Assert.Equal(name + ".", record.Name, ignoreCase: true);
        }
        Assert.Equal((Rcode.NoError, 0), (s_open.Ask(Ask(name, RrType.A)).Rcode, s_open.Ask(Ask(name, RrType.A)).Answers.Count));
    }

    [Theory]
    [InlineData("id.server")]
    [InlineData("hostname.bind")]
    [InlineData("version.server")]
    [InlineData("version.bind")]
    [InlineData("authors.bind")]
    [InlineData("www.example.com")]
    public void What_is_not_told_is_refused(string name)
    {
        var answer = s_closed.Ask(Ask(name));
        Assert.Equal((Rcode.Refused, 0, 18), (answer.Rcode, answer.Answers.Count, answer.ExtendedErrorCode));
    }

    [Fact]
    public void Nothing_is_told_in_the_internet_class() => Assert.Equal(Rcode.Refused, s_open.Ask("id.server", RrType.TXT).Rcode);

    [Fact, Trait("rfc", "1035 §3.3")]
    public void The_longest_text_fits()
    {
        var text = new string('x', AnswerSettings.MaxTextBytes);
        var responder = Responder.Example(new AnswerSettings { Identity = text });
        Assert.Equal(256 * 2, Assert.Single(responder.Ask(Ask("id.server")).Answers).Rdata.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new AnswerSettings { Identity = text + "x" });
    }
}
