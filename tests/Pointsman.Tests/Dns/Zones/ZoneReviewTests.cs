using System.Text;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;

namespace Pointsman.Tests.Dns.Zones;

/// <summary>What a zone may say and hardly means. Every zone here loads; the sound ones give no warning.</summary>
public sealed class ZoneReviewTests
{
    private static MasterFileResult Read(string text) => MasterFile.Parse(
        DomainName.Parse("example.com"), Encoding.UTF8.GetBytes("$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n" + text + "\n"), "test.zone");

    [Theory]
    [InlineData("a A 192.0.2.2\na 30 A 192.0.2.3", 6, "a.example.com. A has TTL 30 here and 60 before: the whole set gets the shorter one")]
    [InlineData("a A 192.0.2.2\na A 192.0.2.2", 6, "a.example.com. A is written twice: it counts once")]
    [InlineData("a MX 10 b\na MX 10 B", 6, "a.example.com. MX is written twice: it counts once")]
    [InlineData("a CNAME ns\n@ MX 10 a", 6, "MX names a.example.com., which is a CNAME record: many resolvers and senders will not follow it")]
    [InlineData("a CNAME ns\n@ NS a", 6, "NS names a.example.com., which is a CNAME record: many resolvers and senders will not follow it")]
    [InlineData("*.w CNAME ns\n_x._tcp SRV 0 0 1 x.w", 6, "SRV names x.w.example.com., which is a CNAME record: many resolvers and senders will not follow it")]
    [InlineData("@ NS nowhere", 5, "NS names nowhere.example.com., which has no address in this zone")]
    [InlineData("sub NS ns.sub", 5, "glue is missing: ns.sub.example.com. serves sub.example.com. and has no address here")]
    [InlineData("sub NS ns\nx.sub A 192.0.2.2", 6, "x.sub.example.com. lies below the delegation of sub.example.com.: its A record is never answered")]
    [InlineData("sub NS ns\nsub TXT x", 6, "sub.example.com. is delegated: its TXT record is never answered")]
    [InlineData("sub NS ns.sub\nns.sub A 192.0.2.2\nns.sub MX 1 ns", 7, "ns.sub.example.com. lies below the delegation of sub.example.com.: its MX record is never answered")]
    [InlineData("d DNAME example.net.\nx.d A 192.0.2.2", 6, "x.d.example.com. lies below the DNAME record of d.example.com.: its A record is never answered")]
    [InlineData("a DS 1 13 2 00", 5, "a.example.com. has a DS record but no NS record: it proves nothing")]
    [InlineData("*.w NS ns", 5, "*.w.example.com. is a wildcard with NS: name servers disagree on what that means")]
    [InlineData("*.w DNAME example.net.", 5, "*.w.example.com. is a wildcard with DNAME: name servers disagree on what that means")]
    [Trait("rfc", "2181 §5.2"), Trait("rfc", "2181 §6"), Trait("rfc", "2181 §10.3"), Trait("rfc", "4592 §4.2"), Trait("rfc", "6672 §2.4"), Trait("rfc", "6672 §3.3"), Trait("rfc", "9471 §2")]
    public void What_is_hardly_meant_is_a_warning_with_its_place(string text, int line, string message)
    {
        var read = Read(text);
        Assert.NotNull(read.Zone);
        var warning = Assert.Single(read.Warnings);
        Assert.Equal((line, message), (warning.Place.Line, warning.Message));
        Assert.StartsWith($"test.zone:{line}:", warning.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($": warning: {message}", warning.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sub NS ns.sub\nns.sub A 192.0.2.2\nsub DS 1 13 2 00", "glue, and DS at the cut")]
    [InlineData("sub NS sub\nsub A 192.0.2.2", "a delegation whose server has its name")]
    [InlineData("sub NS ns.other\nother NS ns.other\nns.other AAAA 2001:db8::1", "glue of a sibling")]
    [InlineData("sub NS ns.example.net.", "a server elsewhere")]
    [InlineData("@ NS x.w\n*.w A 192.0.2.2", "an address by wildcard")]
    [InlineData("_x._tcp SRV 0 0 0 .\n@ MX 0 .", "no service, no mail")]
    [InlineData("a A 192.0.2.2\na A 192.0.2.3\na AAAA 2001:db8::1", "a set of two")]
    public void What_is_sound_gives_none(string text, string _) => Assert.Empty(Read(text).Warnings);

    [Fact]
    public void Warnings_are_bounded_and_an_error_silences_them()
    {
        var twice = string.Concat(Enumerable.Repeat("a A 192.0.2.2\n", 1000));
        Assert.Equal(200, Read(twice).Warnings.Length);
        Assert.Empty(Read(twice + "b A nonsense").Warnings);
    }
}
