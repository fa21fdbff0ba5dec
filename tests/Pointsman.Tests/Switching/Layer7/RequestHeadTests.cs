using System.Text;
using CsCheck;
using Pointsman.Switching.Layer7;

namespace Pointsman.Tests.Switching.Layer7;

public sealed class RequestHeadTests
{
    private const string End = "\r\nHost: x\r\n\r\n";

    [Theory]
    [InlineData("GET / HTTP/1.1" + End, "GET", "/", null, "the simplest")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "GET", "/", null, "HTTP/1.0 without fields")]
    [InlineData("POST /a/b?x=1&y HTTP/1.1" + End, "POST", "/a/b", "x=1&y", "a query")]
    [InlineData("GET /a? HTTP/1.1" + End, "GET", "/a", "", "an empty query")]
    [InlineData("GET /a?b?c HTTP/1.1" + End, "GET", "/a", "b?c", "a question mark within the query")]
    [InlineData("GET http://user@host:80/a?b HTTP/1.1" + End, "GET", "/a", "b", "absolute-form")]
    [InlineData("GET HTTPS://host HTTP/1.1" + End, "GET", "/", null, "absolute-form without a path")]
    [InlineData("GET http://host?q HTTP/1.1" + End, "GET", "/", "q", "absolute-form with a query alone")]
    [InlineData("OPTIONS * HTTP/1.1" + End, "OPTIONS", "", null, "asterisk-form names no resource")]
    [InlineData("CONNECT host:443 HTTP/1.1" + End, "CONNECT", "", null, "authority-form names no resource")]
    [InlineData("GET //evil.example/ HTTP/1.1" + End, "GET", "//evil.example/", null, "two slashes are a path after our authority")]
    [Trait("rfc", "9112 §3")]
    public void A_request_is_read(string text, string method, string path, string? query, string _)
    {
        Assert.Equal(HeadVerdict.Whole, RequestHead.Read(Encoding.Latin1.GetBytes(text), false, out var head));
        Assert.Equal(method, Encoding.ASCII.GetString(head.Method));
        Assert.Equal(path, Encoding.ASCII.GetString(head.Path));
        Assert.Equal(query, head.HasQuery ? Encoding.ASCII.GetString(head.Query) : null);
        Assert.Equal(path.Length > 0, head.CanRedirect);
    }

    [Fact]
    [Trait("rfc", "9112 §2.2")]
    public void An_empty_line_before_the_request_is_passed_over()
    {
        Assert.Equal(HeadVerdict.Whole, RequestHead.Read(Encoding.ASCII.GetBytes("\r\nGET /a HTTP/1.1" + End), false, out var head));
        Assert.Equal("/a", Encoding.ASCII.GetString(head.Path));
    }

    [Theory]
    [InlineData("\u0016\u0003\u0001\u0002\0", "TLS")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "SSH: its first word is a token but ends the line")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2")]
    [InlineData("GET / HTTP/1.x\r\n\r\n", "no digit")]
    [InlineData("GET / http/1.1\r\n\r\n", "lower case")]
    [InlineData("GET /\r\n", "HTTP/0.9")]
    [InlineData("GET  / HTTP/1.1\r\n\r\n", "two blanks")]
    [InlineData("GET /a b HTTP/1.1\r\n\r\n", "a blank in the target")]
    [InlineData("GET /a\tb HTTP/1.1\r\n\r\n", "a tab in the target")]
    [InlineData("GET /a\nSet-Cookie:x HTTP/1.1\r\n\r\n", "a line feed in the target")]
    [InlineData("GET /a#b HTTP/1.1\r\n\r\n", "a fragment")]
    [InlineData("GET /\u007f HTTP/1.1\r\n\r\n", "DEL")]
    [InlineData(" GET / HTTP/1.1\r\n\r\n", "a blank before it")]
    [InlineData("G@T / HTTP/1.1\r\n\r\n", "no token")]
    [InlineData("GET / HTTP/1.1\n\n", "bare line feeds")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "a word too long for a method")]
    [Trait("rfc", "9112 §3")]
    public void What_is_not_a_request_is_known_without_waiting(string text, string _)
        => Assert.Equal(HeadVerdict.NotHttp, RequestHead.Read(Encoding.Latin1.GetBytes(text), false, out var _));

    [Fact]
    public void Every_beginning_of_a_request_waits_for_more_and_is_none_when_nothing_comes()
    {
        var text = Encoding.ASCII.GetBytes("\r\nGET /a?b HTTP/1.1\r\nHost: x\r\nCookie: y\r\n\r\n");
        var line = Encoding.ASCII.GetString(text).IndexOf("Host", StringComparison.Ordinal);
        for (var length = 0; length < text.Length; length++)
        {
            Assert.Equal(HeadVerdict.More, RequestHead.Read(text.AsSpan(0, length), false, out _));
            var expected = length >= line ? HeadVerdict.Whole : HeadVerdict.NotHttp;
            Assert.Equal(expected, RequestHead.Read(text.AsSpan(0, length), true, out _));
        }

        Assert.Equal(HeadVerdict.Whole, RequestHead.Read(text, false, out _));
    }

    [Fact]
    public void Any_bytes_get_a_verdict_and_a_target_never_holds_a_control()
        => Gen.OneOf(Gen.Byte.Array[0, 300], Mutated).Sample(bytes =>
        {
            foreach (var ended in (bool[])[false, true])
            {
                var verdict = RequestHead.Read(bytes, ended, out var head);
                Assert.True(verdict != HeadVerdict.More || !ended);
                if (verdict != HeadVerdict.Whole) continue;
                Assert.Equal(-1, head.Path.IndexOfAnyInRange((byte)0, (byte)0x20));
                Assert.Equal(-1, head.Query.IndexOfAnyInRange((byte)0, (byte)0x20));
            }
        });

    private static Gen<byte[]> Mutated => Gen.Select(Gen.Int[0, 40], Gen.Byte, Gen.Int[0, 40], Gen.Byte).Select((at, value, cut, other) =>
    {
        var bytes = Encoding.ASCII.GetBytes("GET /path?a=b&_pm=c HTTP/1.1\r\nHost: x\r\n\r\n");
        bytes[at] = value;
        bytes[cut] = other;
        return bytes;
    });
}
