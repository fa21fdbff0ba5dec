using System.Text;
using CsCheck;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.Tests.Dns.MasterFiles;

public sealed class MasterFileTests
{
    private const string Start = "$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\n";

    private static MasterFileResult Read(string text) => MasterFile.Parse(DomainName.Parse("example.com"), Encoding.UTF8.GetBytes(text), "test.zone");

    private static Zone Good(string text)
    {
        var read = Read(text);
        Assert.Empty(read.Errors);
        return read.Zone!;
    }

    private static RrSet? Find(Zone zone, string owner, RrType type) => zone.FindExact(DomainName.Parse(owner), type);

    [Theory]
    [InlineData("host 300 IN A 192.0.2.1", 300u, "TTL, class")]
    [InlineData("host IN 300 A 192.0.2.1", 300u, "class, TTL")]
    [InlineData("host IN A 192.0.2.1", 60u, "the TTL of $TTL")]
    [InlineData("host 1h30m A 192.0.2.1", 5400u, "units")]
    [InlineData("host 1W2D A 192.0.2.1", 777600u, "units in capitals")]
    [InlineData("host\tCLASS1\tTYPE1 192.0.2.1 ; a comment", 60u, "class and type by number, tabs, a comment")]
    [InlineData("host.example.com. A 192.0.2.1\r", 60u, "an absolute owner, a line end of two octets")]
    [InlineData("$ORIGIN host.example.com.\n@ A 192.0.2.1", 60u, "@ is the origin")]
    [InlineData("$ORIGIN com.\nhost.example A 192.0.2.1", 60u, "relative to another origin")]
    [InlineData("host TXT x\n  A 192.0.2.1", 60u, "a blank repeats the owner")]
    [InlineData("host (\n A ; comment\n ( 192.0.2.1\n)", 0u, "parentheses inside parentheses")]
    [InlineData("host (\n 60 ; comment\n A\n 192.0.2.1\n)", 60u, "parentheses over lines")]
    [InlineData("$ttl 120\nhost A 192.0.2.1", 120u, "directives in any case")]
    public void Lines_are_read_as_RFC_1035_has_them(string text, uint ttl, string _)
    {
        var read = Read(Start + text);
        Assert.Equal(ttl == 0, read.Zone is null);
        if (read.Zone is { } zone) Assert.Equal(ttl, Find(zone, "host.example.com", RrType.A)?.Ttl);
    }

    [Fact]
    public void A_huge_word_is_quoted_only_at_its_beginning()
    {
        var error = Assert.Single(Read(Start + "host A " + new string('1', 5_000_000)).Errors);
        Assert.Contains("found '111", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 100, 500);
    }

    [Fact]
    public void A_device_that_never_ends_is_too_large_and_no_crash()
    {
        if (!File.Exists("/dev/zero")) return;
        var error = MasterFile.Load(DomainName.Parse("example.com"), "/dev/zero").Errors[0];
        Assert.Contains("larger than", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_is_told_at_its_place_and_nothing_is_loaded()
    {
        var read = Read(Start + "good A 192.0.2.1\nbad A 192.0.2.\nworse NOTYPE x\n$NONSENSE\n  TXT \"open\nfine TXT x )\nother.example.net. A 192.0.2.1\nlast A 192.0.2.9\n");
        Assert.Null(read.Zone);
        Assert.Equal(
            ["test.zone:5:7:", "test.zone:6:7:", "test.zone:7:1:", "test.zone:8:7:", "test.zone:9:12:", "test.zone:10:1:"],
            read.Errors.Select(e => e.ToString().Split(' ')[0]));
        Assert.All(read.Errors, e => Assert.Contains(": error: ", e.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("@ NS ns\n@ A 192.0.2.1", "no SOA")]
    [InlineData("@ SOA ns . 1 2 3 4 5", "no NS")]
    [InlineData("@ SOA ns . 1 2 3 4 5\n@ SOA ns . 2 2 3 4 5\n@ NS ns", "two SOA records")]
    [InlineData("@ SOA ns . 1 2 3 4 5\n@ NS ns\nsub SOA ns . 1 2 3 4 5", "a SOA that is not at the apex")]
    [InlineData("@ SOA ns . 1 2 3 4 5\n@ NS ns\nx CNAME a\nx CNAME b", "two CNAME records")]
    [InlineData("@ SOA ns . 1 2 3 4 5\n@ NS ns\nx CNAME a\nx A 192.0.2.1", "CNAME and other data")]
    [InlineData("@ SOA ns . 1 2 3 4 5\n@ NS ns\nx DNAME a\nx DNAME b", "two DNAME records")]
    [InlineData("@ SOA ns . 1 2 3 4 5\n@ NS ns\na.example.org. A 192.0.2.1", "a record outside the zone")]
    [InlineData("  A 192.0.2.1", "no owner")]
    [InlineData("$INCLUDE missing.zone", "a file that is not there")]
    [InlineData("x A (192.0.2.1", "a parenthesis left open")]
    [InlineData("", "nothing at all")]
    public void A_zone_that_is_not_sound_is_refused(string text, string _)
    {
        var read = Read("$TTL 60\n" + text);
        Assert.Null(read.Zone);
        Assert.NotEmpty(read.Errors);
    }

    [Fact]
    public void Without_any_TTL_the_last_one_holds_and_the_SOA_takes_its_minimum()
    {
        var zone = Good("@ SOA ns . 1 2 3 4 5\n@ 77 NS ns\nhost A 192.0.2.1");
        Assert.Equal((5u, 77u), (Find(zone, "example.com", RrType.SOA)!.Value.Ttl, Find(zone, "host.example.com", RrType.A)!.Value.Ttl));
        Assert.Contains("no TTL", Read("@ NS ns\n@ 60 SOA ns . 1 2 3 4 5").Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_given_twice_counts_once_and_the_shortest_TTL_of_a_set_holds()
    {
        var zone = Good(Start + "x 30 A 192.0.2.1\nx 20 A 192.0.2.1\nx 40 A 192.0.2.2\nm MX 1 Mail\nm MX 1 mail\n");
        Assert.Equal((2, 20u), (Find(zone, "x.example.com", RrType.A)!.Value.Count, Find(zone, "x.example.com", RrType.A)!.Value.Ttl));
        Assert.Equal(1, Find(zone, "m.example.com", RrType.MX)!.Value.Count);
        Assert.Equal(5, zone.RecordCount);
    }

    [Fact]
    public void GENERATE_makes_a_line_for_each_number()
    {
        var zone = Good(Start + "$GENERATE 1-5/2 host$ 30 A 192.0.2.$\n$GENERATE 10-11 ${-10,3,d}.${0,2,x} CNAME \\$.$$.n${0,3,n}\n");
        Assert.Equal("c0000205", Convert.ToHexStringLower(Find(zone, "host5.example.com", RrType.A)!.Value.RdataOf(0)));
        Assert.Null(Find(zone, "host2.example.com", RrType.A));
        Assert.Equal(DomainName.Parse(@"\$.\$.nb.0.example.com"), Find(zone, "001.0b.example.com", RrType.CNAME)!.Value.NameAt(0).ToDomainName());
        // As BIND has it: an even width ends with a dot, and one quoted word is the whole right side.
        zone = Good(Start + "$GENERATE 18-18 ${0,4,n}ip6 PTR host$\n$GENERATE 1-1 mx$ MX \"10 m$\"\n$GENERATE 1-1 txt$ TXT \"\\\"a b\\\" c\"\n");
        Assert.NotNull(Find(zone, "2.1.ip6.example.com", RrType.PTR));
        Assert.Equal("000a026d31", Convert.ToHexStringLower(Find(zone, "mx1.example.com", RrType.MX)!.Value.RdataOf(0)[..5]));
        Assert.Equal("0361206201" + "63", Convert.ToHexStringLower(Find(zone, "txt1.example.com", RrType.TXT)!.Value.RdataOf(0)));
        Assert.Single(Read(Start + "$GENERATE 1-1 host A 10.0.0.${-2}").Errors);
        Assert.Single(Read(Start + "$GENERATE 1-100000 host$ A 192.0.2.1").Errors);
        Assert.Single(Read(Start + "$GENERATE 1-3 host${ A 192.0.2.1").Errors);
        Assert.NotEmpty(Read(Start + "$GENERATE 254-258 host$ A 192.0.2.$").Errors);
    }

    [Fact]
    public void INCLUDE_is_relative_to_its_file_and_keeps_the_origin_of_the_includer()
    {
        var folder = Directory.CreateTempSubdirectory("pointsman-zone-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "main.zone"), Start + "$INCLUDE parts/hosts.zone sub\nafter A 192.0.2.2\n");
            Directory.CreateDirectory(Path.Combine(folder.FullName, "parts"));
            File.WriteAllText(Path.Combine(folder.FullName, "parts", "hosts.zone"), "a A 192.0.2.1\n$ORIGIN elsewhere.example.com.\nb A 192.0.2.3\n$INCLUDE more.zone\n");
            File.WriteAllText(Path.Combine(folder.FullName, "parts", "more.zone"), "c A 192.0.2.4\n");
            var read = MasterFile.Load(DomainName.Parse("example.com"), Path.Combine(folder.FullName, "main.zone"));
            Assert.Empty(read.Errors);
            Assert.Equal(3, read.Files.Length);
            foreach (var name in (string[])["a.sub", "after", "b.elsewhere", "c.elsewhere"]) Assert.NotNull(Find(read.Zone!, $"{name}.example.com", RrType.A));

            File.WriteAllText(Path.Combine(folder.FullName, "loop.zone"), Start + "$INCLUDE loop.zone\n$INCLUDE loop.zone\n");
            var loop = MasterFile.Load(DomainName.Parse("example.com"), Path.Combine(folder.FullName, "loop.zone"));
            Assert.Null(loop.Zone);
            Assert.Contains(loop.Errors, e => e.Message.Contains("include itself", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A log keeps every line of every reload.</summary>
    [Theory]
    [InlineData("h{0}.elsewhere.test. A 192.0.2.1\n")]
    [InlineData("h{0} CNAME x\nh{0} A 192.0.2.1\n")]
    [InlineData("alias CNAME h{0}\n")]
    [InlineData("h{0} A nonsense\n")]
    public void Of_very_many_errors_some_hundreds_are_told(string lines)
    {
        var text = new StringBuilder(Start);
        for (var i = 0; i < 1000; i++) text.AppendFormat(System.Globalization.CultureInfo.InvariantCulture, lines, i);
        var read = Read(text.ToString());
        Assert.Null(read.Zone);
        Assert.InRange(read.Errors.Length, 100, 200);
    }

    [Fact]
    public void Random_text_is_read_or_refused_and_never_throws()
    {
        var pieces = (string[])
        [
            "\n", " ", "\t", "(", ")", "\"", ";", "\\", "$TTL 5", "$ORIGIN", "$GENERATE 1-3", "${", "@", "host", "A", "192.0.2.1", "SOA ns . 1 2 3 4 5", "NS ns",
            "SVCB 1 .", "alpn=", "LOC", "1", "N", "\\#", "4", "TXT", "\\255", "\\999", "TYPE", "CLASS", ".", "..", "\0", "é", "NAPTR", "RRSIG", "NSEC3", "-", "99999999999", "3w",
        ];
        Gen.Int[0, pieces.Length - 1].Array[0, 60].Sample(picks => Read(string.Concat(picks.Select(p => pieces[p] + (p % 3 == 0 ? " " : "")))) is { } read && (read.Zone is null) == (read.Errors.Length > 0), threads: 1, iter: 20_000);
        Gen.Byte.Array[0, 200].Sample(octets => MasterFile.Parse(DomainName.Root, octets, "x") is { } read && (read.Zone is null) == (read.Errors.Length > 0), threads: 1, iter: 5_000);
    }

    [Fact]
    public void A_large_zone_loads_and_every_name_is_found()
    {
        var text = new StringBuilder(Start);
        for (var i = 0; i < 20_000; i++) text.Append('h').Append(i).Append(".d").Append(i % 100).Append(" A 192.0.").Append(i / 256 % 256).Append('.').Append(i % 256).Append('\n');
        var zone = Good(text.ToString());
        Assert.Equal(20_002, zone.RecordCount);
        for (var i = 0; i < 20_000; i += 97) Assert.NotNull(Find(zone, $"h{i}.d{i % 100}.example.com", RrType.A));
    }
}
