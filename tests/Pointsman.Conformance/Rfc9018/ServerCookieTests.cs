using System.Collections.Immutable;
using System.Net;
using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Cookies;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc9018;

public sealed class ServerCookieTests
{
    private const string Secret = "e5e973e5a6b2a43f48e7dc849e37bfcf", OlderSecret = "dd3bdf9344b678b185a6f5cb60fca715", NewerSecret = "445536bcd2513298075a5d379663c962";

    private static readonly ClientAddress s_client = From("198.51.100.100");
    private static readonly CookieSecrets s_secrets = Of(Secret);

    private static CookieSecrets Of(params string[] secrets) => new([.. secrets.Select(s => SipKey.From(Convert.FromHexString(s)))]);

    private static ClientAddress From(string address) => ClientAddress.From(IPAddress.Parse(address));

    // The four of the document's appendix: learnt, renewed, renewed with reserved bits set, and over IPv6 with a secret that was exchanged.
    [Theory]
    [InlineData("198.51.100.100", "2464c4abcf10c957", 1559731985, "2464c4abcf10c957010000005cf79f111f8130c3eee29480", new[] { Secret }, 0)]
    [InlineData("198.51.100.100", "2464c4abcf10c957010000005cf79f111f8130c3eee29480", 1559734385, "2464c4abcf10c957010000005cf7a871d4a564a1442aca77", new[] { Secret }, 1)]
    [InlineData("203.0.113.203", "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", 1559734700, "fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e", new[] { Secret }, 0)]
    [InlineData("2001:db8:220:1:59de:d0f4:8769:82b8", "22681ab97d52c298010000005cf7c57926556bd0934c72f8", 1559741961, "22681ab97d52c298010000005cf7c609a6bb79d16625507a", new[] { NewerSecret, OlderSecret }, 1)]
    [Trait("rfc", "9018 §4")]
    [Trait("rfc", "9018 §4.4")]
    [Trait("rfc", "9018 §5")]
    public void Cookies_of_the_appendix_are_answered_as_it_says(string client, string shown, uint now, string expected, string[] secrets, long good)
    {
        var settings = new CookieSettings { Secrets = [.. secrets.Select(s => ImmutableArray.Create(Convert.FromHexString(s)))] };
        var responder = Responder.Example(new AnswerSettings { Cookies = settings });
        var query = new QueryBytes("www.example.com", RrType.A) { Payload = 4096, Options = [(10, Convert.FromHexString(shown))] };
        Assert.Equal(expected, Convert.ToHexStringLower(responder.Ask(query, source: From(client), wallSeconds: now).Option(10)!));
        // The first comes without a server cookie, the third with one of two hours ago.
        Assert.Equal(good, responder.Counters[QueryTally.CookieGood]);
    }

    [Theory]
    [InlineData(0, "Good")]
    [InlineData(1800, "Good")]
    [InlineData(1801, "GoodButOld")]
    [InlineData(3600, "GoodButOld")]
    [InlineData(3601, "Bad")]
    [InlineData(-1, "GoodButOld")]
    [InlineData(-300, "GoodButOld")]
    [InlineData(-301, "Bad")]
    [Trait("rfc", "9018 §4.3")]
    [Trait("rfc", "1982")]
    public void A_cookie_is_good_for_an_hour_and_renewed_after_half_of_it(int age, string state)
    {
        // Near the wrap of 32 bits, so that the times do not compare as plain numbers.
        const uint Made = uint.MaxValue - 10;
        var cookie = new byte[CookieSecrets.Length];
        s_secrets.Write(cookie, [1, 2, 3, 4, 5, 6, 7, 8], s_client, Made);
        Assert.Equal(state, s_secrets.Check(cookie, s_client, unchecked(Made + (uint)age)).ToString());
    }

    [Fact, Trait("rfc", "9018 §4.4")]
    public void A_cookie_is_good_for_its_own_client_cookie_address_version_and_secret_alone()
    {
        var cookie = new byte[CookieSecrets.Length];
        s_secrets.Write(cookie, [1, 2, 3, 4, 5, 6, 7, 8], s_client, 1000);
        Assert.Equal(CookieState.Bad, s_secrets.Check(cookie, From("198.51.100.101"), 1000));
        Assert.Equal(CookieState.Bad, s_secrets.Check(cookie, From("2001:db8::1"), 1000));
        Assert.Equal(CookieState.Bad, Of(NewerSecret).Check(cookie, s_client, 1000));
        for (var i = 0; i < cookie.Length; i++)
        {
            cookie[i] ^= 1;
            Assert.Equal(CookieState.Bad, s_secrets.Check(cookie, s_client, 1000));
            cookie[i] ^= 1;
        }
        Assert.Equal(CookieState.Good, s_secrets.Check(cookie, s_client, 1000));
    }

    [Fact, Trait("rfc", "9018 §4.2")]
    public void Reserved_octets_enter_the_hash_as_they_came()
        => Assert.Equal(CookieState.GoodButOld, s_secrets.Check(Convert.FromHexString("fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5"), From("203.0.113.203"), 1559727985 + 2000));

    [Fact, Trait("rfc", "9018 §5")]
    public void The_first_secret_signs_and_every_one_verifies()
    {
        var cookie = new byte[CookieSecrets.Length];
        Of(OlderSecret).Write(cookie, new byte[8], s_client, 1000);
        Assert.Equal(CookieState.GoodButOld, Of(NewerSecret, OlderSecret).Check(cookie, s_client, 1000));
        Of(NewerSecret, OlderSecret).Write(cookie, new byte[8], s_client, 1000);
        Assert.Equal(CookieState.Good, Of(NewerSecret).Check(cookie, s_client, 1000));
    }
}
