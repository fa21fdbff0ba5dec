using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Pointsman.Topology;

namespace Pointsman.Benchmarks;

/// <summary>
/// A million prefixes, IPv4 and IPv6 by halves, none of which merge: from each kind of file to the table that queries ask, into the file of <c>topology import</c>, and from that one. Budget: a few
/// seconds, and memory of a few times the file.
/// </summary>
public class ImportBenchmarks
{
    private PlaceSource[] _csv = [], _mmdb = [], _delegated = [], _imported = [];

    [GlobalSetup]
    public void Prepare()
    {
        var (ipv4, ipv6) = (MadeUpNetworks.IPv4(), MadeUpNetworks.IPv6());
        var (csv, delegated) = (new StringBuilder("prefix,country\n"), new StringBuilder());
        foreach (var (prefix, place) in ipv4.Concat(ipv6))
        {
            csv.Append(CultureInfo.InvariantCulture, $"{prefix},{MadeUpDatabase.Codes[place]}\n");
            var (family, size) = prefix.IsIPv6 ? ("ipv6", (uint)prefix.Length) : ("ipv4", 1u << (32 - prefix.Length));
            delegated.Append(CultureInfo.InvariantCulture, $"nro|{MadeUpDatabase.Codes[place]}|{family}|{prefix.Network}|{size}|20260101|allocated|x\n");
        }
        _csv = [new PlaceSource("csv", PlaceLayer.Database, csv.ToString())];
        _delegated = [new PlaceSource("delegated", PlaceLayer.Database, delegated.ToString())];
        _mmdb = [new PlaceSource("ipv4.mmdb", PlaceLayer.Database, MadeUpDatabase.Of(ipv4, false)), new PlaceSource("ipv6.mmdb", PlaceLayer.Database, MadeUpDatabase.Of(ipv6, true))];
        _imported = [new PlaceSource("places", PlaceLayer.Database, Places.Import(_csv).Content!)];
        foreach (var source in _csv.Concat(_delegated).Concat(_mmdb).Concat(_imported)) Console.WriteLine($"// {source.Name}: {source.Content.Length / 1e6:0.0} MB");
    }

    [Benchmark(Description = "CSV")]
    public Places Csv() => Load(_csv);

    [Benchmark(Description = "registries' statistics")]
    public Places Delegated() => Load(_delegated);

    [Benchmark(Description = "MaxMind DB")]
    public Places Mmdb() => Load(_mmdb);

    [Benchmark(Description = "file of topology import")]
    public Places Imported() => Load(_imported);

    [Benchmark(Description = "topology import of the CSV")]
    public PlacesImport Import() => Places.Import(_csv);

    [Benchmark(Description = "table of classes for one policy")]
    public PrefixTable Table() => PrefixTable.Build(_places ??= Load(_imported), place => place.Country is { } code ? (ushort)(1 + Array.IndexOf(MadeUpDatabase.Codes, code)) : (ushort)0);

    private Places? _places;

    private static Places Load(PlaceSource[] sources) => Places.Load(sources).Places ?? throw new InvalidOperationException("the made-up tables do not load");
}
