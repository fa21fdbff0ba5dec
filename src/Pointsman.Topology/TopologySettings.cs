using System.Collections.Immutable;

namespace Pointsman.Topology;

/// <summary>What the operator knows better of one country. What is null stays as shipped. Coordinates come both or not at all.</summary>
/// <param name="Continent">Two letters, one of <see cref="Places.Continents"/>.</param>
/// <param name="Region">One of <see cref="Regions.All"/>.</param>
public sealed record CountryOverride(string? Continent, string? Region, double? Latitude, double? Longitude);

/// <summary>What holds for all tables together: the operator's word on countries, and how long scopes may be. Compared by content.</summary>
public sealed record TopologySettings
{
    public static readonly TopologySettings Default = new();

    /// <summary>By the country's two letters, upper case.</summary>
    public ImmutableSortedDictionary<string, CountryOverride> Overrides { get; init; } = ImmutableSortedDictionary<string, CountryOverride>.Empty;

    /// <summary>The ceilings of client subnets' scopes. [S16]</summary>
    public ScopeCeilings Scope { get; init; } = ScopeCeilings.Default;

    public bool Equals(TopologySettings? other) => other is not null && Scope == other.Scope && Overrides.SequenceEqual(other.Overrides);

    public override int GetHashCode() => HashCode.Combine(Scope, Overrides.Count);
}
