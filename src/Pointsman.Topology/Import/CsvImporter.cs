using System.Globalization;
using System.Runtime.CompilerServices;

namespace Pointsman.Topology.Import;

/// <summary>
/// Reads a CSV table of any layer, shipped or the operator's, into disjoint ranges of record numbers. Columns by
/// <see cref="Columns"/>. A row that says nothing of a place (a special-purpose block, or a LEGACY one) still counts: it is a statement that its
/// addresses have none, and no lower layer is asked.
/// </summary>
internal sealed class CsvImporter(PlaceSource source, TextReader text, string digest, PlaceTable table, Mistakes mistakes)
{
    /// <summary>Twice the largest city database in use; some 300 MB while loading.</summary>
    public const int MaxRows = 8_000_000;

    private const int MaxNameChars = 200;

    private readonly CsvReader _rows = new(text);
    private readonly int _origin = table.AddOrigin(new TableOrigin(source.Name, "csv", digest, source.Date));
    private readonly ImportedRanges _ipv4 = new();
    private readonly ImportedRanges _ipv6 = new();
    private readonly ImportedRanges _systemsIPv4 = new();
    private readonly ImportedRanges _systemsIPv6 = new();
    private readonly Dictionary<uint, int> _bySystem = [];
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private Columns? _columns;
    private int _records;

    public ImportedMaps Read()
    {
        while (!mistakes.IsFull && _rows.ReadRow())
        {
            if (_rows.Mistake is var (column, message)) Report(column, message);
            else if (_columns is not null) ReadRecord(_columns);
            else if (!ReadFirstRow()) break;

            if (_records <= MaxRows) continue;
            Report(1, $"more than {MaxRows} rows");
            break;
        }
        if (!mistakes.Any && source.Layer == PlaceLayer.Database && _records == 0)
            mistakes.Report(source.Name, Math.Max(1, _rows.Line), 1, "the table has no rows");

        void ReportOverlap(int line, string message) => mistakes.Report(source.Name, line, 1, message);
        void ReportSystems(int line, string message)
        {
            // Rows with both are told once.
            if (_columns is { HasPlace: false }) ReportOverlap(line, message);
        }
        return new ImportedMaps(RangeSweep.Flatten(_ipv4, ReportOverlap), RangeSweep.Flatten(_ipv6, ReportOverlap), _records)
        {
            Systems = _columns is { HasAddresses: true, HasSystem: true }
                ? (RangeSweep.Flatten(_systemsIPv4, ReportSystems), RangeSweep.Flatten(_systemsIPv6, ReportSystems)) : null,
            BySystem = _bySystem,
        };
    }

    private bool ReadFirstRow()
    {
        if (Columns.IsHeader(_rows))
        {
            _columns = Columns.OfHeader(_rows, source.Layer == PlaceLayer.Subscribers, Report);
            return _columns is not null;
        }
        _columns = Columns.OfShape(_rows);
        ReadRecord(_columns);
        return true;
    }

    [MethodImpl(LoadPath.FastAtOnce)]
    private void ReadRecord(Columns columns)
    {
        UInt128 first = default, last = default;
        var isIPv6 = false;
        if ((columns.HasAddresses && !TryReadRange(columns, out first, out last, out isIPv6))
            || !TryReadSystem(columns, out var system, out var organisation)
            || !TryReadCountry(columns.Country, out var country)
            || !TryReadRegion(columns.Region, out var region)
            || !TryReadDegrees(columns.Latitude, "latitude", 90, out var latitude)
            || !TryReadDegrees(columns.Longitude, "longitude", 180, out var longitude)
            || !TryReadName(columns.Name, out var name)
            || !TryReadName(columns.City, out var city)) return;

        if (latitude is null != longitude is null)
        {
            Report(_rows.ColumnOf(latitude is null ? columns.Latitude : columns.Longitude), "latitude and longitude go together: one of them is missing");
            return;
        }
        // Blocks given out before the registries existed: their users are anywhere, whichever registry keeps the papers.
        if (_rows.Field(columns.Status).Equals("LEGACY", StringComparison.OrdinalIgnoreCase)) region = null;

        _records++;
        if (columns.HasPlace)
        {
            var record = table.Add(new Said(country, null, region, latitude, longitude, city, name, _origin));
            if (columns.HasAddresses) (isIPv6 ? _ipv6 : _ipv4).Add(new ImportedRange(first, last, record, _rows.Line));
            else if (!_bySystem.TryAdd(system, record)) Report(_rows.ColumnOf(columns.Asn), $"AS{system} is placed twice");
        }
        if (columns.HasAddresses && columns.HasSystem)
        {
            var record = system == 0 ? NetworkMaps.None : table.Add(new SaidSystem(system, organisation, _origin));
            (isIPv6 ? _systemsIPv6 : _systemsIPv4).Add(new ImportedRange(first, last, record, _rows.Line));
        }
    }

    /// <summary>A number, with <c>AS</c> before it or not; nothing, or 0, where a row with addresses has none.</summary>
    private bool TryReadSystem(Columns columns, out uint number, out string? organisation)
    {
        (number, organisation) = (0, null);
        if (!columns.HasSystem) return true;
        var text = _rows.Field(columns.Asn);
        if (columns.HasAddresses && (text.IsEmpty || text is "-")) return true;
        var digits = text.StartsWith("AS", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        if (!uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) || (number == 0 && !columns.HasAddresses))
            return Refuse(columns.Asn, "must be the number of an autonomous system, such as 64500 or AS64500");
        return TryReadName(columns.Organisation, out organisation);
    }

    private bool TryReadRange(Columns columns, out UInt128 first, out UInt128 last, out bool isIPv6)
    {
        if (!columns.HasRange) return TryReadPrefix(columns.Prefix, out first, out last, out isIPv6);
        last = default;
        if (!AddressKey.TryParse(_rows.Field(columns.First), out first, out isIPv6))
            return Refuse(columns.First, "must be an address");
        if (!AddressKey.TryParse(_rows.Field(columns.Last), out last, out var lastIsIPv6))
            return Refuse(columns.Last, "must be an address");
        if (isIPv6 != lastIsIPv6) return Refuse(columns.Last, "must be of the same family as the first address");
        if (last < first) return Refuse(columns.Last, "the last address lies before the first");
        last |= AddressKey.HostBits(isIPv6 ? 128 : 32);
        return true;
    }

    [MethodImpl(LoadPath.FastAtOnce)]
    private bool TryReadPrefix(int field, out UInt128 first, out UInt128 last, out bool isIPv6)
    {
        (first, last, isIPv6) = (default, default, false);
        var text = _rows.Field(field);
        if (!Prefix.TryParse(text, out var prefix))
        {
            var slash = text.IndexOf('/');
            return Refuse(field, slash > 0 && AddressKey.TryParse(text[..slash], out _, out _)
                ? "the length is out of range, or bits are set past it" : "must be a prefix, such as 192.0.2.0/24 or 2001:db8::/32");
        }
        (first, last, isIPv6) = (prefix.FirstKey, prefix.LastKey, prefix.IsIPv6);
        return true;
    }

    private bool TryReadCountry(int field, out string? country)
    {
        country = null;
        var text = _rows.Field(field);
        if (text.IsEmpty || text is "-") return true;
        Span<char> upper = stackalloc char[2];
        if (text.Length != 2 || text.ToUpperInvariant(upper) != 2) return Refuse(field, "must be a country code of two letters (ISO 3166)");
        var code = Interned(upper);
        return CountryCodes.TryRead(code, out country) || Refuse(field, "no country has this code (ISO 3166)");
    }

    private bool TryReadRegion(int field, out string? region)
    {
        region = null;
        var text = _rows.Field(field);
        if (text.IsEmpty || text is "-") return true;
        region = Regions.Find(text);
        return region is not null || Refuse(field, $"must be one of {string.Join(", ", Regions.All)}");
    }

    private bool TryReadDegrees(int field, string what, double most, out double? degrees)
    {
        degrees = null;
        var text = _rows.Field(field);
        if (text.IsEmpty) return true;
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        // Written so that NaN, which every style accepts, is out of range as well.
        if (!double.TryParse(text, Plain, CultureInfo.InvariantCulture, out var value) || !(Math.Abs(value) <= most))
            return Refuse(field, $"{what}: must be degrees from −{most} to {most}");
        degrees = value;
        return true;
    }

    private bool TryReadName(int field, out string? name)
    {
        name = null;
        var text = _rows.Field(field);
        if (text.IsEmpty) return true;
        if (text.Length > MaxNameChars) return Refuse(field, $"longer than {MaxNameChars} characters");
        foreach (var character in text)
            if (char.IsControl(character)) return Refuse(field, "a control character in a name");
        name = Interned(text);
        return true;
    }

    private string Interned(ReadOnlySpan<char> text)
    {
        var texts = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (texts.TryGetValue(text, out var kept)) return kept;
        kept = text.ToString();
        _texts.Add(kept);
        return kept;
    }

    /// <summary>Reports the field with what was seen in it, cut short and without control characters: it goes to somebody's terminal.</summary>
    private bool Refuse(int field, string expected)
    {
        const int Shown = 60;
        var text = _rows.Field(field);
        var seen = new string([.. text[..Math.Min(text.Length, Shown)].ToArray().Select(character => char.IsControl(character) ? '?' : character)]);
        Report(_rows.ColumnOf(field), seen.Length == 0 ? $"{expected}; it is empty" : $"{expected}; was '{seen}'");
        return false;
    }

    private void Report(int column, string message) => mistakes.Report(source.Name, _rows.Line, column, message);
}
