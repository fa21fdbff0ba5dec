using System.Globalization;

namespace Pointsman.Topology.Import.Mmdb;

/// <summary>
/// What one record of a database says, whichever of the layouts in use it has: MaxMind's and DB-IP's nested maps (<c>country.iso_code</c>,
/// <c>location.latitude</c>, <c>city.names.en</c>), or the flat ones of others (<c>country_code</c>, <c>lat</c>, <c>asn</c>). Everything else in it is passed over.
/// </summary>
internal struct MmdbRecord
{
    private const int Here = -1;

    private string? _country, _registered, _continent, _city, _organisation;
    private double? _latitude, _longitude;
    private uint _system;

    public readonly string? Country => _country ?? _registered;
    public readonly string? Continent => _continent;
    public readonly string? City => _city;
    public readonly double? Latitude => _longitude is null ? null : _latitude;
    public readonly double? Longitude => _latitude is null ? null : _longitude;
    public readonly uint System => _system;
    public readonly string? Organisation => _organisation;

    /// <summary>False for a database of systems alone: then its record is no statement about the place.</summary>
    public readonly bool HasPlace => Country is not null || Continent is not null || City is not null || Latitude is not null;

    /// <summary>What is wrong with the record; empty when nothing is.</summary>
    public string Problem { get; private set; }

    public static bool TryRead(ref MmdbReader reader, out MmdbRecord record)
    {
        record = new MmdbRecord { Problem = "cannot be read" };
        if (!TryEnter(ref reader, out var pairs, out _)) return false;
        for (var pair = 0; pair < pairs; pair++)
            if (!reader.TryReadKey(out var key) || !record.TryReadField(key, ref reader)) return false;
        record.Problem = "";
        return true;
    }

    private bool TryReadField(ReadOnlySpan<byte> key, ref MmdbReader reader)
    {
        if (key.SequenceEqual("country"u8)) return IsMap(reader) ? TryReadCode(ref reader, "iso_code"u8, ref _country) : TryReadCountry(ref reader, ref _country, strictly: false);
        if (key.SequenceEqual("country_code"u8)) return TryReadCountry(ref reader, ref _country, strictly: true);
        // Where the addresses are registered: the next best, when nobody says where they are used.
        if (key.SequenceEqual("registered_country"u8)) return TryReadCode(ref reader, "iso_code"u8, ref _registered);
        if (key.SequenceEqual("continent"u8)) return IsMap(reader) ? TryReadContinentOf(ref reader) : TryReadContinent(ref reader);
        if (key.SequenceEqual("continent_code"u8)) return TryReadContinent(ref reader);
        if (key.SequenceEqual("location"u8) && IsMap(reader)) return TryReadLocation(ref reader);
        if (key.SequenceEqual("latitude"u8) || key.SequenceEqual("lat"u8)) return TryReadDegrees(ref reader, 90, ref _latitude);
        if (key.SequenceEqual("longitude"u8) || key.SequenceEqual("lon"u8) || key.SequenceEqual("lng"u8)) return TryReadDegrees(ref reader, 180, ref _longitude);
        if (key.SequenceEqual("city"u8)) return IsMap(reader) ? TryReadCity(ref reader) : TryReadText(ref reader, ref _city);
        if (key.SequenceEqual("autonomous_system_number"u8) || key.SequenceEqual("asn"u8)) return TryReadSystem(ref reader);
        if (key.SequenceEqual("autonomous_system_organization"u8) || key.SequenceEqual("as_organization"u8) || key.SequenceEqual("as_name"u8))
            return TryReadText(ref reader, ref _organisation);
        return reader.TrySkip();
    }

    private static bool IsMap(MmdbReader reader) => reader.TryRead(out var value) && value.Kind == MmdbKind.Map;

    /// <summary>Goes into a map, also one behind a pointer.</summary>
    /// <param name="back">Where to go on afterwards, for <see cref="Leave"/>.</param>
    private static bool TryEnter(ref MmdbReader reader, out int pairs, out int back)
    {
        var entered = reader.TryRead(out var map) && map.Kind == MmdbKind.Map;
        (pairs, back) = (map.Size, map.IsPointed ? reader.Position : Here);
        if (map.IsPointed) reader.Position = map.Start;
        return entered;
    }

    private static bool Leave(ref MmdbReader reader, int back)
    {
        if (back != Here) reader.Position = back;
        return true;
    }

    private bool TryReadCode(ref MmdbReader reader, ReadOnlySpan<byte> wanted, ref string? code)
    {
        if (!TryEnter(ref reader, out var pairs, out var back)) return false;
        for (var pair = 0; pair < pairs; pair++)
        {
            if (!reader.TryReadKey(out var key)) return false;
            if (!(key.SequenceEqual(wanted) ? TryReadCountry(ref reader, ref code, strictly: true) : reader.TrySkip())) return false;
        }
        return Leave(ref reader, back);
    }

    /// <param name="strictly">Some write a country's name where others write its code: then what is no code says nothing.</param>
    private bool TryReadCountry(ref MmdbReader reader, ref string? code, bool strictly)
    {
        string? text = null;
        if (!TryReadText(ref reader, ref text)) return false;
        if (text is null or "-" || (!strictly && text.Length != 2)) return true;
        if (text.Length == 2 && CountryCodes.TryRead(text.ToUpperInvariant(), out code)) return true;
        Problem = $"no country has this code (ISO 3166); was '{text}'";
        return false;
    }

    private bool TryReadContinentOf(ref MmdbReader reader)
    {
        if (!TryEnter(ref reader, out var pairs, out var back)) return false;
        for (var pair = 0; pair < pairs; pair++)
        {
            if (!reader.TryReadKey(out var key)) return false;
            if (!(key.SequenceEqual("code"u8) ? TryReadContinent(ref reader) : reader.TrySkip())) return false;
        }
        return Leave(ref reader, back);
    }

    private bool TryReadContinent(ref MmdbReader reader)
    {
        string? text = null;
        if (!TryReadText(ref reader, ref text)) return false;
        if (text is not null && Places.Continents.Contains(text)) _continent = text;
        return true;
    }

    private bool TryReadLocation(ref MmdbReader reader)
    {
        if (!TryEnter(ref reader, out var pairs, out var back)) return false;
        for (var pair = 0; pair < pairs; pair++)
        {
            if (!reader.TryReadKey(out var key)) return false;
            var read = key.SequenceEqual("latitude"u8) ? TryReadDegrees(ref reader, 90, ref _latitude)
                : key.SequenceEqual("longitude"u8) ? TryReadDegrees(ref reader, 180, ref _longitude) : reader.TrySkip();
            if (!read) return false;
        }
        return Leave(ref reader, back);
    }

    private bool TryReadCity(ref MmdbReader reader)
    {
        if (!TryEnter(ref reader, out var pairs, out var back)) return false;
        for (var pair = 0; pair < pairs; pair++)
        {
            if (!reader.TryReadKey(out var key)) return false;
            if (!(key.SequenceEqual("names"u8) && IsMap(reader) ? TryReadEnglish(ref reader) : reader.TrySkip())) return false;
        }
        return Leave(ref reader, back);
    }

    private bool TryReadEnglish(ref MmdbReader reader)
    {
        if (!TryEnter(ref reader, out var pairs, out var back)) return false;
        for (var pair = 0; pair < pairs; pair++)
        {
            if (!reader.TryReadKey(out var key)) return false;
            if (!(key.SequenceEqual("en"u8) ? TryReadText(ref reader, ref _city) : reader.TrySkip())) return false;
        }
        return Leave(ref reader, back);
    }

    private static bool TryReadText(ref MmdbReader reader, ref string? text)
    {
        var start = reader.Position;
        if (!reader.TryRead(out var value)) return false;
        if (value.Kind == MmdbKind.String)
        {
            text = MmdbText.Of(reader.BytesOf(value)) ?? text;
            return true;
        }
        return TryPassOver(ref reader, start);
    }

    /// <summary>A value of a kind that is not expected here says nothing: it is passed over, with all that is in it.</summary>
    private static bool TryPassOver(ref MmdbReader reader, int start)
    {
        reader.Position = start;
        return reader.TrySkip();
    }

    private bool TryReadDegrees(ref MmdbReader reader, double most, ref double? degrees)
    {
        var start = reader.Position;
        if (!reader.TryRead(out var value)) return false;
        double read;
        if (value.Kind == MmdbKind.Real) read = value.Real;
        else if (value.Kind != MmdbKind.String) return TryPassOver(ref reader, start);
        else if (!double.TryParse(reader.BytesOf(value), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out read)) return true;
        // Written so that NaN is out of range as well.
        if (!(Math.Abs(read) <= most))
        {
            Problem = string.Create(CultureInfo.InvariantCulture, $"coordinates must be degrees within ±{most}; was {read}");
            return false;
        }
        degrees = read;
        return true;
    }

    private bool TryReadSystem(ref MmdbReader reader)
    {
        var start = reader.Position;
        if (!reader.TryRead(out var value)) return false;
        if (value.Kind == MmdbKind.Unsigned)
        {
            _system = value.Number <= uint.MaxValue ? (uint)value.Number : 0;
            return true;
        }
        if (value.Kind != MmdbKind.String) return TryPassOver(ref reader, start);
        var text = reader.BytesOf(value);
        if (text.StartsWith("AS"u8)) text = text[2..];
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) _system = number;
        return true;
    }
}
