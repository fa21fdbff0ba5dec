using System.Net;
using System.Text;
using CsCheck;
using Pointsman.Dns.Wire;
using Pointsman.Node.QueryLogs;

namespace Pointsman.Tests.Node.QueryLogs;

public sealed class QueryLogTests
{
    private static readonly string Example = Path.Combine(Tidy.SourceTree.Folder, "docs", "examples", "queries.tap");

    private static QueryLog Open(byte[] content) =>
        QueryLog.Open(QueryLog.StandardInput, () => new MemoryStream(content), out var problem) ?? throw new InvalidOperationException(problem);

    private static (List<RecordedQuery> Queries, LogTally Tally) ReadAll(byte[] content)
    {
        using var log = Open(content);
        var queries = new List<RecordedQuery>();
        while (log.TryRead(out var query)) queries.Add(query);
        return (queries, log.Tally);
    }

    private static (List<RecordedQuery> Queries, LogTally Tally) ReadAll(string text) => ReadAll(Encoding.Latin1.GetBytes(text));

    [Theory]
    [InlineData("203.0.113.7", null, "203.0.113.7/32", RrType.A, "the client alone")]
    [InlineData("203.0.113.7/24", null, "203.0.113.0/24", RrType.A, "bits past the prefix are cut off")]
    [InlineData("203.0.113.0/24/16", null, "203.0.113.0/24", RrType.A, "with the scope that some servers log")]
    [InlineData("2001:db8::1", null, "2001:db8::1/128", RrType.A, "IPv6")]
    [InlineData("2001:db8:1:2::/56 AAAA", null, "2001:db8:1::/56", RrType.AAAA, "client and type")]
    [InlineData("::ffff:203.0.113.7", null, "203.0.113.7/32", RrType.A, "an address inside an address")]
    [InlineData("::ffff:203.0.113.0/120", null, "203.0.113.0/24", RrType.A, "a prefix inside an address")]
    [InlineData("WWW.Example.com. 203.0.113.7", "www.example.com", "203.0.113.7/32", RrType.A, "name and client")]
    [InlineData("www.example.com,203.0.113.7,https", "www.example.com", "203.0.113.7/32", RrType.HTTPS, "commas")]
    [InlineData("  www.example.com\t203.0.113.7  TYPE65280\r", "www.example.com", "203.0.113.7/32", (RrType)65280, "tabs, blanks and a carriage return")]
    public void A_line_of_a_list_is_read(string line, string? name, string client, RrType type, string why)
    {
        var (queries, tally) = ReadAll(line + "\n");
        Assert.True(tally.Damaged == 0, $"{why}: {tally.FirstDamage}");
        var query = Assert.Single(queries);
        Assert.Equal((name, client, type, (DateTimeOffset?)null), (query.Name, query.Client.ToString(), query.Type, query.Time));
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00.5Z www.example.com 203.0.113.7 A", "2026-01-31T12:00:00.5Z")]
    [InlineData("2026-01-31T13:00:00+01:00 203.0.113.7", "2026-01-31T12:00:00Z")]
    [InlineData("1769860800 www.example.com 203.0.113.7", "2026-01-31T12:00:00Z")]
    [InlineData("1769860800.25 203.0.113.7", "2026-01-31T12:00:00.25Z")]
    public void A_line_may_begin_with_its_time(string line, string time)
        => Assert.Equal(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), Assert.Single(ReadAll(line).Queries).Time);

    [Theory]
    [InlineData("www.example.com", "line 2: no word of it is an address, or address/prefix")]
    [InlineData("a b c 203.0.113.7", "line 2: must be [TIME] NAME CLIENT [TYPE]: the client comes at most third")]
    [InlineData("noon www.example.com 203.0.113.7", "line 2: 'noon' is no time: 2026-01-31T12:00:00Z, or seconds since 1970")]
    [InlineData("www.example.com 203.0.113.7 B", "line 2: 'B' is no type of record")]
    [InlineData("www.example.com 203.0.113.7 A AAAA", "line 2: must be [TIME] NAME CLIENT [TYPE]: one word at most comes after the client")]
    [InlineData("a b c d 203.0.113.7", "line 2: must be [TIME] NAME CLIENT [TYPE], has more than 4 words")]
    [InlineData("www.example.com 203.0.113.7/33", "line 2: no word of it is an address, or address/prefix")]
    [InlineData("www.ex\u0001mple.com 203.0.113.7", "line 2: 'www.ex\u0001mple.com' is no domain name")]
    [InlineData("9999999999999999999999999999999999999 203.0.113.7", "line 2: '9999999999999999999999999999999999999' is no domain name")]
    public void A_damaged_line_is_counted_and_named_and_the_rest_is_read(string line, string damage)
    {
        var (queries, tally) = ReadAll($"203.0.113.1\n{line}\n\n# a remark\n203.0.113.2\n");
        Assert.Equal(["203.0.113.1/32", "203.0.113.2/32"], queries.Select(query => query.Client.ToString()));
        Assert.Equal((2L, 1L, damage), (tally.Queries, tally.Damaged, tally.FirstDamage));
    }

    [Theory]
    [InlineData(1025)]
    [InlineData(1_000_000)]
    public void A_line_without_end_costs_no_memory_and_is_passed(int length)
    {
        var (queries, tally) = ReadAll($"203.0.113.1\n{new string('x', length)}\n203.0.113.2");
        Assert.Equal(2, queries.Count);
        Assert.Equal((1L, "line 2: longer than 1024 octets"), (tally.Damaged, tally.FirstDamage));
    }

    [Fact]
    public void Nothing_is_an_empty_log() => Assert.Empty(ReadAll("").Queries);

    [Fact]
    public void A_dnstap_file_gives_its_queries_once_each_and_the_subnet_before_the_asker()
    {
        var (queries, tally) = ReadAll(File.ReadAllBytes(Example));
        Assert.Equal(0, tally.Damaged);
        Assert.Equal(tally.Queries, tally.Passed);
        Assert.Equal("203.0.113.0/24", queries[0].Client.ToString());
        Assert.Equal(["www.example.com", "alias.example.com", "nowhere.example.com", "www.example.org"], queries.Select(query => query.Name).Distinct());
        Assert.All(queries, query => Assert.NotNull(query.Time));
    }

    [Fact]
    public void A_dnstap_file_that_is_cut_short_gives_what_is_whole()
    {
        var whole = File.ReadAllBytes(Example);
        var (queries, tally) = ReadAll(whole[..^200]);
        Assert.NotEmpty(queries);
        Assert.Equal(0, tally.Damaged);
        Assert.NotNull(tally.Note);
    }

    [Fact]
    public void Whatever_the_octets_are_reading_ends_and_counts()
        => Gen.Byte.Array[0, 4000].Select(Gen.Bool, (octets, tap) => tap ? [0, 0, 0, 0, .. octets] : octets).Sample(octets =>
        {
            var (queries, tally) = ReadAll(octets);
            Assert.Equal(queries.Count, tally.Queries);
            Assert.Equal(tally.Damaged > 0, tally.FirstDamage is not null);
        });

    [Fact]
    public void Any_octet_changed_in_a_dnstap_file_leaves_a_log()
    {
        var whole = File.ReadAllBytes(Example);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Sample((at, octet) =>
        {
            var changed = (byte[])whole.Clone();
            changed[at] = octet;
            Assert.True(ReadAll(changed).Tally.Queries <= 8);
        });
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_reason_in_words()
    {
        Assert.Null(QueryLog.Open("no-such.log", () => Stream.Null, out var problem));
        Assert.Equal("cannot read no-such.log: no such file", problem);
    }

    [Fact]
    public void An_address_round_trips()
        => Gen.Byte.Array[4].Select(octets => new IPAddress(octets)).Sample(address => Assert.Single(ReadAll($"a.example {address} AAAA\n").Queries).Client.ToIPAddress().Equals(address));
}
