using System.Net;
using BenchmarkDotNet.Attributes;
using MaxMind.Db;
using Pointsman.Topology;

namespace Pointsman.Benchmarks;

/// <summary>
/// Where is this address, and how far does the answer hold: our table beside the maker's library for the same networks in a MaxMind DB. Addresses
/// are drawn evenly from the prefixes, more of them than any cache holds lines for. Budgets: 30 times faster for IPv4, 15 times for IPv6, 10 MB for both families, not a byte allocated.
/// </summary>
[GroupBenchmarksBy(BenchmarkDotNet.Configs.BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class LookupBenchmarks : IDisposable
{
    private const int Addresses = 1 << 20;

    private PrefixTable _table = null!;
    private Reader _ipv4Database = null!, _ipv6Database = null!;
    private UInt128[] _ipv4 = [], _ipv6 = [];
    private IPAddress[] _ipv4Addresses = [], _ipv6Addresses = [];

    /// <summary>As small as a caller can make it: only what a country database is asked for.</summary>
    public sealed class Answer
    {
        [MapKey("country")]
        public Country? Country { get; init; }
    }

    public sealed class Country
    {
        [MapKey("iso_code")]
        public string? Code { get; init; }
    }

    [GlobalSetup]
    public void Prepare()
    {
        var (ipv4, ipv6) = (MadeUpNetworks.IPv4(), MadeUpNetworks.IPv6());
        var (ipv4File, ipv6File) = (MadeUpDatabase.Of(ipv4, false), MadeUpDatabase.Of(ipv6, true));
        (_ipv4Database, _ipv6Database) = (new Reader(new MemoryStream(ipv4File)), new Reader(new MemoryStream(ipv6File)));
        var places = Places.Load([new PlaceSource("ipv4.mmdb", PlaceLayer.Database, ipv4File), new PlaceSource("ipv6.mmdb", PlaceLayer.Database, ipv6File)]).Places!;
        _table = PrefixTable.Build(places, place => place.Country is { } code ? (ushort)(1 + Array.IndexOf(MadeUpDatabase.Codes, code)) : (ushort)0);
        Console.WriteLine($"// {ipv4.Count} IPv4 and {ipv6.Count} IPv6 prefixes: {_table.Bytes / 1e6:0.00} MB; the databases {ipv4File.Length / 1e6:0.0} and {ipv6File.Length / 1e6:0.0} MB");
        (_ipv4, _ipv6) = (MadeUpNetworks.Clients(ipv4, Addresses), MadeUpNetworks.Clients(ipv6, Addresses));
        _ipv4Addresses = [.. _ipv4.Select(bits => new IPAddress([(byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits]))];
        _ipv6Addresses = [.. _ipv6.Select(bits => new IPAddress(Enumerable.Range(0, 16).Select(at => (byte)(bits >> (120 - (8 * at)))).ToArray()))];
        // Two that disagree would not have done the same work.
        for (var index = 0; index < Addresses; index += 997)
        {
            Check(_table.Lookup(false, _ipv4[index]), _ipv4Database.Find<Answer>(_ipv4Addresses[index]));
            Check(_table.Lookup(true, _ipv6[index]), _ipv6Database.Find<Answer>(_ipv6Addresses[index]));
        }
    }

    private static void Check(ClassScope found, Answer? answer)
    {
        // Where our special-purpose blocks go before any database.
        if (found.Class == 0) return;
        if (answer?.Country?.Code != MadeUpDatabase.Codes[found.Class - 1]) throw new InvalidOperationException("the two disagree");
    }

    [Benchmark(Baseline = true, Description = "MaxMind.Db Find", OperationsPerInvoke = Addresses / 16), BenchmarkCategory("IPv4")]
    public int FindIPv4() => Find(_ipv4Database, _ipv4Addresses);

    [Benchmark(Description = "class and scope", OperationsPerInvoke = Addresses), BenchmarkCategory("IPv4")]
    public int LookupIPv4() => Lookup(false, _ipv4);

    [Benchmark(Baseline = true, Description = "MaxMind.Db Find", OperationsPerInvoke = Addresses / 16), BenchmarkCategory("IPv6")]
    public int FindIPv6() => Find(_ipv6Database, _ipv6Addresses);

    [Benchmark(Description = "class and scope", OperationsPerInvoke = Addresses), BenchmarkCategory("IPv6")]
    public int LookupIPv6() => Lookup(true, _ipv6);

    private int _next;

    private int Find(Reader database, IPAddress[] addresses)
    {
        var sum = 0;
        // Another sixteenth of the addresses each time.
        for (var index = 0; index < Addresses / 16; index++)
        {
            _next = (_next + 1) & (Addresses - 1);
            _ = database.Find<Answer>(addresses[_next], out var length);
            sum += length;
        }
        return sum;
    }

    private int Lookup(bool isIPv6, UInt128[] addresses)
    {
        var sum = 0;
        foreach (var address in addresses) sum += _table.Lookup(isIPv6, address).Scope;
        return sum;
    }

    public void Dispose()
    {
        _ipv4Database?.Dispose();
        _ipv6Database?.Dispose();
        GC.SuppressFinalize(this);
    }
}
