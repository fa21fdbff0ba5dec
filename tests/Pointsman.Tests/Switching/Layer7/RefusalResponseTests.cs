using System.Text;
using CsCheck;
using Pointsman.Model;
using Pointsman.Switching;
using Pointsman.Switching.Layer7;

namespace Pointsman.Tests.Switching.Layer7;

public sealed class RefusalResponseTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    [Trait("mission", "P6.6")]
    [Trait("rfc", "9110 §15.4.3")]
    public void A_redirect_is_these_bytes()
        => Assert.Equal(
            "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1:80/a?b=1&_pm=TOKEN\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\n"
            + "Cache-Control: no-store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            Redirect("GET /a?b=1"));

    [Fact]
    [Trait("mission", "P6.7")]
    [Trait("rfc", "9110 §15.6.4")]
    [Trait("rfc", "9110 §10.2.3")]
    public void Unavailable_is_these_bytes()
    {
        Span<byte> buffer = stackalloc byte[300];
        var length = RefusalResponse.Unavailable(buffer, s_now);
        Assert.Equal(
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\n"
            + "Cache-Control: no-store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            Encoding.ASCII.GetString(buffer[..length]));
    }

    [Theory]
    [InlineData("1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT", "two digits for the day")]
    [InlineData("2026-01-01T01:00:00+02:00", "Wed, 31 Dec 2025 23:00:00 GMT", "always in UTC")]
    [Trait("rfc", "9110 §5.6.7")]
    public void The_date_has_the_one_form_that_may_be_sent(string time, string expected, string _)
    {
        var buffer = new byte[300];
        var length = RefusalResponse.Unavailable(buffer, DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains($"\r\nDate: {expected}\r\n", Encoding.ASCII.GetString(buffer, 0, length), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_VIP_says_that_it_is_full_so_that_no_probe_takes_it_for_a_dead_one()
    {
        Span<byte> buffer = stackalloc byte[300];
        var length = RefusalResponse.Unavailable(buffer, s_now, full: true);
        Assert.Contains("\r\nX-Pointsman: full\r\n", Encoding.ASCII.GetString(buffer[..length]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "302 Found")]
    [InlineData("HEAD", "302 Found")]
    [InlineData("POST", "307 Temporary Redirect")]
    [InlineData("get", "307 Temporary Redirect")]
    [InlineData("PROPFIND", "307 Temporary Redirect")]
    [Trait("rfc", "9110 §15.4.3")]
    [Trait("rfc", "9110 §15.4.8")]
    public void Only_GET_and_HEAD_get_302(string method, string status) => Assert.Contains($" {status}\r\n", Redirect($"{method} /"), StringComparison.Ordinal);

    [Theory]
    [InlineData("/", "/?_pm=TOKEN", "no query")]
    [InlineData("/?", "/?_pm=TOKEN", "an empty query")]
    [InlineData("/?a=1", "/?a=1&_pm=TOKEN", "appended")]
    [InlineData("/?_pm=old", "/?_pm=TOKEN", "replaced")]
    [InlineData("/?a=1&_pm=old&b=%2F;c=\"<", "/?a=1&_pm=TOKEN&b=%2F;c=\"<", "replaced in its place, all others byte for byte")]
    [InlineData("/?_pm&a&_pm=x", "/?_pm=TOKEN&a", "once only")]
    [InlineData("/?x_pm=1&_pmx=2&_PM=3", "/?x_pm=1&_pmx=2&_PM=3&_pm=TOKEN", "other names")]
    [InlineData("/?a=_pm=1&&", "/?a=_pm=1&&&_pm=TOKEN", "empty parameters stay")]
    [InlineData("/caf\u00e9?\u00ff", "/caf%E9?%FF&_pm=TOKEN", "bytes above ASCII are encoded")]
    [InlineData("//evil.example/", "//evil.example/?_pm=TOKEN", "still behind our authority")]
    public void The_location_keeps_path_and_query(string target, string expected, string _)
        => Assert.Contains($"\r\nLocation: http://192.0.2.1:80{expected}\r\n", Redirect($"GET {target}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://www.example.com/a?b", "/a?b&_pm=TOKEN", "the usual one")]
    [InlineData("HTTPS://user@www.example.com:8443/a?b", "/a?b&_pm=TOKEN", "with all that an authority may have")]
    [InlineData("http://www.example.com", "/?_pm=TOKEN", "without a path")]
    [InlineData("http://www.example.com?a", "/?a&_pm=TOKEN", "with a query alone")]
    [Trait("rfc", "9112 §3.2.2")]
    public void The_authority_of_an_absolute_target_gives_way_to_ours(string target, string expected, string _)
        => Assert.Contains($"\r\nLocation: http://192.0.2.1:80{expected}\r\n", Redirect($"GET {target}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("evil\r\nSet-Cookie: a", "a header")]
    [InlineData("evil/path", "a path")]
    [InlineData("a b", "a blank")]
    [InlineData("caf\u00e9.example", "not ASCII")]
    public void An_authority_that_is_none_is_not_sent(string authority, string _) => Assert.Equal("", Redirect("GET /", authority));

    [Fact]
    public void Whatever_the_target_the_response_has_exactly_its_six_fields()
        => Gen.Byte.Array[0, 200].Sample(target =>
        {
            byte[] request = [.. "GET /"u8, .. target, .. " HTTP/1.1\r\n\r\n"u8];
            if (RequestHead.Read(request, true, out var head) != HeadVerdict.Whole || !head.CanRedirect) return;
            var buffer = new byte[4096];
            var length = RefusalResponse.Redirect(buffer, head, "192.0.2.1:80", "TOKEN", s_now);
            var lines = Encoding.Latin1.GetString(buffer, 0, length).Split("\r\n");
            Assert.Equal(8, lines.Length);
            Assert.All(lines, line => Assert.DoesNotContain(line, character => character is < ' ' or > '~'));
        });

    [Fact]
    public void What_does_not_fit_is_not_sent()
    {
        RequestHead.Read("GET /aaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\n\r\n"u8, false, out var head);
        for (var room = 0; room < 150; room++) Assert.Equal(0, RefusalResponse.Redirect(new byte[room], head, "192.0.2.1:80", "TOKEN", s_now));
    }

    [Theory]
    [InlineData(RedirectTo.Address, 80, "192.0.2.1:80")]
    [InlineData(RedirectTo.SiteName, 80, "paris.www.example.com")]
    [InlineData(RedirectTo.SiteName, 8000, "paris.www.example.com:8000")]
    public void The_authority_is_the_address_or_the_sites_own_name(RedirectTo to, int port, string expected)
    {
        var service = new Service { Id = new ServiceId(1), Name = "www.example.com", Redirect = new RedirectSettings { To = to } };
        var site = new Site { Id = new SiteId(1), Name = "paris" };
        Assert.Equal(expected, RedirectAuthority.Of(service, site, new Endpoint(System.Net.IPAddress.Parse("192.0.2.1"), port)));
    }

    private static string Redirect(string line, string authority = "192.0.2.1:80")
    {
        Assert.Equal(HeadVerdict.Whole, RequestHead.Read(Encoding.Latin1.GetBytes(line + " HTTP/1.1\r\n\r\n"), false, out var head));
        var buffer = new byte[1024];
        return Encoding.Latin1.GetString(buffer, 0, RefusalResponse.Redirect(buffer, head, authority, "TOKEN", s_now));
    }
}
