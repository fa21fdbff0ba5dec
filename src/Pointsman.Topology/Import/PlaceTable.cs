namespace Pointsman.Topology.Import;

/// <summary>
/// Numbers the records of all tables and keeps each distinct place once: half a million rows of a country database are some 250 places.
/// </summary>
internal sealed class PlaceTable
{
    /// <summary>The record of the addresses that no row mentions.</summary>
    public const int NoRecord = 0;

    /// <summary>What a row says, before anything is derived.</summary>
    public readonly record struct Said(string? Country, string? Region, double? Latitude, double? Longitude, string? Name, string Source);

    private readonly Dictionary<Said, int> _placeIndexes = [];
    private readonly List<Place> _places = [Place.Unknown];
    private readonly List<int> _placeOfRecord = [0];

    public int Add(in Said said)
    {
        if (!_placeIndexes.TryGetValue(said, out var place))
        {
            place = _places.Count;
            _places.Add(Countries.Shipped.Complete(said.Country, said.Region, said.Latitude, said.Longitude) with { Name = said.Name, Source = said.Source });
            _placeIndexes.Add(said, place);
        }
        _placeOfRecord.Add(place);
        return _placeOfRecord.Count - 1;
    }

    public Places ToPlaces(RangeMap ipv4, RangeMap ipv6) => new([.. _places], ipv4.Through(_placeOfRecord), ipv6.Through(_placeOfRecord));
}
