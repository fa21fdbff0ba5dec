using Pointsman.Dns.Wire;

namespace Pointsman.Conformance.Rfc1035;

public sealed class MasterFileTests
{
    [Theory]
    [InlineData("host A 192.0.2.9", "a name without a dot at its end is relative to the origin")]
    [InlineData("host.example.com. A 192.0.2.9", "with one it is not")]
    [InlineData("$ORIGIN com.\nhost.example A 192.0.2.9", "another origin")]
    [InlineData("$ORIGIN host\n@ A 192.0.2.9", "@ is the origin, and an origin is relative to the one before")]
    [InlineData("host TXT x\n\tA 192.0.2.9", "a line that begins with a blank has the last owner")]
    [InlineData("host 60 IN A 192.0.2.9", "TTL and class")]
    [InlineData("host IN 60 A 192.0.2.9", "class and TTL")]
    [InlineData("host A ( ; begins\n192.0.2.9 ; ends\n)", "parentheses join lines, a semicolon begins a comment")]
    [InlineData("\\104ost A 192.0.2.9", "\\DDD is the octet of that number")]
    [InlineData("h\\ost A 192.0.2.9", "a backslash takes the meaning of what follows it away")]
    [Trait("rfc", "1035 §5.1")]
    public void Entries_are_read(string lines, string _)
        => Assert.Equal("c0000209", Convert.ToHexStringLower(ZoneText.Read(lines)!.FindExact(DomainName.Parse("host.example.com"), RrType.A)!.Value.RdataOf(0)));

    [Theory]
    [InlineData("\"a;b(c)\"", "0661 3b62 2863 29", "between quotes nothing is special")]
    [InlineData("\"a \\\" b\"", "0561 2022 2062", "but a backslash")]
    [InlineData("a\\;b", "0361 3b62", "outside them a backslash guards")]
    [InlineData("\\000\\255", "0200 ff", "any octet by its number")]
    [Trait("rfc", "1035 §5.1")]
    public void Strings_are_read(string text, string octets, string _) => Assert.Equal(octets.Replace(" ", "", StringComparison.Ordinal), ZoneText.Rdata("TXT", text));
}
