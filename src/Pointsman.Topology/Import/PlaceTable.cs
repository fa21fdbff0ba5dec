using System.Collections.Immutable;

namespace Pointsman.Topology.Import;

/// <summary>What a row says of a place, before anything is derived.</summary>
/// <param name="Table">The number of the table in <see cref="PlaceTable.Origins"/>.</param>
internal readonly record struct Said(
    string? Country, string? Continent, string? Region, double? Latitude, double? Longitude, string? City, string? Name, int Table);

/// <summary>What a row says of a network's holder.</summary>
internal readonly record struct SaidSystem(uint Number, string? Organisation, int Table);

/// <summary>
/// Numbers the records of all tables and keeps each distinct place once: half a million rows of a country database are some 250 places.
/// Numbers of systems are apart from those of places; 0 is "no record" in both.
/// </summary>
internal sealed class PlaceTable
{
    /// <summary>The record of the addresses that no row mentions.</summary>
    public const int NoRecord = 0;

    private readonly Dictionary<Said, int> _placeIndexes = [];
    private readonly List<Said> _places = [default];
    private readonly List<int> _placeOfRecord = [0];
    private readonly Dictionary<SaidSystem, int> _systemIndexes = [];
    private readonly List<SaidSystem> _systems = [default];

    public List<TableOrigin> Origins { get; } = [];

    /// <summary>By number: what each distinct place was said to be.</summary>
    public IReadOnlyList<Said> Places => _places;

    public IReadOnlyList<SaidSystem> Systems => _systems;

    /// <summary>By record: the number of its place.</summary>
    public IReadOnlyList<int> PlaceOfRecord => _placeOfRecord;

    public int AddOrigin(TableOrigin origin)
    {
        Origins.Add(origin);
        return Origins.Count - 1;
    }

    /// <summary>A record of its own, even where another says the same.</summary>
    public int Add(in Said said)
    {
        _placeOfRecord.Add(NumberOf(said));
        return _placeOfRecord.Count - 1;
    }

    /// <summary>Another record of a place that has its number.</summary>
    public int AddAgain(int place)
    {
        _placeOfRecord.Add(place);
        return _placeOfRecord.Count - 1;
    }

    /// <summary>The place's number, which is no record yet.</summary>
    public int NumberOf(in Said said)
    {
        if (_placeIndexes.TryGetValue(said, out var place)) return place;
        place = _places.Count;
        _places.Add(said);
        _placeIndexes.Add(said, place);
        return place;
    }

    public int Add(in SaidSystem said)
    {
        if (_systemIndexes.TryGetValue(said, out var system)) return system;
        system = _systems.Count;
        _systems.Add(said);
        _systemIndexes.Add(said, system);
        return system;
    }

    /// <summary>Every distinct place, completed from its country and region.</summary>
    public ImmutableArray<Place> Complete(Countries countries) =>
    [
        Place.Unknown,
        .. _places.Skip(1).Select(said => countries.Complete(said.Country, said.Region, said.Latitude, said.Longitude, said.Continent)
            with { City = said.City, Name = said.Name, Origin = Origins[said.Table] }),
    ];

    public ImmutableArray<AutonomousSystem?> CompleteSystems() =>
        [null, .. _systems.Skip(1).Select(said => new AutonomousSystem(said.Number, said.Organisation, Origins[said.Table]))];
}
