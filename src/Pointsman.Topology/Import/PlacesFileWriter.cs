using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Pointsman.Topology.Import;

/// <summary>Writes a <see cref="PlacesFile"/>: only places and systems that some address has, numbered as they are first met.</summary>
internal sealed class PlacesFileWriter
{
    private readonly ArrayBufferWriter<byte> _octets = new();
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly List<string> _textList = [];

    public static PlacesImport Write(MergedTables merged) => new PlacesFileWriter().ToOctets(merged);

    private PlacesImport ToOctets(MergedTables merged)
    {
        var (table, places, systems) = (merged.Table, new List<int>(), new List<int>());
        var ipv4 = Renumber(merged.IPv4.Through(table.PlaceOfRecord), places);
        var ipv6 = Renumber(merged.IPv6.Through(table.PlaceOfRecord), places);
        var systemsIPv4 = Renumber(merged.SystemsIPv4, systems);
        var systemsIPv6 = Renumber(merged.SystemsIPv6, systems);

        _octets.Write(PlacesFile.Magic);
        WriteOctet(PlacesFile.Version);
        WriteOrigins(merged);
        foreach (var place in places) CollectTexts(table.Places[place].City, table.Places[place].Name);
        foreach (var system in systems) CollectTexts(table.Systems[system].Organisation);
        WriteNumber((uint)_textList.Count);
        foreach (var text in _textList) WriteText(text);
        WriteNumber((uint)places.Count);
        foreach (var place in places) WritePlace(table.Places[place]);
        WriteNumber((uint)systems.Count);
        foreach (var system in systems) WriteSystem(table.Systems[system]);
        foreach (var map in (RangeMap[])[ipv4, ipv6, systemsIPv4, systemsIPv6]) WriteMap(map);
        _octets.Write(SHA256.HashData(_octets.WrittenSpan));
        return new PlacesImport(_octets.WrittenSpan.ToArray(), merged.Tables, [])
        {
            IPv4Ranges = ipv4.Count,
            IPv6Ranges = ipv6.Count,
            Places = places.Count,
        };
    }

    /// <summary>The same ranges with neighbours that say the same joined, and new numbers: 0 none, else 1 + the index in <paramref name="used"/>.</summary>
    private static RangeMap Renumber(RangeMap map, List<int> used)
    {
        var numbers = new Dictionary<int, int> { [0] = 0 };
        for (var index = 0; index < used.Count; index++) numbers[used[index]] = index + 1;
        var renumbered = new RangeMapBuilder(map.Count);
        for (var index = 0; index < map.Count; index++)
        {
            if (!numbers.TryGetValue(map.Values[index], out var number))
            {
                used.Add(map.Values[index]);
                numbers[map.Values[index]] = number = used.Count;
            }
            renumbered.Append(map.Starts[index], number);
        }
        return renumbered.Build();
    }

    private void WriteOrigins(MergedTables merged)
    {
        var origins = merged.Table.Origins;
        WriteNumber((uint)origins.Count);
        foreach (var origin in origins)
        {
            // The file travels to other machines, whose folders are others.
            WriteText(Path.GetFileName(origin.Name));
            WriteText(origin.Format);
            _octets.Write(Convert.FromHexString(origin.Digest));
            WriteNumber(origin.Date is { } day ? (uint)day.DayNumber + 1 : 0);
            WriteNumber((uint)(merged.Tables.FirstOrDefault(one => ReferenceEquals(one.Origin, origin))?.Records ?? 0));
        }
    }

    private void CollectTexts(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text is null || !_texts.TryAdd(text, _textList.Count)) continue;
            _textList.Add(text);
        }
    }

    private void WritePlace(in Said said)
    {
        var fields = (said.Country is null ? 0 : PlacesFile.Country) | (said.Continent is null ? 0 : PlacesFile.Continent) | (said.Region is null ? 0 : PlacesFile.Region)
            | (said.Latitude is null ? 0 : PlacesFile.Point) | (said.City is null ? 0 : PlacesFile.City) | (said.Name is null ? 0 : PlacesFile.Name);
        WriteNumber((uint)said.Table);
        WriteOctet((byte)fields);
        if (said.Country is not null) _octets.Write(Encoding.ASCII.GetBytes(said.Country));
        if (said.Continent is not null) WriteNumber((uint)Places.Continents.IndexOf(said.Continent));
        if (said.Region is not null) WriteNumber((uint)Regions.All.IndexOf(said.Region));
        if (said is { Latitude: { } latitude, Longitude: { } longitude })
        {
            Span<byte> point = stackalloc byte[16];
            BinaryPrimitives.WriteDoubleLittleEndian(point, latitude);
            BinaryPrimitives.WriteDoubleLittleEndian(point[8..], longitude);
            _octets.Write(point);
        }
        if (said.City is not null) WriteNumber((uint)_texts[said.City]);
        if (said.Name is not null) WriteNumber((uint)_texts[said.Name]);
    }

    private void WriteSystem(in SaidSystem said)
    {
        WriteNumber((uint)said.Table);
        WriteNumber(said.Number);
        WriteNumber(said.Organisation is null ? 0 : (uint)_texts[said.Organisation] + 1);
    }

    private void WriteMap(RangeMap map)
    {
        WriteNumber((uint)map.Count);
        var last = UInt128.Zero;
        for (var index = 0; index < map.Count; index++)
        {
            var distance = map.Starts[index] - last;
            // The first of all starts at zero: 128 zeros and nothing left.
            var zeros = (int)UInt128.TrailingZeroCount(distance);
            WriteOctet((byte)zeros);
            WriteNumber(zeros == 128 ? UInt128.Zero : distance >> zeros);
            WriteNumber((uint)map.Values[index]);
            last = map.Starts[index];
        }
    }

    private void WriteOctet(byte octet)
    {
        _octets.GetSpan(1)[0] = octet;
        _octets.Advance(1);
    }

    private void WriteText(string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        WriteNumber((uint)octets.Length);
        _octets.Write(octets);
    }

    private void WriteNumber(UInt128 number)
    {
        for (; number > 0x7F; number >>= 7) WriteOctet((byte)((byte)number | 0x80));
        WriteOctet((byte)number);
    }
}
