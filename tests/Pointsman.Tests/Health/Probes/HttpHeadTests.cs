using System.Text;
using Pointsman.Health.Probes;

namespace Pointsman.Tests.Health.Probes;

public sealed class HttpHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK", 200, "OK", "the usual one")]
    [InlineData("HTTP/1.0 404 Not Found", 404, "Not Found", "a phrase of two words, an older minor version")]
    [InlineData("HTTP/1.1 503 ", 503, "", "no phrase")]
    [InlineData("HTTP/1.1 599", 599, "", "nor the space before it")]
    [InlineData("HTTP/1.1 999 Odd", 999, "Odd", "three digits are enough")]
    [InlineData("HTTP/1.1 099 Low", null, null, "no class begins with 0")]
    [InlineData("HTTP/1.1 2000 OK", null, null, "four digits")]
    [InlineData("HTTP/1.1 20 OK", null, null, "two digits")]
    [InlineData("HTTP/1.1  200 OK", null, null, "two spaces")]
    [InlineData("HTTP/2.0 200 OK", null, null, "another major version")]
    [InlineData("http/1.1 200 OK", null, null, "its name has capitals")]
    [Trait("rfc", "9112 §4")]
    public void A_status_line_is_a_version_a_code_and_perhaps_a_phrase(string line, int? status, string? phrase, string _)
    {
        var head = new HttpHead();
        Assert.Equal(status is not null, head.TryStatusLine(Encoding.ASCII.GetBytes(line)));
        if (status is not null) Assert.Equal((status.Value, phrase), (head.Status, head.ReasonPhrase));
    }

    [Theory]
    [InlineData("Server: a", " b", true, "a space")]
    [InlineData("Server: a", "\tContent-Length: 7", true, "a tab; what follows is no field of its own")]
    [InlineData("Content-Length: 5", " 5", false, "a length is not folded")]
    [InlineData("Transfer-Encoding: gzip,", " chunked", false, "nor is a coding")]
    [Trait("rfc", "9112 §5.2")]
    public void A_folded_line_goes_on_with_the_field_before_it(string field, string folded, bool taken, string _)
    {
        var head = new HttpHead();
        Assert.True(head.TryField(Encoding.ASCII.GetBytes(field), isWhole: true));
        var before = head.ContentLength;
        Assert.Equal(taken, head.TryField(Encoding.ASCII.GetBytes(folded), isWhole: true));
        Assert.Equal(before, head.ContentLength);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(199, true)]
    [InlineData(200, false)]
    [InlineData(204, true)]
    [InlineData(206, false)]
    [InlineData(304, true)]
    [InlineData(404, false)]
    [Trait("rfc", "9110 §6.4.1")]
    public void Some_codes_have_no_body_whatever_the_fields_say(int status, bool none)
    {
        var head = new HttpHead();
        Assert.True(head.TryStatusLine(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Why")));
        Assert.True(head.TryField("Content-Length: 5"u8, isWhole: true));
        Assert.Equal(none, head.HasNoBody);
    }
}
