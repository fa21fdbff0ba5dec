using System.Collections.Immutable;
using Pointsman.Node.Configuration.Shapes;
using Pointsman.Topology;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

internal sealed record WrittenTopology(ImmutableArray<Written<string>> Databases, Written<string>? Subscribers, TopologySettings Settings)
{
    public static readonly WrittenTopology None = new([], null, TopologySettings.Default);
}

/// <summary><c>topology</c> and what stands below it: the geography tables and what the operator knows better.</summary>
internal static class TopologyKeys
{
    private static readonly Key<int> ipv4 = Optional("ipv4", new Whole(8, 32), "The longest scope of an IPv4 client subnet, in bits.", ScopeCeilings.Default.IPv4, "24");
    private static readonly Key<int> ipv6 = Optional("ipv6", new Whole(16, 128), "The longest scope of an IPv6 client subnet, in bits.", ScopeCeilings.Default.IPv6, "56");

    public static readonly KeyTable ScopeTable = new("topology.scope", [ipv4, ipv6]);

    private static readonly Key<string?> continent = Optional("continent", new Choice<string?>([.. Places.Continents.Select(name => (name, (string?)name))]),
        "The continent of every address in the country.", null);
    private static readonly Key<string?> region = Optional("region", new Choice<string?>([.. SiteKeys.Regions.Select(name => (name, (string?)name))]),
        "The registry region; a row that names its own keeps that.", null);
    private static readonly Key<double?> latitude = Optional("latitude", new Number(-90, 90).OrNone(),
        "Degrees, north positive; together with `longitude`. Where users are whose row has no coordinates.", null);
    private static readonly Key<double?> longitude = Optional("longitude", new Number(-180, 180).OrNone(), "Degrees, east positive; together with `latitude`.", null);

    public static readonly KeyTable OverrideTable = new("topology.overrides.*", [continent, region, latitude, longitude]);

    private static readonly Key<ImmutableArray<Written<string>>> databases = Optional("databases", new ListOf<Written<string>>(Names.FilePath.Placed(), 0, 16, orOne: true),
        "Files of address blocks and their places: MaxMind DB, a registry's statistics, CSV, or what `topology import` wrote; the first that knows an address wins. After them come the IANA tables in the program.", [], "[]");
    private static readonly Key<Written<string>?> subscribers = Optional("subscribers", Names.FilePath.Placed().OrNone(),
        "The operator's own table of user networks, a CSV file; it goes before the databases.", null);
    private static readonly Key<ImmutableArray<Entry<CountryOverride>>> overrides = Optional("overrides",
        new Named<CountryOverride>(Names.Country, new Section<CountryOverride>(OverrideTable, ReadOverride), 0, 300),
        "What follows from a country, by its two letters, where the program's own table is not what you want.", [], "{}");
    private static readonly Key<ScopeCeilings> scope = Optional("scope", new Section<ScopeCeilings>(ScopeTable, fields => new ScopeCeilings(fields.Get(ipv4), fields.Get(ipv6))),
        "How far down answers differ: addresses within so many bits are decided alike.", ScopeCeilings.Default);

    public static readonly KeyTable Table = new("topology", [databases, subscribers, overrides, scope]);

    public static WrittenTopology Read(Fields fields) => new(fields.Get(databases), fields.Get(subscribers), new TopologySettings
    {
        Overrides = Overrides(fields.Get(overrides), fields.Findings),
        Scope = fields.Get(scope),
    });

    private static ImmutableSortedDictionary<string, CountryOverride> Overrides(ImmutableArray<Entry<CountryOverride>> entries, Findings findings)
    {
        var byCode = ImmutableSortedDictionary.CreateBuilder<string, CountryOverride>(StringComparer.Ordinal);
        foreach (var entry in entries)
            if (!byCode.TryAdd(entry.Name, entry.Value)) findings.Error(entry.Mark, entry.Path, $"'{entry.Name}' is given twice");
        return byCode.ToImmutable();
    }

    private static CountryOverride ReadOverride(Fields fields)
    {
        var read = new CountryOverride(fields.Get(continent), fields.Get(region), fields.Get(latitude), fields.Get(longitude));
        if (fields.Has(latitude) != fields.Has(longitude)) fields.Findings.Error(fields.Mark, fields.Path, "latitude and longitude are given together or not at all");
        if (!fields.Has(continent) && !fields.Has(region) && !fields.Has(latitude) && !fields.Has(longitude))
            fields.Findings.Error(fields.Mark, fields.Path, "says nothing: give a continent, a region or coordinates, or leave it out");
        return read;
    }
}
