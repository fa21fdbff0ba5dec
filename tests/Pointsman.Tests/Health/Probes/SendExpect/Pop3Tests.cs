using Pointsman.Health.Probes;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health.Probes.SendExpect;

[Trait("mission", "P4.2")]
public sealed class Pop3Tests
{
    private static readonly ProbeLogin s_login = new("joe", new Secret("pass word 1"));

    [Fact]
    [Trait("rfc", "1939 §3")]
    public void A_greeting_is_enough_where_nothing_else_is_asked() => Assert.Equal("+OK", Play(new Pop3Check(), """
        S: +OK ready <1896.697170952@dbc.test>
        C: QUIT
        S: +OK
        """));

    [Fact]
    [Trait("rfc", "1939 §7")]
    [Trait("rfc", "2595 §4")]
    [Trait("rfc", "2449 §5")]
    [Trait("rfc", "1939 §3")]
    public void STLS_login_and_capabilities_in_turn() => Assert.Equal("+OK, logged in", Play(new Pop3Check { Tls = new TlsSettings(), Login = s_login, ExpectCapability = ["UIDL", "SASL PLAIN", ".X"] }, """
        S: +OK ready
        C: STLS
        S: +OK begin
        TLS
        C: USER joe
        S: +OK
        C: PASS pass word 1
        S: +OK logged in
        C: CAPA
        S: +OK list
        S: SASL LOGIN PLAIN
        S: ..X
        S: UIDL
        S: .
        C: QUIT
        S: +OK
        """));

    [Theory]
    [InlineData("S: +ok ready", "the greeting was no reply: '+ok ready'")]
    [InlineData("S: +OKAY", "the greeting was no reply: '+OKAY'")]
    [InlineData("S: -ERR busy", "the greeting was '-ERR busy', expected +OK")]
    [InlineData("S: +OK a\\0b", "the greeting has a NUL or a lone CR in it: '+OK a?b'")]
    [Trait("rfc", "1939 §3")]
    public void A_wrong_greeting_is_told(string greeting, string failure) => Assert.Equal(failure, Play(new Pop3Check(), greeting));

    [Fact]
    public void A_wrong_password_says_what_the_server_says() => Assert.Equal("the reply to PASS was '-ERR [AUTH] Authentication failed.', expected +OK", Play(new Pop3Check { Login = s_login }, """
        S: +OK ready
        C: USER joe
        S: +OK
        C: PASS pass word 1
        S: -ERR [AUTH] Authentication failed.
        """));

    [Fact]
    public void A_list_that_is_refused_has_no_lines() => Assert.Equal("the reply to CAPA was '-ERR unknown', expected +OK", Play(new Pop3Check { ExpectCapability = ["UIDL"] }, """
        S: +OK ready
        C: CAPA
        S: -ERR unknown
        """));

    [Fact]
    public void A_missing_capability_is_told() => Assert.Equal("does not offer UIDL", Play(new Pop3Check { ExpectCapability = ["TOP", "UIDL"] }, """
        S: +OK ready
        C: CAPA
        S: +OK
        S: TOP
        S: .
        """));

    private static string Play(Pop3Check check, string conversation) => ScriptedWire.Play(ReplyForm.Pop3, Pop3.Speak, check, conversation);
}
