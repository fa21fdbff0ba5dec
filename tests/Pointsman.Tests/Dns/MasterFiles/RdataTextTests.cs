using System.Text;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;

namespace Pointsman.Tests.Dns.MasterFiles;

/// <summary>Text of each type against its wire form: values of the RFCs' own examples where they give them, else worked out by hand.</summary>
public sealed class RdataTextTests
{
    private const string Foo = "03666f6f076578616d706c6503636f6d00";

    [Theory]
    [InlineData("A", "192.0.2.1", "c0000201")]
    [InlineData("AAAA", "2001:db8::1", "20010db8000000000000000000000001")]
    [InlineData("NS", "foo", Foo)]
    [InlineData("PTR", "foo.example.com.", Foo)]
    [InlineData("CNAME", "foo", Foo)]
    [InlineData("DNAME", "foo", Foo)]
    [InlineData("MX", "10 foo", "000a" + Foo)]
    [InlineData("SRV", "1 2 443 foo", "0001000201bb" + Foo)]
    [InlineData("TXT", "one \"two words\" \"\"", "036f6e650974776f20776f72647300")]
    [InlineData("TXT", "\"semi;colon \\\" \\\\ \\065\"", "1073656d693b636f6c6f6e2022205c2041")]
    [InlineData("SPF", "v=spf1", "06763d73706631")]
    [InlineData("HINFO", "PC-Intel-700mhz \"Redhat Linux\"", "0f50432d496e74656c2d3730306d687a" + "0c526564686174204c696e7578")]
    [InlineData("RP", "foo .", Foo + "00")]
    [InlineData("CAA", "0 issue \"ca.example.net\"", "0005697373756563612e6578616d706c652e6e6574")]
    [InlineData("NAPTR", "100 50 \"s\" \"z3950+I2L+I2C\" \"\" foo", "00640032" + "0173" + "0d7a333935302b49324c2b493243" + "00" + Foo)]
    [InlineData("SSHFP", "2 1 123456789abcdef67890123456789abcdef67890", "0201123456789abcdef67890123456789abcdef67890")]
    [InlineData("TLSA", "3 1 1 AA BB (\n CC )", "030101aabbcc")]
    [InlineData("SMIMEA", "3 0 0 00ff", "03000000ff")]
    [InlineData("DS", "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118", "ec4505012bb183af5f22588179a53b0a98631fad1a292118")]
    [InlineData("CDS", "0 0 0 00", "0000000000")]
    [InlineData("DNSKEY", "256 3 RSASHA1 AQPSKmyn", "0100030501" + "03d22a6ca7")]
    [InlineData("CDNSKEY", "0 3 0 AA==", "0000030000")]
    [InlineData("RRSIG", "A 5 3 86400 20030322173103 20030220173103 2642 foo oJB1W6WN", "0001050300015180" + "3e7c9dd73e5510d7" + "0a52" + Foo + "a090755ba58d")]
    [InlineData("NSEC", "foo A MX RRSIG NSEC TYPE1234", Foo + "0006400100000003" + "041b" + "000000000000000000000000000000000000000000000000000020")]
    [InlineData("NSEC3PARAM", "1 0 12 -", "0100000c00")]
    [InlineData("CSYNC", "66 3 A NS AAAA", "000000420003" + "000460000008")]
    [InlineData("OPENPGPKEY", "AQMD", "010303")]
    [InlineData("URI", "10 1 \"https://example.com/\"", "000a000168747470733a2f2f6578616d706c652e636f6d2f")]
    [InlineData("LOC", "42 21 54 N 71 06 18 W -24m 30m", "003316138917" + "2dd0" + "70be15f0" + "00988d20")]
    [InlineData("EUI48", "00-00-5e-00-53-2a", "00005e00532a")]
    [InlineData("EUI64", "00-00-5e-ef-10-00-00-2a", "00005eef1000002a")]
    [InlineData("NID", "10 0014:4fff:ff20:ee64", "000a00144fffff20ee64")]
    [InlineData("L32", "10 10.1.2.0", "000a0a010200")]
    [InlineData("AFSDB", "1 foo", "0001" + Foo)]
    [InlineData("CERT", "PKIX 1 RSASHA256 AQMD", "0001000108010303")]
    [InlineData("ZONEMD", "2018031500 1 1 c68090d9", "7848b78c0101c68090d9")]
    [InlineData("APL", "1:192.168.32.0/21 !1:192.168.38.0/28", "00011503c0a820" + "00011c83c0a826")]
    [InlineData("APL", "2:FF00:0:0:0:0:0:0:0/8", "00020801ff")]
    [InlineData("APL", "", "")]
    [InlineData("IPSECKEY", "10 1 2 192.0.2.38 AQMD", "0a0102c0000226010303")]
    [InlineData("IPSECKEY", "10 0 0 .", "0a0000")]
    [InlineData("IPSECKEY", "10 3 2 foo AQMD", "0a0302" + Foo + "010303")]
    [InlineData("AMTRELAY", "128 1 3 foo", "8083" + Foo)]
    [InlineData("AMTRELAY", "10 0 2 2001:db8::15", "0a0220010db8000000000000000000000015")]
    [InlineData("HIP", "2 2001AB AQMD foo .", "0302000" + "32001ab010303" + Foo + "00")]
    [InlineData("NSAP", "0x47.0005.80", "47000580")]
    [InlineData("NSAP-PTR", "foo", Foo)]
    [InlineData("GPOS", "-32.6882 116.8652 10.0", "082d33322e36383832083131362e383635320431302e30")]
    [InlineData("TALINK", "foo .", Foo + "00")]
    [InlineData("IPN", "18446744073709551615", "ffffffffffffffff")]
    [InlineData("DSYNC", "CDS NOTIFY 5359 foo", "003b0114ef" + Foo)]
    [InlineData("RESINFO", "qnamemin exterr=15-17", "08716e616d656d696e0c6578746572723d31352d3137")]
    [InlineData("WALLET", "BTC x", "034254430178")]
    [InlineData("DLV", "1 5 1 aa", "00010501aa")]
    [InlineData("TYPE65280", "\\# 4 0A 00 00 01", "0a000001")]
    [InlineData("A", "\\# 4 0A000001", "0a000001")]
    [InlineData("TYPE1", "10.0.0.1", "0a000001")]
    [InlineData("TYPE65281", "\\# 0", "")]
    [InlineData("HTTPS", "0 foo", "0000" + Foo)]
    [InlineData("SVCB", "1 .", "000100")]
    [InlineData("SVCB", "16 foo port=53", "0010" + Foo + "000300020035")]
    [InlineData("SVCB", "1 foo key667=hello", "0001" + Foo + "029b000568656c6c6f")]
    [InlineData("SVCB", "1 foo key667=\"hello\\210qoo\"", "0001" + Foo + "029b000968656c6c6fd2716f6f")]
    [InlineData("SVCB", "1 foo ipv6hint=\"2001:db8::1,2001:db8::53:1\"", "0001" + Foo + "00060020" + "20010db8000000000000000000000001" + "20010db8000000000000000000530001")]
    [InlineData("SVCB", "16 foo (alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1)", "0010" + Foo + "0000000400010004" + "00010009" + "02683205" + "68332d3139" + "00040004c0000201")]
    [InlineData("SVCB", "16 foo alpn=\"f\\\\\\\\oo\\\\,bar,h2\"", "0010" + Foo + "0001000c08665c6f6f2c626172026832")]
    [InlineData("SVCB", "16 foo alpn=f\\\\\\\\oo\\\\,bar,h2", "0010" + Foo + "0001000c08665c6f6f2c626172026832")]
    [Trait("mission", "P1.1")]
    public void Text_becomes_octets(string type, string text, string hex)
    {
        Assert.True(RrTypeText.TryParse(type, out var rrType));
        var read = Read($"host {type} {text}");
        Assert.Empty(read.Errors);
        Assert.Equal(hex, Convert.ToHexStringLower(read.Zone!.FindExact(DomainName.Parse("host.example.com"), rrType)!.Value.RdataOf(0)));
    }

    [Fact]
    public void NSEC3_becomes_octets_though_no_query_finds_it()
    {
        var tokens = new List<Token>();
        new Scanner("1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr A"u8.ToArray(), "test.zone").TryReadEntry(tokens, out _, out _);
        var rdata = new RdataReader(tokens, 0, DomainName.Root, default).Read(RrType.NSEC3);
        Assert.Equal("0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b000140", Convert.ToHexStringLower(rdata.Octets));
    }

    [Theory]
    [InlineData("CNAME b\u00fccher", "a letter outside ASCII")]
    [InlineData("CNAME a\u0001b", "a control character")]
    [InlineData("A,NS 1", "two types in one word")]
    [InlineData("AAAA [2001:db8::1]", "brackets")]
    [InlineData("APL 3:192.0.2.0/24", "a family of no address")]
    [InlineData("APL 1:192.0.2.0/33", "longer than an address")]
    [InlineData("APL 1:192.0.2.0", "no length")]
    [InlineData("IPSECKEY 10 1 2 2001:db8::1 AQMD", "the other family")]
    [InlineData("IPSECKEY 10 0 2 foo AQMD", "a gateway of kind none")]
    [InlineData("AMTRELAY 10 2 0 .", "a bit of 2")]
    [InlineData("AMTRELAY \\# 2 0a04", "a relay of kind 4")]
    [InlineData("HIP \\# 4 05020000", "a tag over the end")]
    [InlineData("APL \\# 5 00012001 00", "a trailing zero octet")]
    [InlineData("A 192.0.2", "three parts")]
    [InlineData("A 192.0.2.256", "over 255")]
    [InlineData("A 2001:db8::1", "the other family")]
    [InlineData("A 192.0.2.1 192.0.2.2", "two addresses in one record")]
    [InlineData("A", "nothing")]
    [InlineData("AAAA 192.0.2.1", "the other family")]
    [InlineData("MX foo", "no preference")]
    [InlineData("MX 65536 foo", "over 16 bits")]
    [InlineData("MX -1 foo", "negative")]
    [InlineData("TXT \"not closed", "an open quote")]
    [InlineData("TXT \\300", "an escape over 255")]
    [InlineData("CAA 0 is-sue x", "a tag with a hyphen")]
    [InlineData("DS 1 1 1 0", "half an octet")]
    [InlineData("TYPE65280 10.0.0.1", "an unknown type has generic form alone")]
    [InlineData("TYPE65280 \\# 4 0A0000", "too few octets")]
    [InlineData("A \\# 3 0A0000", "not an address")]
    [InlineData("MX \\# 3 000a05", "a name cut short")]
    [InlineData("NOSUCHTYPE 1", "no such type")]
    [InlineData("ANY 1", "a type that asks")]
    [InlineData("OPT 1", "a type that never stands in a zone")]
    [InlineData("CH A 192.0.2.1", "another class")]
    [InlineData("99999999999 A 192.0.2.1", "a TTL over 31 bits")]
    [InlineData("SVCB 1 foo ( key123=abc key123=def )", "RFC 9460 D.3: a key twice")]
    [InlineData("SVCB 1 foo mandatory", "RFC 9460 D.3: no value")]
    [InlineData("SVCB 1 foo alpn", "RFC 9460 D.3: no value")]
    [InlineData("SVCB 1 foo port", "RFC 9460 D.3: no value")]
    [InlineData("SVCB 1 foo ipv4hint", "RFC 9460 D.3: no value")]
    [InlineData("SVCB 1 foo ipv6hint", "RFC 9460 D.3: no value")]
    [InlineData("SVCB 1 foo no-default-alpn=abc", "RFC 9460 D.3: a value")]
    [InlineData("SVCB 1 foo mandatory=key123", "RFC 9460 D.3: mandatory and missing")]
    [InlineData("SVCB 1 foo mandatory=mandatory", "RFC 9460 D.3: mandatory itself")]
    [InlineData("SVCB 1 foo ( mandatory=key123,key123 key123=abc )", "RFC 9460 D.3: mandatory twice")]
    [InlineData("LOC 91 N 0 E 0m", "past the pole")]
    public void What_is_no_record_is_refused_with_its_place(string text, string _)
    {
        var read = Read($"host {text}");
        Assert.Null(read.Zone);
        Assert.Equal(("test.zone", 4), (Assert.Single(read.Errors).Place.File, read.Errors[0].Place.Line));
        Assert.True(read.Errors[0].Place.Column >= 1);
    }

    private static MasterFileResult Read(string line) => MasterFile.Parse(
        DomainName.Parse("example.com"), Encoding.UTF8.GetBytes($"$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\n{line}\n"), "test.zone");
}
