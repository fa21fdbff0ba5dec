using System.Collections.Immutable;
using System.Net;

namespace Pointsman.Topology;

/// <summary>One address for each place that a decision can be made for: so that whoever wants to try every kind of client need not try every client.</summary>
/// <param name="Address">The place is told by the tables for this very address, and so is its class by any <see cref="PrefixTable"/>.</param>
public readonly record struct PlaceSample(Place Place, IPAddress Address);

/// <inheritdoc cref="PlaceSample"/>
public static class PlaceSamples
{
    /// <summary>In the order of <see cref="Places.All"/>.</summary>
    /// <param name="finer">
    /// So many places have none although they have a geography: every network of theirs is smaller than the longest scope, and is decided as the network around it.
    /// </param>
    public static ImmutableArray<PlaceSample> Of(Places places, out int finer)
    {
        ArgumentNullException.ThrowIfNull(places);
        var found = new IPAddress?[places.All.Length];
        var named = new bool[places.All.Length];
        Take(places, places.IPv4, false, places.Settings.Scope.IPv4, found, named);
        Take(places, places.IPv6, true, places.Settings.Scope.IPv6, found, named);

        var samples = ImmutableArray.CreateBuilder<PlaceSample>();
        finer = 0;
        for (var index = 0; index < found.Length; index++)
        {
            if (found[index] is { } address) samples.Add(new PlaceSample(places.All[index], address));
            else if (named[index] && places.All[index].IsKnown) finer++;
        }
        return samples.ToImmutable();
    }

    private static void Take(Places places, RangeMap map, bool isIPv6, int ceiling, IPAddress?[] found, bool[] named)
    {
        var within = AddressKey.HostBits(ceiling);
        // The first host's bit: 211.0.0.1 reads better than 211.0.0.0.
        var host = isIPv6 ? UInt128.One : UInt128.One << 96;
        for (var range = 0; range < map.Count; range++)
        {
            var place = map.Values[range];
            named[place] = true;
            if (found[place] is not null) continue;
            var (start, last) = (map.Starts[range], map.LastKey(range));
            // A network at the ceiling has the class of its first address: that one must be in this range.
            if ((start & within) != UInt128.Zero)
            {
                if (last - start < within - (start & within) + 1) continue;
                start = (start | within) + 1;
            }
            var address = AddressKey.ToAddress(last - start >= host ? start | host : start, isIPv6);
            // Where an IPv6 address carries an IPv4 address, that one's place is asked.
            if (ReferenceEquals(places.Lookup(address).Place, places.All[place])) found[place] = address;
        }
    }
}
