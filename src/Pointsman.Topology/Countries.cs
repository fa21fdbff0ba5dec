using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Topology.Import;

namespace Pointsman.Topology;

/// <summary>
/// What follows from a country: continent, registry's region, centroid; and the centroid of a region, the spherical mean of its countries'
/// (a mean of longitudes would put a region that spans the date line in the wrong ocean). The countries of Antarctica have no users and take no part.
/// </summary>
internal sealed class Countries
{
    private sealed record Facts(string Continent, string? Region, double Latitude, double Longitude);

    private readonly FrozenDictionary<string, Facts> _byCode;
    private readonly FrozenDictionary<string, (double Latitude, double Longitude)> _regionCentroids;

    private Countries(FrozenDictionary<string, Facts> byCode)
    {
        _byCode = byCode;
        _regionCentroids = byCode.Values.Where(facts => facts is { Region: not null, Continent: not "AN" }).GroupBy(facts => facts.Region!)
            .ToFrozenDictionary(group => group.Key, Centroid);
    }

    public static Countries Shipped { get; } = Read(ShippedTables.OpenCountries());

    /// <summary>These facts with the operator's put over them; a region's centroid is that of the countries that are in it then.</summary>
    public Countries With(ImmutableSortedDictionary<string, CountryOverride> overrides)
    {
        if (overrides.IsEmpty) return this;
        var byCode = _byCode.ToDictionary(StringComparer.Ordinal);
        foreach (var (code, said) in overrides)
        {
            if (!byCode.TryGetValue(code, out var facts)) continue;
            byCode[code] = new Facts(said.Continent ?? facts.Continent, said.Region ?? facts.Region, said.Latitude ?? facts.Latitude, said.Longitude ?? facts.Longitude);
        }
        return new Countries(byCode.ToFrozenDictionary(StringComparer.Ordinal));
    }

    public IEnumerable<string> Codes => _byCode.Keys;

    public bool Contains(string code) => _byCode.ContainsKey(code);

    /// <summary>Fills in what was not said. What was said stays, even against the country's own facts: the operator knows better.</summary>
    /// <param name="continent">Only where the country is not known.</param>
    public Place Complete(string? country, string? region, double? latitude, double? longitude, string? continent = null)
    {
        Facts? facts = null;
        if (country is not null) _byCode.TryGetValue(country, out facts);
        region ??= facts?.Region;
        if (latitude is null || longitude is null)
        {
            (latitude, longitude) = (facts?.Latitude, facts?.Longitude);
            if (facts is null && region is not null && _regionCentroids.TryGetValue(region, out var centroid))
                (latitude, longitude) = centroid;
        }
        return new Place { Country = country, Continent = facts?.Continent ?? continent, Region = region, Latitude = latitude, Longitude = longitude };
    }

    private static (double Latitude, double Longitude) Centroid(IEnumerable<Facts> countries)
    {
        double x = 0, y = 0, z = 0;
        foreach (var country in countries.OrderBy(facts => facts.Latitude).ThenBy(facts => facts.Longitude))
        {
            var (latitude, longitude) = (double.DegreesToRadians(country.Latitude), double.DegreesToRadians(country.Longitude));
            x += Math.Cos(latitude) * Math.Cos(longitude);
            y += Math.Cos(latitude) * Math.Sin(longitude);
            z += Math.Sin(latitude);
        }
        // Rounded as the countries' own are, so that the last digits of the platform's sine are no part of any digest.
        return (Math.Round(double.RadiansToDegrees(Math.Atan2(z, Math.Sqrt((x * x) + (y * y)))), 2),
            Math.Round(double.RadiansToDegrees(Math.Atan2(y, x)), 2));
    }

    /// <summary>The shipped table, whose columns a test holds; a mistake in it is a bug, not an operator's.</summary>
    private static Countries Read(TextReader text)
    {
        var rows = new CsvReader(text);
        var header = new Dictionary<string, int>(StringComparer.Ordinal);
        if (rows.ReadRow())
            for (var field = 0; field < rows.FieldCount; field++) header[rows.Field(field).ToString()] = field;
        var byCode = new Dictionary<string, Facts>(StringComparer.Ordinal);
        while (rows.ReadRow())
        {
            byCode[rows.Field(header["alpha2"]).ToString()] = new Facts(
                rows.Field(header["continent"]).ToString(),
                Regions.Find(rows.Field(header["rir"])),
                double.Parse(rows.Field(header["lat"]), CultureInfo.InvariantCulture),
                double.Parse(rows.Field(header["lon"]), CultureInfo.InvariantCulture));
        }
        return new Countries(byCode.ToFrozenDictionary(StringComparer.Ordinal));
    }
}
