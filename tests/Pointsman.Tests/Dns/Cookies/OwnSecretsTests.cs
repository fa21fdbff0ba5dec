using Pointsman.Dns.Cookies;
using Pointsman.Dns.Dynamic;

namespace Pointsman.Tests.Dns.Cookies;

public sealed class OwnSecretsTests
{
    [Fact, Trait("rfc", "9018 §5")]
    public void A_cookie_outlives_one_rotation_and_not_two()
    {
        var own = new OwnSecrets();
        var client = new ClientAddress(false, 0xC0000264, 32);
        var cookie = new byte[CookieSecrets.Length];
        own.Current.Write(cookie, new byte[8], client, now: 1000);
        Assert.Equal(CookieState.Good, own.Current.Check(cookie, client, now: 1000));
        own.Rotate();
        Assert.Equal(CookieState.GoodButOld, own.Current.Check(cookie, client, now: 1000));
        own.Rotate();
        Assert.Equal(CookieState.Bad, own.Current.Check(cookie, client, now: 1000));
    }

    [Fact]
    public void Two_servers_do_not_make_the_same()
    {
        var one = new OwnSecrets();
        var other = new OwnSecrets();
        var client = new ClientAddress(false, 0xC0000264, 32);
        var cookie = new byte[CookieSecrets.Length];
        one.Current.Write(cookie, new byte[8], client, now: 1000);
        Assert.Equal(CookieState.Bad, other.Current.Check(cookie, client, now: 1000));
    }
}
