using System.Net;
using Pointsman.Topology;

namespace Pointsman.Tests.Topology;

public sealed class PrefixTests
{
    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.0/24")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("192.0.2.7", "192.0.2.7/32")]
    [InlineData("2001:DB8::/32", "2001:db8::/32")]
    [InlineData("::/0", "::/0")]
    [InlineData("::1", "::1/128")]
    [InlineData("2001:db8::1/128", "2001:db8::1/128")]
    public void Text_that_is_a_prefix(string text, string canonical)
    {
        Assert.True(Prefix.TryParse(text, out var prefix));
        Assert.Equal(canonical, prefix.ToString());
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("192.0.2.1/24", "bits past the length")]
    [InlineData("2001:db8::1/32", "bits past the length")]
    [InlineData("192.0.2.0/33", "longer than the family")]
    [InlineData("::/129", "longer than the family")]
    [InlineData("192.0.2.0/", "no length")]
    [InlineData("192.0.2.0/-1", "a sign")]
    [InlineData("192.0.2.0/+24", "a sign")]
    [InlineData("192.0.2.0/024x", "a letter")]
    [InlineData("10.1/16", "two parts, which the framework reads as 10.0.0.1")]
    [InlineData("192.0.2.0.0/24", "five parts")]
    [InlineData("192.0.02.0/24", "a leading zero, which some read as octal")]
    [InlineData("0x7f.0.0.1", "hexadecimal")]
    [InlineData("192.0..0/24", "an empty part")]
    [InlineData("256.0.0.0/8", "a part too large")]
    [InlineData("fe80::1%eth0", "a zone index")]
    [InlineData("[::1]", "brackets")]
    [InlineData("1:2:3:4:5:6:7:8:9", "nine groups")]
    [InlineData("2130706433", "an integer, which the framework reads as 127.0.0.1")]
    [InlineData("192.0.2.0/99999999999", "a length that no integer holds")]
    public void Text_that_is_none(string text, string description) => Assert.False(Prefix.TryParse(text, out _), description);

    [Fact]
    public void A_prefix_contains_its_own_family_only()
    {
        var prefix = Prefix.Around(IPAddress.Parse("192.0.2.200"), 25);
        Assert.Equal("192.0.2.128/25", prefix.ToString());
        Assert.True(prefix.Contains(IPAddress.Parse("192.0.2.255")));
        Assert.False(prefix.Contains(IPAddress.Parse("192.0.2.127")));
        Assert.False(prefix.Contains(IPAddress.Parse("::ffff:192.0.2.255")));
        Assert.False(Prefix.Around(IPAddress.IPv6Any, 0).Contains(IPAddress.Any));
        Assert.True(Prefix.Around(IPAddress.Any, 0).Contains(IPAddress.Broadcast));
    }

    [Fact]
    public void Equal_networks_are_equal_values() =>
        Assert.Equal(Prefix.Around(IPAddress.Parse("192.0.2.1"), 24), Prefix.Around(IPAddress.Parse("192.0.2.99"), 24));
}
