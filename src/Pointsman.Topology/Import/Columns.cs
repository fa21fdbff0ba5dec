namespace Pointsman.Topology.Import;

/// <summary>
/// Which field of a row means what: from the header by name, or without one by the shape of the first row, <c>prefix,country[,region,latitude,longitude]</c>
/// or <c>first,last,country[,region,latitude,longitude]</c>; with a number where the country stands, <c>prefix,asn[,organisation]</c> and so on.
/// A column that is not there has index −1.
/// </summary>
internal sealed record Columns
{
    private const int Absent = -1;

    private int _prefix = Absent, _first = Absent, _last = Absent, _country = Absent, _region = Absent;
    private int _latitude = Absent, _longitude = Absent, _name = Absent, _status = Absent, _city = Absent, _asn = Absent, _organisation = Absent;

    public int Prefix => _prefix;
    public int First => _first;
    public int Last => _last;
    public int Country => _country;
    public int Region => _region;
    public int Latitude => _latitude;
    public int Longitude => _longitude;
    public int Name => _name;
    public int City => _city;

    /// <summary>The autonomous system's number.</summary>
    public int Asn => _asn;

    public int Organisation => _organisation;

    /// <summary>Only the registries' own tables have it: <c>LEGACY</c> blocks are no evidence of a place.</summary>
    public int Status => _status;

    public bool HasRange => First >= 0;
    public bool HasAddresses => First >= 0 || Prefix >= 0;
    public bool HasSystem => Asn >= 0;

    /// <summary>False for a table of systems alone: its rows say nothing of a place, and lower layers are asked.</summary>
    public bool HasPlace => Country >= 0 || Region >= 0 || Latitude >= 0 || Longitude >= 0 || Name >= 0 || City >= 0;

    /// <summary>The names that a header may use, the documented one of each group first.</summary>
    private static readonly string[][] Names =
    [
        ["prefix", "network", "cidr"], ["first", "start", "start_ip", "range_start"], ["last", "end", "end_ip", "range_end"],
        ["country", "country_code"], ["region", "rir"], ["latitude", "lat"], ["longitude", "lon"], ["name", "designation"], ["status"], ["city", "city_name"],
        ["asn", "autonomous_system_number", "as_number"], ["organisation", "organization", "autonomous_system_organization", "as_organization", "as_name"],
    ];

    /// <summary>True when the row at hand is a header: its first field is no address and no prefix.</summary>
    public static bool IsHeader(CsvReader row)
    {
        var field = row.Field(0);
        return !Topology.Prefix.TryParse(field, out _) && !field.ContainsAnyInRange('0', '9') && !field.Contains(':');
    }

    public static Columns OfShape(CsvReader firstRow)
    {
        if (AddressKey.TryParse(firstRow.Field(1), out _, out _))
        {
            return IsNumber(firstRow.Field(2))
                ? new Columns { _first = 0, _last = 1, _asn = 2, _organisation = 3 }
                : new Columns { _first = 0, _last = 1, _country = 2, _region = 3, _latitude = 4, _longitude = 5 };
        }
        if (IsNumber(firstRow.Field(1))) return new Columns { _prefix = 0, _asn = 1, _organisation = 2 };
        return new Columns { _prefix = 0, _country = 1, _region = 2, _latitude = 3, _longitude = 4 };
    }

    /// <summary>
    /// Other columns are ignored (databases have many), but not one that is nearly a known name: that is a slip, and ignoring it would lose
    /// the column in silence.
    /// </summary>
    /// <param name="mayNameSystems">Whether a row may name a system in place of addresses.</param>
    public static Columns? OfHeader(CsvReader header, bool mayNameSystems, Action<int, string> report)
    {
        var columns = new Columns();
        var sound = true;
        for (var field = 0; field < header.FieldCount; field++)
        {
            var name = header.Field(field).ToString().ToLowerInvariant();
            ref var index = ref columns.IndexOf(name, out var known);
            if (known && index != Absent)
            {
                report(header.ColumnOf(field), $"the column '{name}' is given twice");
                sound = false;
            }
            else if (known) index = field;
            else if (Nearest(name) is { } meant)
            {
                report(header.ColumnOf(field), $"unknown column '{name}': did you mean '{meant}'?");
                sound = false;
            }
        }
        if (sound && columns.Prefix < 0 && (columns.First < 0 || columns.Last < 0) && !(mayNameSystems && columns.HasSystem && columns.First < 0))
        {
            report(1, mayNameSystems ? "the header names neither 'prefix' nor 'first' and 'last' nor 'asn'" : "the header names neither 'prefix' nor 'first' and 'last'");
            sound = false;
        }
        if (sound && !columns.HasPlace && !columns.HasSystem)
        {
            report(1, "the header names no column that says where: country, region, latitude and longitude, city or name, or asn");
            sound = false;
        }
        return sound ? columns : null;
    }

    private static bool IsNumber(ReadOnlySpan<char> field) => !field.IsEmpty && !field.ContainsAnyExceptInRange('0', '9');

    private ref int IndexOf(string name, out bool known)
    {
        known = true;
        switch (Array.FindIndex(Names, group => group.Contains(name)))
        {
            case 0: return ref _prefix;
            case 1: return ref _first;
            case 2: return ref _last;
            case 3: return ref _country;
            case 4: return ref _region;
            case 5: return ref _latitude;
            case 6: return ref _longitude;
            case 7: return ref _name;
            case 8: return ref _status;
            case 9: return ref _city;
            case 10: return ref _asn;
            case 11: return ref _organisation;
            default:
                known = false;
                return ref _prefix;
        }
    }

    /// <summary>The documented name that one slip (a letter wrong, missing, too many, or two swapped) away from a longer word.</summary>
    private static string? Nearest(string word) =>
        Names.Select(group => group[0]).FirstOrDefault(name => name.Length > 4 && IsOneSlip(word, name));

    private static bool IsOneSlip(string word, string name)
    {
        if (Math.Abs(word.Length - name.Length) > 1) return false;
        var same = 0;
        while (same < word.Length && same < name.Length && word[same] == name[same]) same++;
        var a = word.AsSpan(same);
        var b = name.AsSpan(same);
        if (a.Length > b.Length) return a[1..].SequenceEqual(b);
        if (a.Length < b.Length) return a.SequenceEqual(b[1..]);
        if (a.IsEmpty || a[1..].SequenceEqual(b[1..])) return true;
        return a.Length > 1 && a[0] == b[1] && a[1] == b[0] && a[2..].SequenceEqual(b[2..]);
    }
}
