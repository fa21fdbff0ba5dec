namespace Pointsman.Topology.Diff;

/// <summary>Two editions of the tables side by side, before the newer one is put in force. [P2.3]</summary>
public static class PlacesDiff
{
    /// <summary>The whole of a family, cut wherever one of the two or the allocation changes; in the order of the addresses.</summary>
    public static IEnumerable<PlaceSegment> Segments(Places old, Places next, bool isIPv6)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(next);
        var maps = isIPv6
            ? (Old: old.IPv6, New: next.IPv6, Allocated: AllocatedSpace.Maps.IPv6)
            : (Old: old.IPv4, New: next.IPv4, Allocated: AllocatedSpace.Maps.IPv4);
        return Walk(old, next, maps.Old, maps.New, maps.Allocated, isIPv6);
    }

    private static IEnumerable<PlaceSegment> Walk(Places old, Places next, RangeMap oldMap, RangeMap newMap, RangeMap allocated, bool isIPv6)
    {
        int atOld = 0, atNew = 0, atAllocated = 0;
        var first = UInt128.Zero;
        while (true)
        {
            var (endsOld, endsNew, endsAllocated) = (oldMap.LastKey(atOld), newMap.LastKey(atNew), allocated.LastKey(atAllocated));
            var last = UInt128.Min(endsOld, UInt128.Min(endsNew, endsAllocated));
            yield return new PlaceSegment(first, last, isIPv6, old.All[oldMap.Values[atOld]], next.All[newMap.Values[atNew]], AllocatedSpace.IsIn(allocated, atAllocated));
            if (last == UInt128.MaxValue) yield break;
            if (endsOld == last) atOld++;
            if (endsNew == last) atNew++;
            if (endsAllocated == last) atAllocated++;
            first = last + 1;
        }
    }
}
