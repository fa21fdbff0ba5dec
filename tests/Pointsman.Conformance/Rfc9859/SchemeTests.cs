namespace Pointsman.Conformance.Rfc9859;

public sealed class SchemeTests
{
    [Theory]
    [InlineData("DSYNC", "CDS NOTIFY 5359 foo", "003b0114ef03666f6f076578616d706c6503636f6d00", "by name")]
    [InlineData("DSYNC", "CDS 1 5359 foo", "003b0114ef03666f6f076578616d706c6503636f6d00", "the same by number")]
    [InlineData("DSYNC", "CSYNC 128 53 foo", "003e80003503666f6f076578616d706c6503636f6d00", "one for private use")]
    [InlineData("DSYNC", "CDS TELL 53 foo", null, "no such name")]
    [Trait("rfc", "9859 §2.1")]
    public void A_scheme_is_NOTIFY_or_a_number(string type, string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata(type, text));
}
