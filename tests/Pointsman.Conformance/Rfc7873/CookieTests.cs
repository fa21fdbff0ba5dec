using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc7873;

[Trait("rfc", "7873")]
public sealed class CookieTests
{
    private const uint Now = 1_700_000_000;
    private static readonly byte[] s_clientCookie = [1, 2, 3, 4, 5, 6, 7, 8];
    private static readonly QueryBytes s_query = new("www.example.com", RrType.A) { Payload = 1232 };

    private readonly Responder _lenient = Responder.Example(new AnswerSettings());
    private readonly Responder _strict = Responder.Example(new AnswerSettings { Cookies = new CookieSettings { Required = true } });

    private static QueryBytes With(params byte[] cookie) => s_query with { Options = [(10, cookie)] };

    private static byte[] LearnCookie(Responder responder) => responder.Ask(With(s_clientCookie), wallSeconds: Now).Option(10)!;

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(15)]
    [InlineData(41)]
    [Trait("rfc", "7873 §5.2.2")]
    public void A_cookie_of_a_length_that_none_has_is_malformed(int length)
    {
        var answer = _lenient.Ask(With(new byte[length]));
        Assert.Equal((Rcode.FormErr, null), (answer.Rcode, answer.Option(10)));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(40)]
    [Trait("rfc", "7873 §5.2.3")]
    [Trait("rfc", "7873 §5.2.4")]
    public void A_client_without_a_good_server_cookie_is_answered_and_gets_one(int length)
    {
        var answer = _lenient.Ask(With([.. s_clientCookie, .. new byte[length - 8]]), wallSeconds: Now);
        Assert.Equal((Rcode.NoError, 1, 24), (answer.Rcode, answer.Answers.Count, answer.Option(10)!.Length));
        Assert.Equal(s_clientCookie, answer.Option(10)![..8]);
        Assert.Equal((length == 8 ? 1 : 0, length == 8 ? 0 : 1, 0), (_lenient.Counters[QueryTally.CookieClientOnly], _lenient.Counters[QueryTally.CookieBad], _lenient.Counters[QueryTally.CookieGood]));
    }

    [Fact, Trait("rfc", "7873 §5.2.5")]
    public void A_good_cookie_comes_back_as_it_was()
    {
        var cookie = LearnCookie(_lenient);
        var answer = _lenient.Ask(With(cookie), wallSeconds: Now + 60);
        Assert.Equal(cookie, answer.Option(10));
        Assert.Equal((Rcode.NoError, 1, 1), (answer.Rcode, answer.Answers.Count, _lenient.Counters[QueryTally.CookieGood]));
    }

    [Fact, Trait("rfc", "7873 §5.2.3")]
    public void Where_cookies_are_required_only_a_good_one_is_answered_over_UDP()
    {
        foreach (var cookie in (byte[][])[s_clientCookie, [.. s_clientCookie, .. new byte[16]]])
        {
            var refused = _strict.Ask(With(cookie), wallSeconds: Now);
            Assert.Equal((Rcode.BadCookie, 0, false, 24), (refused.Rcode, refused.Answers.Count, refused.IsTruncated, refused.Option(10)!.Length));
            Assert.Equal(Rcode.NoError, _strict.Ask(With(refused.Option(10)!), wallSeconds: Now).Rcode);
            // Over TCP the address is proven by the connection.
            Assert.Equal(Rcode.NoError, _strict.Ask(With(cookie), tcp: true, wallSeconds: Now).Rcode);
        }
        Assert.Equal(2, _strict.Counters[QueryOutcome.BadCookie]);
    }

    [Fact, Trait("rfc", "7873 §5.2.1")]
    public void Who_shows_no_cookie_is_answered_and_gets_none()
    {
        foreach (var responder in (Responder[])[_lenient, _strict])
        {
            var answer = responder.Ask(s_query);
            Assert.Equal((Rcode.NoError, 0), (answer.Rcode, answer.Options.Count));
        }
    }

    [Fact, Trait("rfc", "7873 §5.4")]
    public void A_query_without_a_question_gets_a_cookie_alone()
    {
        var query = With(s_clientCookie) with { NoQuestion = true };
        var answer = _lenient.Ask(query, wallSeconds: Now);
        Assert.Equal((Rcode.NoError, 0, 0, 0), (answer.Rcode, answer.RawQuestion.Length, answer.Answers.Count, answer.Authority.Count));
        Assert.Equal(24, answer.Option(10)!.Length);
        Assert.Equal(Rcode.NoError, _lenient.Ask(With(answer.Option(10)!) with { NoQuestion = true }, wallSeconds: Now).Rcode);
        var bad = _lenient.Ask(With([.. s_clientCookie, .. new byte[16]]) with { NoQuestion = true }, wallSeconds: Now);
        Assert.Equal((Rcode.BadCookie, 24), (bad.Rcode, bad.Option(10)!.Length));
        Assert.Equal((2, 1), (_lenient.Counters[QueryOutcome.CookieOnly], _lenient.Counters[QueryOutcome.BadCookie]));
        Assert.Equal(Rcode.FormErr, _lenient.Ask(s_query with { NoQuestion = true }).Rcode);
    }

    [Fact, Trait("rfc", "7873 §5.2")]
    public void Of_several_cookies_the_first_one_counts()
    {
        var answer = _lenient.Ask(s_query with { Options = [(10, s_clientCookie), (10, [9])] }, wallSeconds: Now);
        Assert.Equal((Rcode.NoError, 1), (answer.Rcode, answer.Options.Count));
        Assert.Equal(s_clientCookie, answer.Option(10)![..8]);
    }

    [Theory]
    [InlineData("example.org", RrType.A, 0, Rcode.Refused)]
    [InlineData("nowhere.example.com", RrType.A, 0, Rcode.NxDomain)]
    [InlineData("example.com", RrType.AXFR, 0, Rcode.Refused)]
    [InlineData("example.com", RrType.SOA, 5, Rcode.NotImp)]
    [Trait("rfc", "7873 §5.2")]
    public void An_error_carries_the_cookie_too(string name, RrType type, int opcode, Rcode rcode)
    {
        var answer = _lenient.Ask(With(s_clientCookie) with { Name = name, Type = type, Flags = (ushort)(opcode << 11) }, wallSeconds: Now);
        Assert.Equal((rcode, 24), (answer.Rcode, answer.Option(10)!.Length));
    }

    [Fact]
    public void Switched_off_a_cookie_is_an_option_that_nobody_knows()
    {
        var off = Responder.Example(new AnswerSettings { Cookies = new CookieSettings { Enabled = false } });
        foreach (var cookie in (byte[][])[s_clientCookie, new byte[9]])
            Assert.Equal((Rcode.NoError, 0), (off.Ask(With(cookie)).Rcode, off.Ask(With(cookie)).Options.Count));
        Assert.Equal(Rcode.FormErr, off.Ask(With(s_clientCookie) with { NoQuestion = true }).Rcode);
    }
}
