using Pointsman.Dns.Wire;

namespace Pointsman.Conformance.Rfc5155;

public sealed class HashedOwnerTests
{
    [Fact]
    [Trait("rfc", "4648 §7")]
    [Trait("rfc", "5155 §3.3")]
    public void The_next_owner_is_Base32_with_the_hex_alphabet_and_no_padding()
    {
        // The example of RFC 5155 appendix A, and both halves of the alphabet in both cases: 0 to 31 in five bits each.
        Assert.Equal("0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b000140", ZoneText.Proof(RrType.NSEC3, "1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr A"));
        const string Ascending = "00443214c74254b635cf84653a56d7c675be77df";
        Assert.Equal("0100000100" + "14" + Ascending + "000140", ZoneText.Proof(RrType.NSEC3, "1 0 1 - 0123456789abcdefghijklmnopqrstuv A"));
        Assert.Equal("0100000100" + "14" + Ascending + "000140", ZoneText.Proof(RrType.NSEC3, "1 0 1 - 0123456789ABCDEFGHIJKLMNOPQRSTUV A"));
    }

    [Theory]
    [InlineData("0w", "a letter of the other alphabet")]
    [InlineData("04======", "padding")]
    [InlineData("0", "less than an octet")]
    [InlineData("0-", "no letter")]
    [Trait("rfc", "4648 §7")]
    public void What_is_not_in_that_alphabet_is_refused(string hash, string _) => Assert.Null(ZoneText.Rdata("NSEC3", $"1 0 1 - {hash} A"));
}
