using System.Net;
using Pointsman.Topology;
using Pointsman.Topology.Import;

namespace Pointsman.Tests.Topology;

public sealed class PrefixTableTests
{
    /// <summary>A table of the rows alone, without the shipped ones; a row's name is its class.</summary>
    private static PrefixTable Table(string csv, ScopeCeilings? ceilings = null)
    {
        var load = PlacesLoader.Load([new PlaceSource("rules", PlaceLayer.Database, csv)]);
        Assert.Empty(load.Errors);
        return PrefixTable.Build(load.Places!, place => place.Name is { } name ? (ushort)(name[0]) : (ushort)0, ceilings);
    }

    [Fact]
    public void The_vectors_of_nested_rules_have_their_answer_and_their_shortest_safe_scope()
    {
        var answers = Vectors.Rows("vectors-ecs-rules.csv").Select(row => row[1]).Distinct().ToList();
        var csv = "prefix,name\n" + string.Join('\n', Vectors.Rows("vectors-ecs-rules.csv").Select(row => $"{row[0]},{row[1]}"));
        var load = PlacesLoader.Load([new PlaceSource("rules", PlaceLayer.Database, csv)]);
        var table = PrefixTable.Build(load.Places!, place => place.Name is { } name ? (ushort)answers.IndexOf(name) : ushort.MaxValue, ScopeCeilings.None);
        var looked = 0;
        foreach (var row in Vectors.Rows("vectors-ecs-scope.csv"))
        {
            var (found, scope) = table.Lookup(IPAddress.Parse(row[0]));
            Assert.Equal((row[0], row[1], row[2]), (row[0], answers[found], $"{scope}"));
            looked++;
        }
        Assert.Equal(20, looked);
    }

    [Fact]
    public void One_class_has_scope_zero_in_both_families()
    {
        var table = PrefixTable.Build(Places.Shipped, _ => 7);
        foreach (var address in (string[])["0.0.0.0", "211.123.11.20", "255.255.255.255", "::", "2001:db8::1", "::ffff:192.0.2.1", "2002:c000:201::", "ffff::"])
            Assert.Equal(new ClassScope(7, 0), table.Lookup(IPAddress.Parse(address)));
    }

    [Fact]
    [Trait("rfc", "7871 §11.1")]
    public void Under_a_ceiling_the_networks_first_address_decides_for_all_of_it()
    {
        var table = Table("prefix,name\n192.0.2.0/25,a\n198.51.100.128/25,b\n2001:db8::/64,c\n2001:db8:0:100:8000::/65,d\n");
        Assert.Equal(new ClassScope('a', 24), table.Lookup(IPAddress.Parse("192.0.2.200")));
        Assert.Equal('\0', table.Lookup(IPAddress.Parse("198.51.100.200")).Class);
        Assert.Equal(new ClassScope('c', 56), table.Lookup(IPAddress.Parse("2001:db8:0:ff::1")));
        Assert.Equal('\0', table.Lookup(IPAddress.Parse("2001:db8:0:100:8000::1")).Class);
    }

    [Theory]
    [InlineData("::ffff:10.1.2.3", 'a', 104, "mapped: 96 + 8")]
    [InlineData("64:ff9b::10.1.2.3", 'a', 104, "NAT64: 96 + 8")]
    [InlineData("2002:a01:203::5", 'a', 24, "6to4: 16 + 8")]
    [InlineData("2001:0:4136:e378:8000:63bf:f5fe:fdfc", 'a', 104, "Teredo of 10.1.2.3, inverted: 96 + 8")]
    [InlineData("::ffff:128.0.0.1", '\0', 97, "mapped, outside: 96 + 1")]
    [InlineData("2001:db8::1", '\0', 21, "shares 20 bits with 2001::/32")]
    [InlineData("2003::1", '\0', 16, "beside 2002::/16")]
    [Trait("rfc", "3056 §2")]
    [Trait("rfc", "4291 §2.5.5.2")]
    [Trait("rfc", "4380 §4")]
    [Trait("rfc", "6052 §2.1")]
    public void An_address_that_carries_another_has_its_class_at_a_scope_of_its_own_bits(string address, char expected, int scope, string description)
    {
        var found = Table("prefix,name\n10.0.0.0/8,a\n").Lookup(IPAddress.Parse(address));
        Assert.True(new ClassScope(expected, (byte)scope) == found, $"{description}: {found}");
    }

    [Fact]
    public void Bytes_and_addresses_are_looked_up_alike()
    {
        var table = Table("prefix,name\n192.0.2.0/24,a\n2001:db8::/32,b\n");
        Assert.Equal(new ClassScope('a', 24), table.Lookup([192, 0, 2, 9]));
        Assert.Equal(new ClassScope('b', 32), table.Lookup(IPAddress.Parse("2001:db8::9").GetAddressBytes()));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Lookup([192, 0, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Lookup(new byte[17]));
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var table = PrefixTable.Build(Places.Shipped, place => place.Region is { } region ? (ushort)(1 + Regions.All.IndexOf(region)) : (ushort)0);
        byte[] ipv4 = [211, 123, 11, 20];
        var ipv6 = IPAddress.Parse("2a02::1").GetAddressBytes();
        var teredo = IPAddress.Parse("2001:0:4136:e378:8000:63bf:2c84:f4eb").GetAddressBytes();
        var seen = 0;
        void Run()
        {
            for (var round = 0; round < 10_000; round++)
                seen += table.Lookup(ipv4).Scope + table.Lookup(ipv6).Scope + table.Lookup(teredo).Class;
        }

        // What the runtime itself makes at a method's first call is not the look-up's.
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(seen > 0);
    }
}
