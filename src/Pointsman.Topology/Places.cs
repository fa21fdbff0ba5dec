using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Pointsman.Topology.Import;

namespace Pointsman.Topology;

/// <summary>
/// Every layer merged into one disjoint table per family, immutable: which place is an address in. Special-purpose blocks, then the
/// subscribers table, then the imported databases, then the registries' blocks; the first that mentions an address wins. [P2.1, P2.3, P2.4]
/// <para>This is the slow, complete form, for <c>explain</c>, for a site's own place and to build from. Queries use a
/// <see cref="PrefixTable"/>, which keeps only what a service's decision can tell apart.</para>
/// </summary>
public sealed class Places
{
    private static readonly Lazy<Places> ShippedOnly = new(() => Load([]).Places
        ?? throw new InvalidOperationException("a shipped table does not load"));

    // Made when asked for: a start has no use for it, and two that make it at once make the same.
    private string? digest;

    private readonly Countries countries;

    internal Places(ImmutableArray<Place> all, RangeMap ipv4, RangeMap ipv6, NetworkMaps networks, ImmutableArray<ImportedTable> tables, TopologySettings settings)
    {
        All = all;
        IPv4 = ipv4;
        IPv6 = ipv6;
        Networks = networks;
        Tables = tables;
        Settings = settings;
        countries = Countries.Shipped.With(settings.Overrides);
    }

    /// <summary>The continents' codes, in alphabetical order.</summary>
    public static ImmutableArray<string> Continents { get; } = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"];

    /// <summary>What the program knows without any file: the special-purpose and the registries' blocks.</summary>
    public static Places Shipped => ShippedOnly.Value;

    /// <summary>Every distinct place, <see cref="Place.Unknown"/> first.</summary>
    public ImmutableArray<Place> All { get; }

    /// <summary>Every table that was read, the shipped ones included, in the order of the layers.</summary>
    public ImmutableArray<ImportedTable> Tables { get; }

    /// <summary>What was odd in them and did not keep them from being used.</summary>
    public ImmutableArray<ImportError> Warnings { get; internal init; } = [];

    /// <summary>What they were read with.</summary>
    public TopologySettings Settings { get; }

    /// <summary>SHA-256, hex: equal for equal content, whatever the files were called.</summary>
    public string Digest => digest ??= PlacesDigest.Of(this);

    /// <summary>
    /// Values are indexes into <see cref="All"/>, 0 where no table says anything. A record's range and its neighbour's stay apart where both say
    /// the same place, so that a look-up names the prefix of the record that answered and not a merger.
    /// </summary>
    internal RangeMap IPv4 { get; }
    internal RangeMap IPv6 { get; }

    /// <summary>Whose networks the addresses are in: it decides nothing by itself.</summary>
    internal NetworkMaps Networks { get; }

    /// <summary>The shipped tables with the operator's own between them. Pure: whoever calls reads the files.</summary>
    public static PlacesLoad Load(IEnumerable<PlaceSource> sources, TopologySettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return PlacesLoader.Load(ShippedTables.Open().Concat(sources), settings ?? TopologySettings.Default);
    }

    /// <summary>Databases merged into one file that loads fast, without the shipped tables. [P2.3]</summary>
    public static PlacesImport Import(IEnumerable<PlaceSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return PlacesLoader.Import(sources);
    }

    /// <summary>Where an address is. IPv6 addresses that carry an IPv4 address (mapped, NAT64, 6to4, Teredo) are where that one is.</summary>
    public PlaceMatch Lookup(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var key = AddressKey.Of(address);
        if (isIPv6 && EmbeddedIPv4.TryUnwrap(key, out var inner))
        {
            key = inner;
            isIPv6 = false;
        }
        var map = isIPv6 ? IPv6 : IPv4;
        var index = map.Find(key);
        return new PlaceMatch(All[map.Values[index]], new Prefix(key, map.Depth(index, key), isIPv6)) { System = Networks.Find(key, isIPv6) };
    }

    /// <summary>Whether a code of two upper-case letters is a country's (ISO 3166).</summary>
    public static bool IsCountry(string code) => Countries.Shipped.Contains(code);

    /// <summary>As <see cref="PlaceOf"/>, by the countries as these tables' operator has them.</summary>
    public Place Complete(string? country, string? region, double? latitude, double? longitude) =>
        countries.Complete(country, region, latitude, longitude);

    /// <summary>
    /// Completes a place that an operator described, as a record of a table would be: for a site's <c>location</c>. Unknown codes stay as they
    /// are and derive nothing.
    /// </summary>
    public static Place PlaceOf(string? country, string? region, double? latitude, double? longitude) =>
        Countries.Shipped.Complete(country, region, latitude, longitude);
}
