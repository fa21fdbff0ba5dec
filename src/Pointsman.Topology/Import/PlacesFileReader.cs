using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Pointsman.Topology.Import;

/// <summary>
/// Reads a <see cref="PlacesFile"/>. The checksum first: a damaged one is refused whole. What follows is believed no more than any other input all the
/// same, because a checksum is easily made: every count is held against the octets that are left, every number against its table.
/// </summary>
internal sealed class PlacesFileReader(PlaceSource source, ReadOnlyMemory<byte> content, string digest, PlaceTable table, Mistakes mistakes)
{
    private const string Damaged = "is a file of topology import and damaged: ";

    /// <summary>As many as databases may be imported together, and more.</summary>
    private const int MaxOrigins = 1000;

    /// <summary>Texts, places and systems each: as many as the networks that any one database may have.</summary>
    private const int MaxItems = 16_000_000;

    /// <summary>Of one map: that many networks have gaps between them, and several databases cut each other.</summary>
    private const int MaxRanges = 2 * MaxItems;

    /// <summary>The smallest there can be: a text its length; a place an origin and its fields; a system an origin, a number and a text; a range zeros, a distance and a value.</summary>
    private const int OriginOctets = 4 + PlacesFile.DigestBytes, TextOctets = 1, PlaceOctets = 2, SystemOctets = 3, RangeOctets = 3;

    private string[] _texts = [];
    private int _firstOrigin;
    private int _originCount;
    private readonly List<(TableOrigin Origin, int Records)> _inner = [];

    public ImportedMaps Read()
    {
        var octets = content.Span;
        if (octets.Length < PlacesFile.Magic.Length + 1 + PlacesFile.DigestBytes) return Refused(Damaged + "it is cut short");
        if (octets[PlacesFile.Magic.Length] != PlacesFile.Version)
            return Refused($"is a file of topology import of version {octets[PlacesFile.Magic.Length]}; this program reads version {PlacesFile.Version}: import the databases anew");
        if (!SHA256.HashData(octets[..^PlacesFile.DigestBytes]).AsSpan().SequenceEqual(octets[^PlacesFile.DigestBytes..]))
            return Refused(Damaged + "its checksum does not fit, so some of it is missing or changed");
        var reader = new OctetReader(octets[(PlacesFile.Magic.Length + 1)..^PlacesFile.DigestBytes]);
        if (!TryReadOrigins(ref reader) || !TryReadTexts(ref reader)) return Refused(Damaged + "its tables of sources and texts do not fit");
        if (!TryReadPlaces(ref reader, out var places) || !TryReadSystems(ref reader, out var systems)) return Refused(Damaged + "a place in it cannot be");
        if (!TryReadMap(ref reader, places, out var ipv4) || !TryReadMap(ref reader, places, out var ipv6)
            || !TryReadMap(ref reader, systems, out var systemsIPv4) || !TryReadMap(ref reader, systems, out var systemsIPv6) || !reader.IsAtEnd)
            return Refused(Damaged + "its ranges do not fit");
        return new ImportedMaps(ipv4, ipv6, ipv4.Count + ipv6.Count + systemsIPv4.Count + systemsIPv6.Count - 4)
        {
            Inner = [.. _inner],
            Systems = systems.Length > 1 ? (systemsIPv4, systemsIPv6) : null,
        };
    }

    private ImportedMaps Refused(string problem)
    {
        mistakes.Report(source.Name, 0, 0, problem);
        return ImportedMaps.Nothing;
    }

    private bool TryReadOrigins(ref OctetReader reader)
    {
        if (!reader.TryReadCount(OriginOctets, MaxOrigins, out var count)) return false;
        var file = new TableOrigin(source.Name, "places", digest, source.Date);
        _firstOrigin = table.AddOrigin(file) + 1;
        _originCount = count;
        for (var index = 0; index < count; index++)
        {
            if (!reader.TryReadText(out var name) || !reader.TryReadText(out var format) || !reader.TryReadOctets(PlacesFile.DigestBytes, out var sha)
                || !reader.TryReadNumber((uint)DateOnly.MaxValue.DayNumber + 1, out var day) || !reader.TryReadNumber(int.MaxValue, out var records)) return false;
            var origin = new TableOrigin(name, format, Convert.ToHexStringLower(sha), day == 0 ? null : DateOnly.FromDayNumber((int)day - 1), file);
            table.AddOrigin(origin);
            // Of an imported file that was imported itself: what it was made of stands beside it.
            if (records > 0) _inner.Add((origin, (int)records));
        }
        return true;
    }

    private bool TryReadTexts(ref OctetReader reader)
    {
        if (!reader.TryReadCount(TextOctets, MaxItems, out var count)) return false;
        _texts = new string[count];
        for (var index = 0; index < count; index++)
            if (!reader.TryReadText(out _texts[index])) return false;
        return true;
    }

    /// <param name="records">By the number in the maps: the record; 0 is none.</param>
    private bool TryReadPlaces(ref OctetReader reader, out int[] records)
    {
        records = [0];
        if (!reader.TryReadCount(PlaceOctets, MaxItems, out var count)) return false;
        records = new int[count + 1];
        for (var index = 1; index <= count; index++)
        {
            if (!TryReadPlace(ref reader, out var said)) return false;
            records[index] = table.Add(said);
        }
        return true;
    }

    private bool TryReadPlace(ref OctetReader reader, out Said said)
    {
        said = default;
        if (!TryReadOrigin(ref reader, out var origin) || !reader.TryReadNumber(PlacesFile.AllFields, out var fields)) return false;
        string? country = null, continent = null, region = null, city = null, name = null;
        double? latitude = null, longitude = null;
        if ((fields & PlacesFile.Country) != 0)
        {
            if (!reader.TryReadOctets(2, out var code)) return false;
            country = $"{(char)code[0]}{(char)code[1]}";
            if (!Countries.Shipped.Contains(country)) return false;
        }
        if ((fields & PlacesFile.Continent) != 0 && !TryReadOneOf(ref reader, Places.Continents, out continent)) return false;
        if ((fields & PlacesFile.Region) != 0 && !TryReadOneOf(ref reader, Regions.All, out region)) return false;
        if ((fields & PlacesFile.Point) != 0)
        {
            // Written so that what is no number is out of range as well.
            if (!reader.TryReadDouble(out var north) || !reader.TryReadDouble(out var east) || !(Math.Abs(north) <= 90) || !(Math.Abs(east) <= 180)) return false;
            (latitude, longitude) = (north, east);
        }
        if ((fields & PlacesFile.City) != 0 && !TryReadOneOf(ref reader, _texts, out city)) return false;
        if ((fields & PlacesFile.Name) != 0 && !TryReadOneOf(ref reader, _texts, out name)) return false;
        said = new Said(country, continent, region, latitude, longitude, city, name, origin);
        return true;
    }

    private bool TryReadSystems(ref OctetReader reader, out int[] records)
    {
        records = [NetworkMaps.None];
        if (!reader.TryReadCount(SystemOctets, MaxItems, out var count)) return false;
        records = new int[count + 1];
        for (var index = 1; index <= count; index++)
        {
            if (!TryReadOrigin(ref reader, out var origin) || !reader.TryReadNumber(uint.MaxValue, out var number) || number == 0
                || !reader.TryReadNumber((uint)_texts.Length, out var organisation)) return false;
            records[index] = table.Add(new SaidSystem((uint)number, organisation == 0 ? null : _texts[organisation - 1], origin));
        }
        return true;
    }

    private bool TryReadOrigin(ref OctetReader reader, out int origin)
    {
        var isRead = reader.TryReadNumber(uint.MaxValue, out var index) && index < (uint)_originCount;
        origin = _firstOrigin + (int)index;
        return isRead;
    }

    private static bool TryReadOneOf(ref OctetReader reader, IReadOnlyList<string> choices, out string? chosen)
    {
        chosen = null;
        if (!reader.TryReadNumber(uint.MaxValue, out var index) || index >= (ulong)choices.Count) return false;
        chosen = choices[(int)index];
        return true;
    }

    [MethodImpl(LoadPath.FastAtOnce)]
    private static bool TryReadMap(ref OctetReader reader, int[] records, out RangeMap map)
    {
        map = RangeMap.Uniform(PlaceTable.NoRecord);
        if (!reader.TryReadCount(RangeOctets, MaxRanges, out var count) || count == 0) return false;
        var ranges = new RangeMapBuilder(count);
        var start = UInt128.Zero;
        for (var index = 0; index < count; index++)
        {
            if (!reader.TryReadOctets(1, out var zeros) || !reader.TryReadDistance(zeros[0], out var distance)
                || !reader.TryReadNumber((uint)records.Length - 1, out var value)) return false;
            // The first starts at zero, every other further on.
            if ((index == 0) != (distance == UInt128.Zero) || distance > UInt128.MaxValue - start) return false;
            start += distance;
            ranges.Append(start, records[value]);
        }
        map = ranges.Build();
        return true;
    }
}
