using System.Net;
using Pointsman.Health.Probes;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health.Probes.SendExpect;

[Trait("mission", "P4.2")]
public sealed class SmtpTests
{
    private static readonly TlsSettings s_tls = new();

    [Fact]
    [Trait("rfc", "5321 §4.1.1.1")]
    [Trait("rfc", "5321 §4.1.1.10")]
    public void Banner_EHLO_and_QUIT_are_all_that_is_said() => Assert.Equal("250 mail.test", Play(new SmtpCheck { Ehlo = "probe.test" }, """
        S: 220 mail.test ESMTP
        C: EHLO probe.test
        S: 250-mail.test greets you
        S: 250 SIZE 1000
        C: QUIT
        S: 221 bye
        """));

    [Theory]
    [InlineData("192.0.2.9", "[192.0.2.9]")]
    [InlineData("2001:db8::9", "[IPv6:2001:db8::9]")]
    [Trait("rfc", "5321 §4.1.3")]
    public void Without_a_name_EHLO_says_the_address(string local, string literal) => Assert.Equal("250 mail.test", Play(new SmtpCheck(), $"""
        S: 220 mail.test
        C: EHLO {literal}
        S: 250 mail.test
        C: QUIT
        """, IPAddress.Parse(local)));

    [Fact]
    [Trait("rfc", "3207 §4.2")]
    public void After_STARTTLS_it_says_EHLO_again_and_believes_that_alone()
    {
        Assert.Equal("does not offer PIPELINING", Play(new SmtpCheck { Tls = s_tls, Ehlo = "p", ExpectCapability = ["PIPELINING"] }, """
            S: 220 mail.test
            C: EHLO p
            S: 250-mail.test
            S: 250-PIPELINING
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 go on
            TLS
            C: EHLO p
            S: 250 mail.test
            """));
    }

    [Fact]
    public void STARTTLS_that_is_not_offered_is_not_asked_for() => Assert.Equal("does not offer STARTTLS", Play(new SmtpCheck { Tls = s_tls, Ehlo = "p" }, """
        S: 220 mail.test
        C: EHLO p
        S: 250-mail.test
        S: 250 XSTARTTLS
        """));

    [Fact]
    [Trait("rfc", "3207 §4.2")]
    public void Bytes_behind_the_consent_to_TLS_are_a_failure() => Assert.Equal("21 bytes in plain text behind the consent to TLS", Play(new SmtpCheck { Tls = s_tls, Ehlo = "p" }, """
        S: 220 mail.test
        C: EHLO p
        S: 250-mail.test
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go on
        """ + "\nS: 250 AUTH slipped in\n", rest: "S: 250 AUTH slipped in"));

    [Fact]
    public void A_handshake_that_fails_says_why() => Assert.Equal("the certificate expired on 2001-01-01", Play(new SmtpCheck { Tls = s_tls, Ehlo = "p" }, """
        S: 220 mail.test
        C: EHLO p
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go on
        TLS: the certificate expired on 2001-01-01
        """));

    [Theory]
    [InlineData("AUTH PLAIN", "250 mail.test")]
    [InlineData("auth login", "250 mail.test")]
    [InlineData("AUTH PLAIN LOGIN", "250 mail.test")]
    [InlineData("AUTH", "250 mail.test")]
    [InlineData("AUTH=PLAIN", "250 mail.test")]
    [InlineData("SIZE", "250 mail.test")]
    [InlineData("AUTH CRAM-MD5", "does not offer AUTH CRAM-MD5")]
    [InlineData("PLAIN", "does not offer PLAIN")]
    [InlineData("SIZ", "does not offer SIZ")]
    public void A_capability_is_a_keyword_with_all_the_parameters_asked_for(string wanted, string reply)
    {
        var quit = reply.StartsWith("250", StringComparison.Ordinal) ? "C: QUIT\nS: 221 bye" : "";
        Assert.Equal(reply, Play(new SmtpCheck { Ehlo = "p", ExpectCapability = [wanted] }, "S: 220 mail.test\nC: EHLO p\nS: 250-mail.test\nS: 250-AUTH LOGIN PLAIN\nS: 250 SIZE 1000\n" + quit));
    }

    [Theory]
    [InlineData("S: 554 go away", "the greeting was '554 go away', expected 220")]
    [InlineData("S: 220 other.test", "the greeting was '220 other.test', without 'mail.test'")]
    [InlineData("", "closed before the greeting")]
    [InlineData("S: hello", "the greeting was no reply: 'hello'")]
    public void A_wrong_greeting_is_told(string greeting, string failure) => Assert.Equal(failure, Play(new SmtpCheck { ExpectGreeting = "mail.test" }, greeting));

    [Fact]
    [Trait("rfc", "5321 §3.1")]
    public void A_server_that_is_meant_to_refuse_is_only_told_goodbye() => Assert.Equal("554 as expected", Play(new SmtpCheck { ExpectCode = [521, 554] }, """
        S: 554 no mail here
        C: QUIT
        S: 221 bye
        """));

    [Theory]
    [InlineData("")]
    [InlineData("S: 421 I was leaving anyway")]
    [InlineData("S: nonsense")]
    [InlineData("RESET")]
    public void What_comes_of_QUIT_changes_nothing(string last) => Assert.Equal("250 mail.test", Play(new SmtpCheck { Ehlo = "p" }, $"S: 220 mail.test\nC: EHLO p\nS: 250 mail.test\nC: QUIT\n{last}"));

    private static string Play(SmtpCheck check, string conversation, IPAddress? local = null, string rest = "")
    {
        if (rest.Length == 0) return ScriptedWire.Play(ReplyForm.Smtp, Smtp.Speak, check, conversation, local);
        var wire = new ScriptedWire(conversation);
        var spoken = ScriptedWire.Run(ReplyForm.Smtp, Smtp.Speak, check, wire);
        Assert.Equal(rest, wire.Rest);
        return spoken.Failure!;
    }
}
