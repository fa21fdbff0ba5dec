using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Pointsman.Model.Probes;

namespace Pointsman.Model;

/// <summary>One place that holds the content. As configured; whether it is up is in the <see cref="Snapshot"/>.</summary>
public sealed record Site
{
    public required SiteId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Where it stands; null when the configuration does not say (then its VIP's address tells, [P2.6]).</summary>
    public Location? Location { get; init; }

    /// <summary>For the cost metric; a smaller cost is a better tier. 0 or more, default 1.</summary>
    public double Cost { get; init; } = 1.0;

    public ImmutableArray<NodeSettings> Nodes { get; init; } = [];

    /// <summary>
    /// Where this site's probes of another site's VIPs connect to in place of the VIP's own address (the port stays): the near end of a
    /// tunnel or relay on the path between the two. Key = the site tested.
    /// </summary>
    public FrozenDictionary<SiteId, IPAddress> ProbeThrough { get; init; } = FrozenDictionary<SiteId, IPAddress>.Empty;

    /// <summary>Where this site's probes leave from, where the probe does not say.</summary>
    public SourceAddresses ProbeSource { get; init; } = SourceAddresses.None;

    public override string ToString() => Name;
}

/// <summary>A place on Earth, as far as known. Latitude and longitude in degrees, north and east positive; both or neither.</summary>
/// <param name="Country">ISO 3166 alpha-2, upper case.</param>
/// <param name="Region">One of the five registries' service regions, lower case: afrinic apnic arin lacnic ripe.</param>
public sealed record Location(string? Country, string? Region, double? Latitude, double? Longitude);

/// <summary>One Pointsman process of a site, and the addresses it listens on.</summary>
public sealed record NodeSettings
{
    public required string Name { get; init; }
    public ImmutableArray<Endpoint> Dns { get; init; } = [];
    public Endpoint? Dssp { get; init; }
    public Endpoint? Admin { get; init; }
}
