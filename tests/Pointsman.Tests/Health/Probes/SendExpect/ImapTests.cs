using Pointsman.Health.Probes;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health.Probes.SendExpect;

[Trait("mission", "P4.2")]
public sealed class ImapTests
{
    private const string Password = "a\"b\\c d";
    private static readonly ProbeLogin s_login = new("joe", new Secret(Password));
    private static readonly string s_plain = Withheld.Plain("joe", Password);

    [Fact]
    [Trait("rfc", "9051 §2.2.2")]
    [Trait("rfc", "9051 §7")]
    [Trait("rfc", "9051 §7.1")]
    [Trait("rfc", "9051 §7.1.5")]
    public void A_greeting_is_enough_where_nothing_else_is_asked() => Assert.Equal("OK", Play(new ImapCheck(), """
        S: * OK [CAPABILITY IMAP4rev1] ready
        C: P1 LOGOUT
        S: * BYE logging out
        S: P1 OK done
        """));

    [Fact]
    public void Capabilities_past_all_measure_end_the_probe_before_they_fill_the_memory()
    {
        var line = "S: * CAPABILITY" + string.Concat(Enumerable.Repeat(" a", 8000));
        var wire = new ScriptedWire("S: * OK ready\nC: P1 CAPABILITY\n" + string.Concat(Enumerable.Repeat(line + "\n", 200)));
        var spoken = ScriptedWire.Run(ReplyForm.Imap, Imap.Speak, new ImapCheck { ExpectCapability = ["IDLE"] }, wire);
        Assert.EndsWith("has more than 64 KiB of text", spoken.Failure, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rfc", "9051 §6.2.3")]
    [Trait("rfc", "9051 §4.3")]
    [Trait("rfc", "9051 §6.1.1")]
    public void LOGIN_quotes_what_needs_it_and_capabilities_are_asked_for_after_it() => Assert.Equal("OK, logged in", Play(new ImapCheck { Login = s_login, ExpectCapability = ["IDLE", "AUTH=X"] }, """
        S: * OK ready
        C: P1 CAPABILITY
        S: * CAPABILITY IMAP4rev1
        S: P1 OK
        C: P2 LOGIN "joe" "a\"b\\c d"
        S: * 5 EXISTS
        S: P2 OK [CAPABILITY IMAP4rev1 MOVE] Logged in
        C: P3 CAPABILITY
        S: * CAPABILITY IMAP4rev1 AUTH=X
        S: * CAPABILITY IDLE
        S: P3 OK
        C: P4 LOGOUT
        """));

    [Fact]
    [Trait("rfc", "9051 §4.3")]
    public void LOGIN_sends_as_literals_what_no_quotes_can_hold() => Assert.Equal("OK, logged in", Play(new ImapCheck { Login = new ProbeLogin("jö", new Secret("pä")) }, """
        S: * OK ready
        C: P1 CAPABILITY
        S: * CAPABILITY IMAP4rev1
        S: P1 OK
        C: P2 LOGIN {3}
        S: + go on
        C: jö {3}
        S: + go on
        C: pä
        S: P2 OK Logged in
        C: P3 LOGOUT
        """));

    [Fact]
    [Trait("rfc", "9051 §6.2.2")]
    [Trait("rfc", "4616 §2")]
    public void AUTHENTICATE_PLAIN_waits_to_be_asked() => Assert.Equal("OK, logged in", Play(new ImapCheck { Login = s_login }, $"""
        S: * OK ready
        C: P1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=PLAIN
        S: P1 OK
        C: P2 AUTHENTICATE PLAIN
        S: +
        C: {s_plain}
        S: P2 OK Logged in
        C: P3 LOGOUT
        """));

    [Fact]
    [Trait("rfc", "4959 §3")]
    [Trait("rfc", "4616 §2")]
    public void AUTHENTICATE_PLAIN_goes_at_once_where_it_may()
    {
        Assert.Equal("AGpvZQBhImJcYyBk", s_plain);
        Assert.Equal("the reply to AUTHENTICATE was 'NO [AUTHENTICATIONFAILED] Authentication failed.', expected OK", Play(new ImapCheck { Login = s_login }, $"""
            S: * OK ready
            C: P1 CAPABILITY
            S: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN
            S: P1 OK
            C: P2 AUTHENTICATE PLAIN {s_plain}
            S: P2 NO [AUTHENTICATIONFAILED] Authentication failed.
            """));
    }

    [Fact]
    [Trait("rfc", "9051 §6.2.3")]
    public void LOGIN_is_not_tried_where_it_is_disabled() => Assert.Equal("allows no login: LOGINDISABLED, and no AUTH=PLAIN", Play(new ImapCheck { Login = s_login }, """
        S: * OK ready
        C: P1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 LOGINDISABLED
        S: P1 OK
        """));

    [Fact]
    [Trait("rfc", "9051 §6.2.1")]
    public void Capabilities_from_before_TLS_count_no_more() => Assert.Equal("does not offer IDLE", Play(new ImapCheck { Tls = new TlsSettings(), ExpectCapability = ["IDLE"] }, """
        S: * OK ready
        C: P1 STARTTLS
        S: * CAPABILITY IDLE
        S: P1 OK begin
        TLS
        C: P2 CAPABILITY
        S: * CAPABILITY IMAP4rev1
        S: P2 OK
        """));

    [Fact]
    [Trait("rfc", "9051 §6.2.1")]
    public void Bytes_behind_the_consent_to_TLS_are_a_failure()
    {
        var wire = new ScriptedWire("S: * OK ready\nC: P1 STARTTLS\nS: P1 OK begin\nS: * OK slipped in");
        Assert.Equal("17 bytes in plain text behind the consent to TLS", ScriptedWire.Run(ReplyForm.Imap, Imap.Speak, new ImapCheck { Tls = new TlsSettings() }, wire).Failure);
    }

    [Fact]
    [Trait("rfc", "9051 §7.1.4")]
    public void PREAUTH_where_TLS_is_to_be_asked_for_is_a_failure() => Assert.Equal("the greeting was PREAUTH: TLS can no longer be asked for", Play(new ImapCheck { Tls = new TlsSettings() }, "S: * PREAUTH welcome"));

    [Fact]
    public void PREAUTH_needs_no_login() => Assert.Equal("OK, logged in", Play(new ImapCheck { Login = s_login }, "S: * PREAUTH welcome\nC: P1 LOGOUT"));

    [Theory]
    [InlineData("S: * BYE overloaded", "the greeting was 'BYE overloaded', expected OK or PREAUTH")]
    [InlineData("S: * NO", "the greeting was no greeting: '* NO'")]
    [InlineData("S: P1 OK", "the greeting was no reply: 'P1 OK'")]
    [InlineData("S: + idling", "the greeting was no reply: '+ idling'")]
    [InlineData("S: * OK {5}", "the greeting has a literal in it: '* OK {5}'")]
    [Trait("rfc", "9051 §7.1")]
    [Trait("rfc", "9051 §7.1.5")]
    [Trait("rfc", "9051 §2.2.2")]
    public void A_wrong_greeting_is_told(string greeting, string failure) => Assert.Equal(failure, Play(new ImapCheck(), greeting));

    [Theory]
    [InlineData("S: P2 OK", "the reply to CAPABILITY was no reply: 'P2 OK'")]
    [InlineData("S: P1 MAYBE", "the reply to CAPABILITY was no reply: 'P1 MAYBE'")]
    [InlineData("S: * BYE shutting down", "the reply to CAPABILITY was 'BYE shutting down', expected OK")]
    [InlineData("S: + what", "the reply to CAPABILITY was no reply: '+ what'")]
    [InlineData("S: * 1 FETCH {9}", "the reply to CAPABILITY has a literal in it: '* 1 FETCH {9}'")]
    [Trait("rfc", "9051 §2.2.2")]
    [Trait("rfc", "9051 §4.3")]
    public void What_answers_no_command_of_ours_is_none(string reply, string failure) =>
        Assert.Equal(failure, Play(new ImapCheck { ExpectCapability = ["IDLE"] }, $"S: * OK ready\nC: P1 CAPABILITY\n{reply}"));

    private static string Play(ImapCheck check, string conversation) => ScriptedWire.Play(ReplyForm.Imap, Imap.Speak, check, conversation);
}
