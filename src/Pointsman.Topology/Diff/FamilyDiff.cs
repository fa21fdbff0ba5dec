namespace Pointsman.Topology.Diff;

/// <summary>What of one family's addresses would be somewhere else.</summary>
public sealed class FamilyDiff
{
    private readonly Dictionary<(string From, string To), double> _pairs = [];
    private readonly PriorityQueue<(Prefix Prefix, string From, string To), int> _largest = new();
    private readonly int _top;

    private FamilyDiff(int top) => _top = top;

    public double All { get; private set; }
    public double Allocated { get; private set; }

    /// <summary>Addresses whose country or region is another one.</summary>
    public double ChangedOfAll { get; private set; }

    public double ChangedOfAllocated { get; private set; }

    /// <summary>Allocated addresses that stay in their country and region and are said to be this far or more from where they were.</summary>
    public double Moved { get; private set; }

    /// <summary>0 to 1.</summary>
    public double ShareOfAll => All == 0 ? 0 : ChangedOfAll / All;

    public double ShareOfAllocated => Allocated == 0 ? 0 : ChangedOfAllocated / Allocated;

    /// <summary>By how many allocated addresses go from the one to the other, the most first.</summary>
    public IEnumerable<(string From, string To, double Addresses)> Pairs => _pairs
        .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.From, StringComparer.Ordinal).ThenBy(pair => pair.Key.To, StringComparer.Ordinal)
        .Select(pair => (pair.Key.From, pair.Key.To, pair.Value));

    /// <summary>The largest prefixes that change, the largest first.</summary>
    public IEnumerable<(Prefix Prefix, string From, string To)> Largest =>
        _largest.UnorderedItems.Select(item => item.Element).OrderBy(item => item.Prefix.Length).ThenBy(item => item.Prefix.FirstKey);

    /// <param name="top">How many prefixes to keep.</param>
    /// <param name="kilometres">From which distance on an address counts as moved.</param>
    public static FamilyDiff Of(Places old, Places next, bool isIPv6, int top, double kilometres)
    {
        var diff = new FamilyDiff(top);
        foreach (var segment in PlacesDiff.Segments(old, next, isIPv6)) diff.Add(segment, kilometres);
        return diff;
    }

    private void Add(in PlaceSegment segment, double kilometres)
    {
        var addresses = segment.Addresses;
        All += addresses;
        if (segment.IsAllocated) Allocated += addresses;
        if (!segment.IsChanged)
        {
            if (segment.IsAllocated && Distance(segment.Old, segment.New) >= kilometres) Moved += addresses;
            return;
        }
        ChangedOfAll += addresses;
        if (!segment.IsAllocated) return;
        ChangedOfAllocated += addresses;
        var (from, to) = segment.Words;
        _pairs[(from, to)] = _pairs.GetValueOrDefault((from, to)) + addresses;
        foreach (var prefix in segment.Prefixes())
        {
            // The shortest prefixes stay: the queue gives up the longest.
            _largest.Enqueue((prefix, from, to), -prefix.Length);
            if (_largest.Count > _top) _largest.Dequeue();
        }
    }

    private static double Distance(Place old, Place next) =>
        !ReferenceEquals(old, next) && old is { Latitude: { } north, Longitude: { } east } && next is { Latitude: { } newNorth, Longitude: { } newEast } && (north != newNorth || east != newEast)
            ? GreatCircle.Kilometres(north, east, newNorth, newEast) : 0;
}
