using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Pointsman.Model;

/// <summary>
/// The whole configuration as facts, checked and immutable: the same on every node. One instance a generation; a reload makes a new one.
/// </summary>
public sealed record Cluster
{
    public required string Name { get; init; }

    /// <summary>Ordered by name, ordinal: the order of every tie [S3].</summary>
    public required ImmutableArray<Site> Sites { get; init; }

    /// <summary>Ordered by name, ordinal.</summary>
    public required ImmutableArray<Service> Services { get; init; }

    public DsspSettings Dssp { get; init; } = new();

    public HealthSettings Health { get; init; } = new();

    /// <summary>SHA-256, hex, of the configuration and every file that it names [S23].</summary>
    public string Digest { get; init; } = "";

    /// <summary>The number that the operator gives this configuration, so that of two that differ the older can be named; 0 = none.</summary>
    public long Generation { get; init; }

    public Site? FindSite(SiteId id) => Sites.FirstOrDefault(site => site.Id == id);
    public Site? FindSite(string name) => Sites.FirstOrDefault(site => string.Equals(site.Name, name, StringComparison.Ordinal));
    public Service? FindService(ServiceId id) => Services.FirstOrDefault(service => service.Id == id);

    /// <summary>By its name in any case, with or without the final dot.</summary>
    public Service? FindService(string name)
    {
        var wanted = name.EndsWith('.') ? name[..^1] : name;
        return Services.FirstOrDefault(service => string.Equals(service.Name, wanted, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>How often this cluster speaks DSSP [P5.4, S22].</summary>
public sealed record DsspSettings
{
    /// <summary>1 s to 120 min, default one minute; null = off (no periodic UPDATE, EVENTs still go).</summary>
    public TimeSpan? Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Per receiving site, where it differs from <see cref="Interval"/>; a null value = off.</summary>
    public FrozenDictionary<SiteId, TimeSpan?> PeerIntervals { get; init; } = FrozenDictionary<SiteId, TimeSpan?>.Empty;

    public DsspVersions Versions { get; init; } = DsspVersions.All;

    /// <summary>PEM files, absolute paths: this node's certificate and key, and the authority that all peers' certificates must chain to.
    /// <c>{site}</c> in a path stands for the site's name, so that one configuration serves every node.</summary>
    public string? CertificateFile { get; init; }
    public string? KeyFile { get; init; }
    public string? AuthorityFile { get; init; }

    /// <summary>SHA-256 of certificates that are not believed any more, lower-case hex, whoever signed them.</summary>
    public ImmutableArray<string> Revoked { get; init; } = [];

    /// <summary>The period towards one site, or null when periodic UPDATEs to it are off.</summary>
    public TimeSpan? IntervalTo(SiteId site) => PeerIntervals.TryGetValue(site, out var own) ? own : Interval;
}
