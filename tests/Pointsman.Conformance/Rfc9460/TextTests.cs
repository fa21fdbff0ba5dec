namespace Pointsman.Conformance.Rfc9460;

public sealed class TextTests
{
    private const string Foo = "03666f6f076578616d706c6503636f6d00";

    [Theory]
    [InlineData("16 foo port=53", "0010" + Foo + "000300020035", "a key with a value")]
    [InlineData("1 foo port=\"53\"", "0001" + Foo + "000300020035", "in quotes")]
    [InlineData("1 foo key667=hello", "0001" + Foo + "029b000568656c6c6f", "a key by number")]
    [InlineData("1 foo key3=\\000\\053", null, "a known key by number has that key's own form")]
    [InlineData("1 foo ( key123=abc key123=def )", null, "a key twice")]
    [InlineData("1 foo ( port=53 key3=53 )", null, "a key twice, by name and by number")]
    [InlineData("1 foo port", null, "a value is missing")]
    [InlineData("1 foo no-default-alpn=abc", null, "a value too many")]
    [Trait("rfc", "9460 §2.1")]
    public void Parameters_are_keys_with_values(string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata("SVCB", text));

    [Theory]
    [InlineData("1 foo key667=\"hello\\210qoo\"", "0001" + Foo + "029b000968656c6c6fd2716f6f", "an escape in a value")]
    [InlineData("1 foo key667=\"two words\"", "0001" + Foo + "029b000974776f20776f726473", "a blank between quotes")]
    [InlineData("1 foo key667=a\\ b", "0001" + Foo + "029b0003612062", "a blank behind a backslash")]
    [InlineData("1 foo key667=\"open", null, "a quote that is never closed")]
    [Trait("rfc", "9460 §A")]
    public void A_value_is_a_character_string_in_one_word_with_its_key(string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata("SVCB", text));

    [Theory]
    [InlineData("16 foo alpn=h2,h3", "0010" + Foo + "00010006" + "026832" + "026833", "a comma parts")]
    [InlineData("16 foo alpn=\"f\\\\\\\\oo\\\\,bar,h2\"", "0010" + Foo + "0001000c" + "08665c6f6f2c626172" + "026832", "the example: an escaped backslash, an escaped comma")]
    [InlineData("16 foo alpn=f\\\\\\092oo\\092,bar,h2", "0010" + Foo + "0001000c" + "08665c6f6f2c626172" + "026832", "the same by numbers")]
    [InlineData("16 foo alpn=h2,,h3", null, "an empty item")]
    [InlineData("16 foo alpn=,", null, "two empty items")]
    [Trait("rfc", "9460 §A.1")]
    public void Items_of_a_list_are_parted_by_commas_once_its_escapes_are_undone(string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata("SVCB", text));

    [Theory]
    [InlineData("16 foo mandatory=ipv4hint,alpn alpn=h2 ipv4hint=192.0.2.1", "0010" + Foo + "0000000400010004" + "00010003026832" + "00040004c0000201", "ascending on the wire")]
    [InlineData("1 foo mandatory=key123", null, "mandatory and not there")]
    [InlineData("1 foo mandatory=mandatory", null, "mandatory itself")]
    [InlineData("1 foo mandatory=key123,key123 key123=abc", null, "twice")]
    [Trait("rfc", "9460 §8")]
    public void Mandatory_keys_are_there_each_once_and_not_mandatory_itself(string text, string? rdata, string _) => Assert.Equal(rdata, ZoneText.Rdata("SVCB", text));
}
