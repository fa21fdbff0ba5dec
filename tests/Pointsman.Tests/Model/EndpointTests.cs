using Pointsman.Model;

namespace Pointsman.Tests.Model;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("192.0.2.1:80", "IPv4")]
    [InlineData("[2001:db8::1]:443", "IPv6 in brackets")]
    [InlineData("127.0.0.1:0", "port 0: the system chooses")]
    public void Text_that_is_an_endpoint_comes_back_the_same(string text, string _)
    {
        Assert.True(Endpoint.TryParse(text, out var endpoint));
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData(null, "nothing")]
    [InlineData("192.0.2.1", "no port")]
    [InlineData("10.1:80", "two parts, which the framework reads as 10.0.0.1")]
    [InlineData("2001:db8::1:443", "IPv6 without brackets")]
    [InlineData("[192.0.2.1]:80", "IPv4 in brackets")]
    [InlineData("192.0.2.1:65536", "port too large")]
    [InlineData("192.0.2.1:+80", "sign")]
    [InlineData("example.com:80", "a name")]
    public void Text_that_is_not_an_endpoint_is_refused(string? text, string _) => Assert.False(Endpoint.TryParse(text, out var _));
}
