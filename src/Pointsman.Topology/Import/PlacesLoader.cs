using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Pointsman.Topology.Import;

/// <summary>Reads every table, merges them in the order of their layers, and gives the whole or the mistakes.</summary>
internal static class PlacesLoader
{
    public static PlacesLoad Load(IEnumerable<PlaceSource> sources) => Load(sources, TopologySettings.Default);

    public static PlacesLoad Load(IEnumerable<PlaceSource> sources, TopologySettings settings)
    {
        var mistakes = new Mistakes();
        var merged = MergedTables.Read(sources.OrderBy(source => source.Layer), mistakes);
        if (mistakes.Any) return new PlacesLoad(null, mistakes.InOrder()) { Warnings = mistakes.Warnings };
        var table = merged.Table;
        var networks = new NetworkMaps(table.CompleteSystems(), merged.SystemsIPv4, merged.SystemsIPv6);
        var places = new Places(table.Complete(Countries.Shipped.With(settings.Overrides)),
            merged.IPv4.Through(table.PlaceOfRecord), merged.IPv6.Through(table.PlaceOfRecord), networks, merged.Tables, settings)
        {
            Warnings = mistakes.Warnings,
        };
        return new PlacesLoad(places, []) { Warnings = mistakes.Warnings };
    }

    public static PlacesImport Import(IEnumerable<PlaceSource> sources)
    {
        var mistakes = new Mistakes();
        var merged = MergedTables.Read(sources, mistakes);
        var import = mistakes.Any ? new PlacesImport(null, merged.Tables, mistakes.InOrder()) : PlacesFileWriter.Write(merged);
        return import with { Warnings = mistakes.Warnings };
    }
}

/// <summary>All tables as one, nothing derived yet: ranges of records, the first layer that mentions an address.</summary>
internal sealed record MergedTables(PlaceTable Table, RangeMap IPv4, RangeMap IPv6, RangeMap SystemsIPv4, RangeMap SystemsIPv6, ImmutableArray<ImportedTable> Tables)
{
    /// <param name="sources">In the order of their layers; taken one after another, so that who makes them needs only one in memory.</param>
    public static MergedTables Read(IEnumerable<PlaceSource> sources, Mistakes mistakes)
    {
        var table = new PlaceTable();
        var read = new List<(PlaceLayer Layer, ImportedMaps Maps)>();
        var tables = ImmutableArray.CreateBuilder<ImportedTable>();
        foreach (var source in sources)
        {
            var firstOrigin = table.Origins.Count;
            var maps = ReadOne(source, table, mistakes);
            read.Add((source.Layer, maps));
            if (table.Origins.Count > firstOrigin) tables.Add(new ImportedTable(table.Origins[firstOrigin], source.Layer, maps.Records));
            foreach (var (origin, records) in maps.Inner) tables.Add(new ImportedTable(origin, source.Layer, records));
            if (mistakes.IsFull) break;
        }
        var (systemsIPv4, systemsIPv6) = Systems(read);
        var (ipv4, ipv6) = (RangeMap.Uniform(PlaceTable.NoRecord), RangeMap.Uniform(PlaceTable.NoRecord));
        foreach (var layer in Enum.GetValues<PlaceLayer>())
        {
            // A system's place is a subscriber's, but what names its addresses is a database, and no database places a private address.
            if (layer == PlaceLayer.Database) AddPlacedSystems(read, table, systemsIPv4, systemsIPv6, mistakes, ref ipv4, ref ipv6);
            foreach (var (_, maps) in read.Where(one => one.Layer == layer))
            {
                // Over() asks the map on top first: what the layers so far leave open.
                ipv4 = ipv4.Over(maps.IPv4, PlaceTable.NoRecord);
                ipv6 = ipv6.Over(maps.IPv6, PlaceTable.NoRecord);
            }
        }
        return new MergedTables(table, ipv4, ipv6, systemsIPv4, systemsIPv6, tables.ToImmutable());
    }

    private static ImportedMaps ReadOne(PlaceSource source, PlaceTable table, Mistakes mistakes)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(source.Content.Span));
        if (TableContent.Unpack(source.Content, out var problem) is not { } content)
        {
            mistakes.Report(source.Name, 0, 0, problem);
            return ImportedMaps.Nothing;
        }
        switch (TableContent.FormatOf(content.Span))
        {
            case TableFormat.Places: return new PlacesFileReader(source, content, digest, table, mistakes).Read();
            case TableFormat.Mmdb: return new Mmdb.MmdbImporter(source, content, digest, table, mistakes).Read();
            case TableFormat.Csv when !TableContent.IsText(content.Span):
                mistakes.Report(source.Name, 0, 0, "is no table that is known here: neither text in UTF-8, nor a whole MaxMind DB, nor a file of topology import (a download that was cut short?)");
                return ImportedMaps.Nothing;
            case TableFormat.Delegated: return new DelegatedImporter(source, Text(content), digest, table, mistakes).Read();
            default: return new CsvImporter(source, Text(content), digest, table, mistakes).Read();
        }
    }

    private static StreamReader Text(ReadOnlyMemory<byte> content) => new(new ReadOnlyMemoryStream(content), Encoding.UTF8);

    private static (RangeMap IPv4, RangeMap IPv6) Systems(List<(PlaceLayer Layer, ImportedMaps Maps)> read)
    {
        var (ipv4, ipv6) = (RangeMap.Uniform(NetworkMaps.None), RangeMap.Uniform(NetworkMaps.None));
        foreach (var (_, maps) in read)
        {
            if (maps.Systems is not { } systems) continue;
            ipv4 = ipv4.Over(systems.IPv4, NetworkMaps.None);
            ipv6 = ipv6.Over(systems.IPv6, NetworkMaps.None);
        }
        return (ipv4, ipv6);
    }

    private static void AddPlacedSystems(
        List<(PlaceLayer Layer, ImportedMaps Maps)> read, PlaceTable table, RangeMap systemsIPv4, RangeMap systemsIPv6, Mistakes mistakes, ref RangeMap ipv4, ref RangeMap ipv6)
    {
        foreach (var (_, maps) in read)
        {
            if (maps.BySystem is not { Count: > 0 } records) continue;
            if (table.Systems.Count == 1)
            {
                var subscribers = table.Origins[table.Places[table.PlaceOfRecord[records.Values.First()]].Table];
                mistakes.Report(subscribers.Name, 0, 0, "places users by 'asn', and no database here knows the numbers of autonomous systems: add one that does");
                return;
            }
            var recordOf = new int[table.Systems.Count];
            for (var system = 1; system < recordOf.Length; system++) recordOf[system] = records.GetValueOrDefault(table.Systems[system].Number);
            ipv4 = ipv4.Over(systemsIPv4.Through(recordOf), PlaceTable.NoRecord);
            ipv6 = ipv6.Over(systemsIPv6.Through(recordOf), PlaceTable.NoRecord);
        }
    }
}

/// <summary>Collects what is wrong, up to a bound: past a hundred mistakes it is the wrong file, not a slip.</summary>
internal sealed class Mistakes
{
    private const int Most = 100;
    private readonly List<ImportError> _errors = [];
    private readonly List<ImportError> _warnings = [];

    public bool Any => _errors.Count > 0;
    public bool IsFull => _errors.Count >= Most;
    public ImmutableArray<ImportError> Warnings => [.. _warnings];

    public void Report(string source, int line, int column, string message)
    {
        if (!IsFull) _errors.Add(new ImportError(source, line, column, message));
    }

    public void Warn(string source, int line, int column, string message)
    {
        if (_warnings.Count < Most) _warnings.Add(new ImportError(source, line, column, message));
    }

    /// <summary>By table in the order read, then by line: overlaps are found after the rows were read.</summary>
    public ImmutableArray<ImportError> InOrder()
    {
        var tables = _errors.Select(error => error.Source).Distinct().ToList();
        return [.. _errors.OrderBy(error => tables.IndexOf(error.Source)).ThenBy(error => error.Line).ThenBy(error => error.Column)];
    }
}
