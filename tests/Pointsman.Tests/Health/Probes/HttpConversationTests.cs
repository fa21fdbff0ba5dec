using System.Text;
using System.Text.RegularExpressions;
using Pointsman.Health;
using Pointsman.Health.Probes;
using Pointsman.Model;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health.Probes;

public sealed class HttpConversationTests
{
    [Theory]
    [InlineData("192.0.2.1:80", null, "Host: www.example.com\r\n", "the service's name, without the scheme's own port")]
    [InlineData("192.0.2.1:8080", null, "Host: www.example.com:8080\r\n", "with any other port")]
    [InlineData("192.0.2.1:8080", "Other.example", "Host: Other.example\r\n", "as configured")]
    [InlineData("192.0.2.1:80", "a\r\nX: y", "Host: a%0D%0AX:%20y\r\n", "nobody adds a line")]
    [Trait("rfc", "9110 §7.2")]
    public void The_request_names_its_host(string vip, string? host, string expected, string _) =>
        Assert.Contains(expected, Request(vip, new HttpCheck { Host = host }));

    [Fact]
    public void A_pattern_that_costs_more_than_it_may_on_this_body_is_given_up()
    {
        // Each x begins another way to match that goes on for four thousand characters: far more than the one millisecond that it may take here.
        var random = new Random(1);
        var body = new byte[HttpReply.KeptBodyBytes];
        for (var at = 0; at < body.Length; at++) body[at] = "axb"u8[random.Next(3)];
        var costly = new Regex("[\\s\\S]*x.{4000}y", RegexOptions.NonBacktracking, TimeSpan.FromMilliseconds(1));
        Assert.Equal("looking for '[\\s\\S]*x.{4000}y' in 65536 bytes of its body took more than 1 ms", new HttpReply(200, "OK", false, null, null, body.Length, false).MatchFault(costly, body));
    }

    [Fact]
    [Trait("rfc", "9112 §9.6")]
    public void The_request_asks_for_one_reply_and_the_close()
    {
        var request = Request("192.0.2.1:80", new HttpCheck());
        Assert.Single(request.Split("\r\n"), line => line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("\r\nConnection: close\r\n", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health?deep=1&x=%20", "GET /health?deep=1&x=%20 HTTP/1.1\r\n", "as written")]
    [InlineData("health", "GET /health HTTP/1.1\r\n", "always from the root")]
    [InlineData("/a b\r\nX: ü", "GET /a%20b%0D%0AX:%20%C3%BC HTTP/1.1\r\n", "nothing ends the line early")]
    public void The_request_asks_for_the_path(string path, string expected, string _) =>
        Assert.StartsWith(expected, Request("192.0.2.1:80", new HttpCheck { Path = path }));

    [Theory]
    [InlineData(503, "Retry-After: 5", true, false, "it says that it is overloaded")]
    [InlineData(503, "X-Other: 5", false, false, "broken, for all it says")]
    [InlineData(503, "Retry-After: 5\r\nX-Pointsman: full", false, true, "a full VIP of the cluster")]
    [InlineData(429, "X-Other: 5", true, false, "by configuration")]
    [InlineData(500, "Retry-After: 5", false, false, "an error is an error")]
    [Trait("rfc", "9110 §15.6.4")]
    public void A_server_that_is_overloaded_is_not_taken_for_a_broken_one(int status, string fields, bool isBusy, bool isFull, string _)
    {
        var reader = new HttpReplyReader(new byte[1024], null, new HttpHead());
        var progress = reader.Feed(Encoding.UTF8.GetBytes($"HTTP/1.1 {status} Why\r\n{fields}\r\nContent-Length: 0\r\n\r\n"));
        var spoken = HttpConversation.Of(reader, progress).Judge(new HttpCheck { OverloadedStatus = [(429, 429)] }, default, 1);
        Assert.NotNull(spoken.Failure);
        Assert.Equal((isBusy, isFull), (spoken.IsBusy, spoken.IsFull));
    }

    [Theory]
    [InlineData(200, "all is ok", "ok", null, "status and text")]
    [InlineData(302, "", null, null, "the end of a range")]
    [InlineData(404, "ok", "ok", "status 404 Why, expected 200, 300-302", "status")]
    [InlineData(200, "all is lost", "ok", "200 Why, but 'ok' is not in 11 bytes of its body", "text")]
    [InlineData(200, "", "ok", "200 Why, but 'ok' is not in 0 bytes of its body", "no body at all")]
    [Trait("mission", "P4.2")]
    public void A_reply_is_judged_by_status_and_text(int status, string body, string? text, string? failure, string _)
    {
        var check = new HttpCheck { ExpectStatus = [(200, 200), (300, 302)], ExpectBody = text };
        var reader = new HttpReplyReader(new byte[1024], new byte[1024], new HttpHead());
        var progress = reader.Feed(Encoding.UTF8.GetBytes($"HTTP/1.1 {status} Why\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        Assert.Equal(ReplyProgress.Complete, progress);
        Assert.Equal(failure, HttpConversation.Of(reader, progress).Judge(check, reader.Kept, 1).Failure);
    }

    private static string Request(string vip, HttpCheck check) => Encoding.ASCII.GetString(HttpRequest.Of(check, new ProbeTarget
    {
        Key = new TargetKey(new VipKey(Given.Web, Given.There, Given.At(vip))),
        ConnectTo = Given.At("127.0.0.1:9"),
        Settings = new ProbeSettings { Check = check },
        HostName = "www.example.com",
    }).ToBytes(check));
}
