namespace Pointsman.Topology.Import;

/// <summary>
/// The file that <c>topology import</c> writes: databases merged, checked and made small, so that a node reads in a few milliseconds what took seconds to
/// import, and every node the same. Equal files of equal dates give equal octets: nothing in it is of the time or the machine of the import.
/// <code>
///   "PMPLACES" | version | origins | texts | places | systems | IPv4 | IPv6 | systems IPv4 | systems IPv6 | SHA-256 of all before
///
///   origin   name, format (texts in place), digest (32 octets), day (0 = none), records
///   place    origin, which fields are there (a bit each), then those: country, continent, region, latitude and longitude, city, name
///   system   origin, number, organisation (1 + text, 0 = none)
///   map      count, then each range: trailing zeros of its start's distance from the last start (an octet), the distance without them, 1 + place or system (0 = none)
/// </code>
/// All numbers are of variable length, seven bits an octet, the lowest first; coordinates are IEEE 754 doubles. The SHA-256 is against damage, not against
/// forgery: who may write the file may write any.
/// </summary>
internal static class PlacesFile
{
    public const byte Version = 1;
    public const int DigestBytes = 32;

    /// <summary>Bits of a place's fields.</summary>
    public const int Country = 1, Continent = 2, Region = 4, Point = 8, City = 16, Name = 32, AllFields = 63;

    public static ReadOnlySpan<byte> Magic => "PMPLACES"u8;
}
