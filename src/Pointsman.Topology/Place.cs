namespace Pointsman.Topology;

/// <summary>
/// Where an address is, as far as the tables know. What a record does not say is derived: the continent and the region from the
/// country, the point from the country's centroid, else from the region's. Compared by value; equal places are one object inside one <see cref="Places"/>.
/// </summary>
public sealed record Place
{
    /// <summary>The place of an address that no table mentions.</summary>
    public static readonly Place Unknown = new();

    /// <summary>ISO 3166 alpha-2, upper case.</summary>
    public string? Country { get; init; }

    /// <summary>Two letters: AF AN AS EU NA OC SA. The country's; of a record without a country, what it says itself. A registry's region spans several.</summary>
    public string? Continent { get; init; }

    /// <summary>The registry's service region, one of <see cref="Regions.All"/>. [P2.1]</summary>
    public string? Region { get; init; }

    /// <summary>Degrees, north positive, −90 to 90. Null exactly when <see cref="Longitude"/> is.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees, east positive, −180 to 180.</summary>
    public double? Longitude { get; init; }

    /// <summary>As the database writes it; nothing follows from it.</summary>
    public string? City { get; init; }

    /// <summary>What the record calls the network: <c>Private-Use</c>, <c>Loopback</c>, the name in a subscribers table.</summary>
    public string? Name { get; init; }

    /// <summary>The table that says so, for <c>explain</c>: a file as it was named to the loader, or <c>iana</c>, <c>special-purpose</c>. Null when none does.</summary>
    public string? Source => Origin?.Name;

    /// <summary>That table's edition. Null when none says anything of the address.</summary>
    public TableOrigin? Origin { get; init; }

    /// <summary>False for special-purpose, reserved and LEGACY blocks and for addresses that no table mentions: they have no geography. [S13]</summary>
    public bool IsKnown => Country is not null || Region is not null || Latitude is not null;
}

/// <summary>The answer to "where is this address".</summary>
/// <param name="Place">Never null; <see cref="Place.Unknown"/> when no table mentions the address.</param>
/// <param name="Prefix">The leaf of the disjoint table: the largest prefix around the address in which the same record speaks throughout.
/// For an address that carries an IPv4 address inside (6to4, NAT64, …) it is the IPv4 prefix.</param>
public readonly record struct PlaceMatch(Place Place, Prefix Prefix)
{
    /// <summary>Whose network it is; null when no table with such numbers mentions the address.</summary>
    public AutonomousSystem? System { get; init; }

    /// <summary>The record's provenance, and the network's holder where one is known: <c>geo.csv of 2026-11-20, sha256 …, AS64500 (Example)</c>.</summary>
    public string Provenance => $"{Place.Origin?.ToString() ?? "no table"}{(System is null ? "" : $", {System}")}";
}
