using Pointsman.Dns.Wire;

namespace Pointsman.Conformance.Rfc4034;

public sealed class ProofTests
{
    private const string Before = "0001050300015180", After = "0a52076578616d706c6503636f6d0001";

    [Theory]
    [InlineData("20030322173103 20030220173103", "3e7c9dd73e5510d7", "as dates")]
    [InlineData("1048354263 1045762263", "3e7c9dd73e5510d7", "the same as seconds since 1970")]
    [InlineData("21060207062815 19700101000000", "ffffffff00000000", "the first and the last")]
    [Trait("rfc", "4034 §3.2")]
    public void Times_are_dates_or_seconds(string times, string octets, string _)
        => Assert.Equal(Before + octets + After, ZoneText.Proof(RrType.RRSIG, $"A 5 3 86400 {times} 2642 example.com. AQ=="));

    [Theory]
    [InlineData("20031322173103", "a month past the twelfth")]
    [InlineData("20030322240000", "an hour past the last")]
    [InlineData("4294967296", "more than 32 bits")]
    [InlineData("2003-03-22", "another writing")]
    [Trait("rfc", "4034 §3.2")]
    public void What_is_no_time_is_refused(string time, string _)
        => Assert.Null(ZoneText.Rdata("RRSIG", $"A 5 3 86400 {time} 20030220173103 2642 example.com. AQ=="));

    [Theory]
    [InlineData("A MX RRSIG NSEC TYPE1234", "0006400100000003041b000000000000000000000000000000000000000000000000000020", "the example: two windows")]
    [InlineData("TYPE1234 NSEC RRSIG MX A MX", "0006400100000003041b000000000000000000000000000000000000000000000000000020", "in any order, each once")]
    [InlineData("NS", "000120", "trailing zero octets are left out")]
    [InlineData("CAA TYPE65535", "01" + "01" + "40" + "ff" + "20" + "0000000000000000000000000000000000000000000000000000000000000001", "the last window")]
    [Trait("rfc", "4034 §4.1.2")]
    public void Types_are_bits_in_windows(string types, string octets, string _)
        => Assert.Equal("00" + octets, ZoneText.Rdata("NSEC", $". {types}"));

    [Theory]
    [InlineData("0000", "a window of no octet")]
    [InlineData("0021" + "000000000000000000000000000000000000000000000000000000000000000001", "a window of 33 octets")]
    [InlineData("000120000140", "a window twice")]
    [InlineData("010120000140", "windows that do not ascend")]
    [InlineData("000220", "a window cut short")]
    [Trait("rfc", "4034 §4.1.2")]
    public void Windows_that_are_none_are_refused(string octets, string _)
        => Assert.Null(ZoneText.Rdata("NSEC", $"\\# {1 + (octets.Length / 2)} 00{octets}"));
}
