using Pointsman.Dns.Wire;

namespace Pointsman.Conformance.Rfc1035;

public sealed class NameTests
{
    [Theory]
    [InlineData("00", ".", "the root alone")]
    [InlineData("0161016200", "a.b.", "labels, each with its length before it, and the root")]
    [InlineData("012E00", @"\..", "any octet may stand in a label")]
    [InlineData("", null, "nothing")]
    [InlineData("0161", null, "no root at the end")]
    [InlineData("0261", null, "a label that is cut off")]
    [InlineData("0000", null, "something after the root")]
    [InlineData("0161000161", null, "a root in the middle")]
    [InlineData("C000", null, "a pointer")]
    [InlineData("4161", null, "a length octet that is none")]
    [Trait("rfc", "1035 §3.1")]
    public void A_name_is_labels_that_end_with_the_root(string octets, string? text, string _)
    {
        Assert.Equal(text is not null, DomainName.TryFromWire(Convert.FromHexString(octets), out var name));
        Assert.Equal(text, name?.ToString());
    }

    [Fact, Trait("rfc", "1035 §3.1")]
    public void A_label_has_63_octets_and_a_name_255_at_most()
    {
        byte[] Label(int length) => [(byte)length, .. Enumerable.Repeat((byte)'a', length)];
        Assert.True(DomainName.TryFromWire([.. Label(63), .. Label(63), .. Label(63), .. Label(61), 0], out var longest));
        Assert.Equal(255, longest.Length);
        Assert.False(DomainName.TryFromWire([.. Label(63), .. Label(63), .. Label(63), .. Label(62), 0], out _));
        Assert.False(DomainName.TryFromWire([.. Label(64), 0], out _));
    }
}
