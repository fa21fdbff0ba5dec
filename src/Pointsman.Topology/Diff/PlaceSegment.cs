using System.Net;

namespace Pointsman.Topology.Diff;

/// <summary>A range of addresses of which two editions of the tables each say one thing throughout.</summary>
public readonly record struct PlaceSegment
{
    private readonly UInt128 _first, _last;

    internal PlaceSegment(UInt128 first, UInt128 last, bool isIPv6, Place old, Place next, bool isAllocated)
    {
        (_first, _last) = (first, last);
        (IsIPv6, Old, New, IsAllocated) = (isIPv6, old, next, isAllocated);
    }

    public bool IsIPv6 { get; }
    public Place Old { get; }
    public Place New { get; }

    /// <summary>In a block that a registry has from IANA, special-purpose blocks left out.</summary>
    public bool IsAllocated { get; }

    public IPAddress First => AddressKey.ToAddress(_first, IsIPv6);

    /// <summary>How many addresses; of IPv6 the nearest number that a double holds.</summary>
    public double Addresses => IsIPv6 ? (double)(_last - _first) + 1 : (double)((_last >> 96) - (_first >> 96)) + 1;

    /// <summary>Whether the country or the region is another one: what users are sent by.</summary>
    public bool IsChanged => !string.Equals(Old.Country, New.Country, StringComparison.Ordinal) || !string.Equals(Old.Region, New.Region, StringComparison.Ordinal);

    /// <summary>The old and the new place in a word each: the country, with the region where only that changed; without a country the region; <c>unknown</c>.</summary>
    public (string From, string To) Words => WordsOf(Old, New);

    public static (string From, string To) WordsOf(Place old, Place next)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(next);
        var sameCountry = old.Country is not null && string.Equals(old.Country, next.Country, StringComparison.Ordinal);
        return (Word(old, sameCountry), Word(next, sameCountry));
    }

    /// <summary>The fewest prefixes that are these addresses, in their order; at most 254.</summary>
    public IEnumerable<Prefix> Prefixes()
    {
        var next = _first;
        // Bounded by the bits of a key: prefixes grow up to the largest and then shrink.
        while (true)
        {
            var length = 128 - Math.Min(128, (int)UInt128.TrailingZeroCount(next));
            while ((next | AddressKey.HostBits(length)) > _last) length++;
            var prefix = new Prefix(next, length, IsIPv6);
            yield return prefix;
            if (prefix.LastKey >= _last) yield break;
            next = prefix.LastKey + 1;
        }
    }

    private static string Word(Place place, bool withRegion) =>
        place.Country is null ? place.Region ?? "unknown" : withRegion ? $"{place.Country} ({place.Region ?? "no region"})" : place.Country;
}
