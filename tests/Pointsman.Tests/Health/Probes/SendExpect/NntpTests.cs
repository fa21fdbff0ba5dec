using Pointsman.Health.Probes;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health.Probes.SendExpect;

[Trait("mission", "P4.2")]
public sealed class NntpTests
{
    private static readonly ProbeLogin s_login = new("joe", new Secret("tellnobody"));

    [Theory]
    [InlineData("200")]
    [InlineData("201")]
    [Trait("rfc", "3977 §5.1")]
    public void A_greeting_is_enough_where_nothing_else_is_asked(string code) => Assert.Equal($"{code} ready", Play(new NntpCheck(), $"S: {code} welcome\nC: QUIT\nS: 205 bye"));

    [Theory]
    [InlineData(3, "211 local.test, 3 articles", "C: QUIT")]
    [InlineData(4, "local.test has 3 articles, expected 4 or more", "")]
    [Trait("rfc", "3977 §6.1.1")]
    public void A_group_has_articles_enough(long wanted, string reply, string quit) =>
        Assert.Equal(reply, Play(new NntpCheck { Group = "local.test", MinArticles = wanted }, $"S: 200 hi\nC: GROUP local.test\nS: 211 3 10 12 local.test\n{quit}"));

    [Fact]
    public void An_unknown_group_is_told() => Assert.Equal("the reply to GROUP was '411 No such group', expected 211",
        Play(new NntpCheck { Group = "no.such" }, "S: 200 hi\nC: GROUP no.such\nS: 411 No such group"));

    [Fact]
    [Trait("rfc", "3977 §5.3")]
    public void A_server_of_both_kinds_is_told_that_this_client_reads() => Assert.Equal("211 local.test, 0 articles", Play(new NntpCheck { Group = "local.test" }, """
        S: 200 hi
        C: GROUP local.test
        S: 401 MODE-READER
        C: MODE READER
        S: 201 reading, no posting
        C: GROUP local.test
        S: 211 0 0 0 local.test
        C: QUIT
        """));

    [Fact]
    [Trait("rfc", "3977 §6.2.4")]
    public void STAT_asks_whether_an_article_is_there() => Assert.Equal("223 <a@b>", Play(new NntpCheck { Article = "<a@b>" }, "S: 200 hi\nC: STAT <a@b>\nS: 223 0 <a@b>\nC: QUIT"));

    [Fact]
    [Trait("rfc", "3977 §3.1.1")]
    public void An_article_is_read_to_its_lone_dot() => Assert.Equal("220 7, 15 bytes (15 bytes)", Play(new NntpCheck { Group = "local.test", Article = "7", Fetch = true }, """
        S: 200 hi
        C: GROUP local.test
        S: 211 1 7 7 local.test
        C: ARTICLE 7
        S: 220 7 <a@b>
        S: A: b
        S: 
        S: ..dots
        S: .
        C: QUIT
        """));

    [Fact]
    public void Of_a_long_article_the_first_MiB_is_enough()
    {
        var wire = new ScriptedWire("S: 200 hi\nC: ARTICLE <a@b>\nS: 220 0 <a@b>\n" + string.Concat(Enumerable.Repeat("S: x*10000\n", 200)));
        var spoken = ScriptedWire.Run(ReplyForm.Nntp, Nntp.Speak, new NntpCheck { Article = "<a@b>", Fetch = true }, wire);
        Assert.Equal((null, "220 <a@b>, first 1 MiB"), (spoken.Failure, spoken.Reply));
        Assert.InRange(spoken.BodyBytes, ReplyReader.MostContentBytes, ReplyReader.MostContentBytes + 10_002);
        Assert.True(spoken.TransferMicros >= 105_000); // a millisecond for each line
    }

    [Fact]
    [Trait("rfc", "4642 §2.2")]
    [Trait("rfc", "4643 §2.3")]
    [Trait("rfc", "3977 §5.2")]
    public void TLS_login_and_capabilities_in_turn() => Assert.Equal("281 logged in", Play(new NntpCheck { Tls = new TlsSettings(), Login = s_login, ExpectCapability = ["OVER MSGID"] }, """
        S: 200 hi
        C: STARTTLS
        S: 382 go on
        TLS
        C: AUTHINFO USER joe
        S: 381 and the password
        C: AUTHINFO PASS tellnobody
        S: 281 welcome
        C: CAPABILITIES
        S: 101 list
        S: VERSION 2
        S: OVER MSGID
        S: .
        C: QUIT
        """));

    [Fact]
    [Trait("rfc", "4643 §2.3")]
    public void A_server_that_wants_no_password_gets_none() => Assert.Equal("281 logged in", Play(new NntpCheck { Login = s_login }, "S: 200 hi\nC: AUTHINFO USER joe\nS: 281 welcome\nC: QUIT"));

    [Theory]
    [InlineData("S: 400 down for a while", "the greeting was '400 down for a while', expected 200 or 201")]
    [InlineData("S: 200-first", "the greeting was no reply: '200-first'")]
    [InlineData("S: 200 a\\rb", "the greeting has a NUL or a lone CR in it: '200 a?b'")]
    [Trait("rfc", "3977 §3.1")]
    public void A_wrong_greeting_is_told(string greeting, string failure) => Assert.Equal(failure, Play(new NntpCheck(), greeting));

    private static string Play(NntpCheck check, string conversation) => ScriptedWire.Play(ReplyForm.Nntp, Nntp.Speak, check, conversation);
}
