using CsCheck;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.Tests.Dns.Zones;

/// <summary>A zone is kept in flat arrays. Whatever is asked of it must come out as from a plain list of its records.</summary>
public sealed class ZoneTests
{
    private static readonly DomainName s_origin = DomainName.Parse("Zone.Example");

    // Few labels, so that names meet: parents with and without data, both cases of one name, wildcards, cuts below cuts.
    private static readonly Gen<DomainName> s_name = OneOf("a", "A", "b", "*", "long-label-of-more-than-one-word", "ns").Array[0, 4]
        .Select(labels => DomainName.Parse(string.Join('.', labels.Append(labels.Length % 2 == 0 ? "zone.example" : "Zone.Example"))));

    private static readonly Gen<GivenRecord> s_record =
        from owner in s_name
        from type in OneOf(RrType.A, RrType.A, RrType.AAAA, RrType.TXT, RrType.NS, RrType.DNAME, RrType.PTR)
        from ttl in Gen.UInt[0, 3]
        from target in s_name
        from number in Gen.Byte[0, 3]
        select new GivenRecord(owner, type, ttl, type switch
        {
            RrType.A => Rdata.Plain([192, 0, 2, number]),
            RrType.AAAA => Rdata.Plain([32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number]),
            RrType.TXT => Rdata.Plain([1, (byte)('a' + number)]),
            RrType.DNAME => Rdata.Plain(target.Wire),
            _ => Rdata.OfName(target),
        });

    private static readonly Gen<GivenRecord[]> s_records = s_record.Array[0, 40].Select(records => (GivenRecord[])
    [
        new(s_origin, RrType.NS, 3, Rdata.OfName(DomainName.Parse("ns.zone.example"))),
        // Of two DNAMEs at one name there is no zone: the first one stays.
        .. records.Where((record, i) => record.Type != RrType.DNAME || !records.Take(i).Any(other => other.Type == RrType.DNAME && other.Owner.Equals(record.Owner))),
    ]);

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Zone Build(IEnumerable<GivenRecord> records)
    {
        var builder = new ZoneBuilder(s_origin).AddSoa(s_origin, s_origin, 7, 1, 2, 3, 1, 2);
        foreach (var (owner, type, ttl, rdata) in records) builder.Add(owner, type, ttl, rdata);
        Assert.True(builder.TryBuild(out var zone, out var errors), string.Join('\n', errors));
        return zone;
    }

    private static (uint, string[])? Content(RrSet? found) => found is { } set
        ? (set.Ttl, [.. Enumerable.Range(0, set.Count).Select(i => Convert.ToHexStringLower(set.RdataOf(i)))])
        : null;

    [Fact]
    public void A_set_is_found_as_in_a_list_of_the_records()
        => s_records.Sample(records =>
        {
            var (zone, oracle) = (Build(records), new ZoneOracle(s_origin, records));
            foreach (var owner in records.Select(record => record.Owner))
            {
                foreach (var type in records.Select(record => record.Type).Append(RrType.MX).Distinct())
                {
                    var (expected, found) = (oracle.Find(owner, type), Content(zone.FindExact(owner, type)));
                    Assert.Equal(expected?.Ttl, found?.Item1);
                    Assert.Equal(expected?.Rdata, found?.Item2);
                }
            }
        });

    [Fact]
    public void Each_record_counts_once()
        => s_records.Sample(records =>
        {
            var oracle = new ZoneOracle(s_origin, records);
            var expected = records.Select(record => (record.Owner, record.Type)).Distinct().Sum(set => oracle.Find(set.Owner, set.Type)!.Value.Rdata.Length);
            Assert.Equal(expected + 1, Build(records).RecordCount);
        });

    [Fact]
    public void The_closest_encloser_its_cut_and_its_wildcard_are_those_of_a_walk_from_the_apex()
        => s_records.Select(s_name.Array[1, 20]).Sample((records, names) =>
        {
            var (zone, oracle) = (Build(records), new ZoneOracle(s_origin, records));
            foreach (var name in names)
            {
                var node = zone.FindClosest(name.View, out var skipped);
                var closest = oracle.Closest(name, out var expected);
                Assert.Equal((closest, expected), (node.Name.ToDomainName(), skipped));
                Assert.Equal(oracle.Cut(closest), node.Cut?.Name.ToDomainName());
                var wildcard = DomainName.Parse($"*.{closest}");
                Assert.Equal(oracle.Exists(wildcard) ? wildcard : null, node.Wildcard?.Name.ToDomainName());
                Assert.Equal(skipped == 0, zone.FindNode(name.View) is not null);
            }
        });

    [Fact]
    public void Glue_goes_with_a_cut_as_with_a_list_of_the_records()
        => s_records.Sample(records =>
        {
            var (zone, oracle) = (Build(records), new ZoneOracle(s_origin, records));
            foreach (var owner in records.Where(record => record.Type == RrType.NS && !record.Owner.Equals(s_origin)).Select(record => record.Owner))
            {
                if (!owner.Equals(oracle.Cut(owner))) continue;
                var node = zone.FindNode(owner.View)!.Value;
                var (glue, required) = oracle.Glue(owner);
                Assert.Equal(glue, Enumerable.Range(0, node.GlueSets).Select(i => $"{node.Glue(i).Owner} {node.Glue(i).Type}".ToLowerInvariant()));
                Assert.Equal(required, node.RequiredGlue);
            }
        });

    [Fact]
    public void Names_keep_the_letters_of_the_record_that_brought_them_first()
    {
        var zone = Build(
        [
            new(DomainName.Parse("zone.example"), RrType.NS, 1, Rdata.OfName(DomainName.Parse("NS.Zone.Example"))),
            new(DomainName.Parse("Host.zone.example"), RrType.A, 1, Rdata.Plain([1, 2, 3, 4])),
            new(DomainName.Parse("hOST.zone.example"), RrType.TXT, 1, Rdata.Plain([0])),
        ]);
        Assert.Equal("Host.zone.example.", zone.FindExact(DomainName.Parse("host.ZONE.example"), RrType.TXT)!.Value.Owner.ToString());
        Assert.Equal("NS.Zone.Example.", zone.FindExact(s_origin, RrType.NS)!.Value.NameAt(0).ToDomainName().ToString());
    }

    [Fact]
    public void An_alias_in_generic_form_leads_where_it_says()
    {
        var text = "$TTL 1\n@ SOA . . 1 1 1 1 1\n@ NS .\nalias CNAME \\# 3 016100\n"u8.ToArray();
        var zone = MasterFile.Parse(s_origin, text, "zone").Zone!;
        Assert.Equal("a.", zone.FindNode(DomainName.Parse("alias.zone.example").View)!.Value.AliasTarget.ToDomainName().ToString());
        Assert.Equal(1, zone.FindExact(DomainName.Parse("alias.zone.example"), RrType.CNAME)!.Value.NameCount);
    }

    [Fact]
    public void A_hundred_thousand_records_take_less_than_sixteen_megabytes()
    {
        var builder = new ZoneBuilder(s_origin).AddSoa(s_origin, s_origin, 7, 1, 2, 3, 1, 2).Add(s_origin, RrType.NS, 1, Rdata.OfName(s_origin));
        for (var i = 0; i < 100_000; i++) builder.Add(DomainName.Parse($"host-{i}.group-{i % 300}.zone.example"), RrType.A, 60, Rdata.Plain([10, 0, (byte)(i >> 8), (byte)i]));
        Assert.True(builder.TryBuild(out var zone, out _));
        Assert.InRange(zone.Bytes, 1, 16_000_000);
    }

    [Fact]
    public void A_set_of_many_records_is_read_in_time_that_grows_with_it_alone()
    {
        // Compared pair by pair these would be five billion comparisons.
        var builder = new ZoneBuilder(s_origin).AddSoa(s_origin, s_origin, 7, 1, 2, 3, 1, 2).Add(s_origin, RrType.NS, 1, Rdata.OfName(s_origin));
        for (var i = 0; i < 100_000; i++) builder.Add(s_origin, RrType.A, 60, Rdata.Plain([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]));
        Assert.True(builder.TryBuild(out var zone, out _));
        Assert.Equal(100_000, zone.FindExact(s_origin, RrType.A)!.Value.Count);
    }
}
