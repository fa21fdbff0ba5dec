using System.Globalization;

namespace Pointsman.Topology.Import;

/// <summary>
/// Reads what the registries publish every day: the statistics exchange format, versions 2 and later, plain or extended, one registry's file, the common
/// one of all, or several one behind another.
/// <code>
///   2.3|ripencc|1567979999|300|19830705|20190908|+0200     header: version, registry, serial, records, first day, last day, zone
///   ripencc|*|ipv4|*|100|summary                           summary
///   ripencc|GB|ipv4|2.24.0.0|524288|20100921|allocated|…   record: IPv4 with a count of addresses, which need not be a power of two
///   ripencc|NL|ipv6|2001:610::|29|19990819|allocated|…     IPv6 with a prefix length
///   ripencc||ipv6|2001:6e0::|31||reserved|                 nobody is there: says nothing
/// </code>
/// A record says its country; where that names none (<c>EU</c>, <c>AP</c>, <c>ZZ</c>), the registry's region. Numbers of autonomous systems are no addresses and are passed over.
/// </summary>
internal sealed class DelegatedImporter(PlaceSource source, TextReader text, string digest, PlaceTable table, Mistakes mistakes)
{
    /// <summary>A summary, the shortest line, has five.</summary>
    public const int FewestBars = 5;

    /// <summary>All registries together have some 600,000 records.</summary>
    private const int MaxRows = 8_000_000;

    /// <summary>Extended records have eight fields, the common file's a ninth.</summary>
    private const int MaxFields = 12;

    private const int MaxLineChars = 1024;
    private const int Registry = 0, Country = 1, Type = 2, Start = 3, Value = 4, Date = 5, Status = 6;
    private const int HeaderRecords = 3, HeaderEnd = 5;

    private readonly ImportedRanges _ipv4 = new();
    private readonly ImportedRanges _ipv6 = new();
    private readonly Range[] _fields = new Range[MaxFields];
    private readonly Dictionary<(string?, string?), int> _places = [];
    private readonly HashSet<string> _registries = new(StringComparer.Ordinal);
    private string _line = "";
    private int _lineNumber, _fieldCount, _origin = -1, _records, _typed;
    private long _announced;
    private DateOnly? _date;

    public ImportedMaps Read()
    {
        while (!mistakes.IsFull && ReadLine())
        {
            if (_line.Length > MaxLineChars) Report(MaxLineChars + 1, $"the line is longer than {MaxLineChars} characters");
            else ReadOne();
            if (_typed <= MaxRows) continue;
            Report(1, $"more than {MaxRows} records");
            break;
        }
        if (_records == 0 && !mistakes.Any) mistakes.Report(source.Name, Math.Max(1, _lineNumber), 1, "no record gives addresses to anybody");
        // What an interrupted transfer leaves is a well-formed file in which countries are missing.
        if (_announced > _typed)
        {
            mistakes.Warn(source.Name, _lineNumber, 1, string.Create(CultureInfo.InvariantCulture,
                $"the headers announce {_announced} records, {_typed} are here: was the file cut short?"));
        }
        NameOrigin();
        void ReportOverlap(int line, string message) => mistakes.Report(source.Name, line, 1, message);
        return new ImportedMaps(RangeSweep.Flatten(_ipv4, ReportOverlap), RangeSweep.Flatten(_ipv6, ReportOverlap), _records);
    }

    private ReadOnlySpan<char> Field(int index) => index < _fieldCount ? _line.AsSpan(_fields[index]).Trim() : [];

    private int ColumnOf(int index) => index < _fieldCount ? _fields[index].Start.Value + 1 : _line.Length + 1;

    private bool ReadLine()
    {
        // Bounded by the content, whose length is; a line by what is left of it.
        while (text.ReadLine() is { } line)
        {
            _lineNumber++;
            var start = line.AsSpan().Trim();
            if (start.IsEmpty || start[0] == '#') continue;
            _line = line;
            return true;
        }
        return false;
    }

    private void ReadOne()
    {
        _fieldCount = _line.AsSpan().Split(_fields, '|');
        if (_line[0] is >= '0' and <= '9') ReadHeader();
        else if (_fieldCount < FewestBars + 1) Report(1, "must have six fields at least, between bars");
        // RIR statistics: a summary has the word in place of the date, and an asterisk for the country.
        else if (Field(Date).Equals("summary", StringComparison.OrdinalIgnoreCase)) return;
        else ReadRecord();
    }

    private void ReadHeader()
    {
        var version = Field(0);
        if (!version.StartsWith("2") || (version.Length > 1 && version[1] != '.'))
        {
            Report(1, $"must be version 2 of the registries' format; was '{Shown(version)}'");
            return;
        }
        if (Regions.Find(Field(1)) is null && !(Field(1) is "nro" or "iana"))
        {
            Report(ColumnOf(1), $"no registry has this name; was '{Shown(Field(1))}'");
            return;
        }
        if (!long.TryParse(Field(HeaderRecords), NumberStyles.None, CultureInfo.InvariantCulture, out var records))
        {
            Report(ColumnOf(HeaderRecords), $"must be a count of records; was '{Shown(Field(HeaderRecords))}'");
            return;
        }
        _announced += Math.Min(records, int.MaxValue);
        _registries.Add(Field(1).ToString());
        // The oldest of several: the whole is no newer than that.
        if (DateOnly.TryParseExact(Field(HeaderEnd), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && (_date is null || day < _date)) _date = day;
    }

    private void ReadRecord()
    {
        _typed++;
        if (Field(Type) is "asn") return;
        var isIPv6 = Field(Type) is "ipv6";
        if (!isIPv6 && Field(Type) is not "ipv4")
        {
            Report(ColumnOf(Type), $"must be ipv4, ipv6 or asn; was '{Shown(Field(Type))}'");
            return;
        }
        if (!TryReadRange(isIPv6, out var first, out var last)) return;
        // Nobody's yet, or not given out for use: no user is there, and the blocks below may say what they say.
        if (Field(Status) is "reserved" or "available" || Field(Registry) is "iana") return;
        if (Field(Status) is not ("allocated" or "assigned"))
        {
            Report(ColumnOf(Status), $"must be allocated, assigned, available or reserved; was '{Shown(Field(Status))}'");
            return;
        }
        if (!TryReadPlace(out var place)) return;
        _records++;
        (isIPv6 ? _ipv6 : _ipv4).Add(new ImportedRange(first, last, table.AddAgain(place), _lineNumber));
    }

    private bool TryReadRange(bool isIPv6, out UInt128 first, out UInt128 last)
    {
        last = default;
        if (!AddressKey.TryParse(Field(Start), out first, out var startIsIPv6) || startIsIPv6 != isIPv6)
            return Refuse(Start, isIPv6 ? "must be an IPv6 address" : "must be an IPv4 address");
        if (!uint.TryParse(Field(Value), NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value == 0)
            return Refuse(Value, isIPv6 ? "must be a prefix length from 1 to 128" : "must be a count of addresses");
        if (isIPv6)
        {
            if (value > 128) return Refuse(Value, "must be a prefix length from 1 to 128");
            if ((first & AddressKey.HostBits((int)value)) != UInt128.Zero) return Refuse(Start, "bits are set past the prefix length");
            last = first | AddressKey.HostBits((int)value);
            return true;
        }
        var end = (ulong)(first >> 96) + value - 1;
        if (end > uint.MaxValue) return Refuse(Value, "the count goes past 255.255.255.255");
        last = AddressKey.OfIPv4((uint)end) | AddressKey.HostBits(32);
        return true;
    }

    private bool TryReadPlace(out int place)
    {
        place = 0;
        string? country = null;
        var code = Field(Country);
        if (!code.IsEmpty && !CountryCodes.TryRead(code.ToString().ToUpperInvariant(), out country)) return Refuse(Country, "no country has this code (ISO 3166)");
        string? region = null;
        if (country is null && (region = Regions.Find(Field(Registry))) is null) return Refuse(Registry, "no registry has this name");
        if (_places.TryGetValue((country, region), out place)) return true;
        if (_origin < 0) _origin = table.AddOrigin(new TableOrigin(source.Name, "delegated", digest));
        place = table.NumberOf(new Said(country, null, region, null, null, null, null, _origin));
        _places.Add((country, region), place);
        return true;
    }

    /// <summary>At the end, when every header was read.</summary>
    private void NameOrigin()
    {
        if (_origin < 0) _origin = table.AddOrigin(new TableOrigin(source.Name, "delegated", digest));
        table.Origins[_origin] = new TableOrigin(source.Name, string.Join(' ', _registries.Order(StringComparer.Ordinal).Prepend("delegated")), digest, _date ?? source.Date);
    }

    private bool Refuse(int field, string expected)
    {
        var seen = Shown(Field(field));
        Report(ColumnOf(field), seen.Length == 0 ? $"{expected}; it is empty" : $"{expected}; was '{seen}'");
        return false;
    }

    private void Report(int column, string message) => mistakes.Report(source.Name, _lineNumber, column, message);

    /// <summary>Cut short and without control characters: it goes to somebody's terminal.</summary>
    private static string Shown(ReadOnlySpan<char> field)
    {
        const int Most = 60;
        return new string([.. field[..Math.Min(field.Length, Most)].ToArray().Select(character => char.IsControl(character) ? '?' : character)]);
    }
}
