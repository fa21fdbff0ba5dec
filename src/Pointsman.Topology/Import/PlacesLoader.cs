using System.Collections.Immutable;

namespace Pointsman.Topology.Import;

/// <summary>Reads every table, merges them in the order of their layers, and gives the whole or the mistakes.</summary>
internal static class PlacesLoader
{
    public static PlacesLoad Load(IEnumerable<PlaceSource> sources)
    {
        var mistakes = new Mistakes();
        var table = new PlaceTable();
        var (ipv4, ipv6) = (RangeMap.Uniform(PlaceTable.NoRecord), RangeMap.Uniform(PlaceTable.NoRecord));
        foreach (var source in sources.OrderBy(source => source.Layer))
        {
            var imported = new PlaceImporter(source, table, mistakes).Read();
            // Over() asks the map on top first: what the layers so far leave open.
            ipv4 = ipv4.Over(imported.IPv4, PlaceTable.NoRecord);
            ipv6 = ipv6.Over(imported.IPv6, PlaceTable.NoRecord);
            if (mistakes.IsFull) break;
        }
        return mistakes.Any ? new PlacesLoad(null, mistakes.InOrder()) : new PlacesLoad(table.ToPlaces(ipv4, ipv6), []);
    }
}

/// <summary>Collects what is wrong, up to a bound: past a hundred mistakes it is the wrong file, not a slip.</summary>
internal sealed class Mistakes
{
    private const int Most = 100;
    private readonly List<ImportError> _errors = [];

    public bool Any => _errors.Count > 0;
    public bool IsFull => _errors.Count >= Most;

    public void Report(string source, int line, int column, string message)
    {
        if (!IsFull) _errors.Add(new ImportError(source, line, column, message));
    }

    /// <summary>By table in the order read, then by line: overlaps are found after the rows were read.</summary>
    public ImmutableArray<ImportError> InOrder()
    {
        var tables = _errors.Select(error => error.Source).Distinct().ToList();
        return [.. _errors.OrderBy(error => tables.IndexOf(error.Source)).ThenBy(error => error.Line).ThenBy(error => error.Column)];
    }
}
