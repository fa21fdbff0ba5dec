namespace Pointsman.Conformance.Rfc8659;

public sealed class TagTests
{
    [Theory]
    [InlineData("CAA", "0 issue ca.example.net", "0005697373756563612e6578616d706c652e6e6574", "as usual")]
    [InlineData("CAA", "128 Tbs2 Unknown", "800454627332556e6b6e6f776e", "critical, unknown, with a digit")]
    [InlineData("CAA", "0 issue \"\"", "00056973737565", "an empty value")]
    [InlineData("CAA", "0 is-sue x", null, "a hyphen")]
    [InlineData("CAA", "0 \"\" x", null, "no letter at all")]
    [InlineData("CAA", "256 issue x", null, "flags past eight bits")]
    [Trait("rfc", "8659 §4.1")]
    public void A_tag_is_letters_and_digits(string type, string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata(type, text));
}
