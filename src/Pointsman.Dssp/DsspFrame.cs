using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>What crosses a stream, as facts: exactly one of the two is set. The bytes are the transport's affair.</summary>
public sealed record DsspFrame
{
    private DsspFrame()
    {
    }

    public Hello? Hello { get; private init; }

    /// <summary>Its instants are on the clock of whoever holds this frame; on the wire they are ages.</summary>
    public SiteState? State { get; private init; }

    /// <summary>The version that the stream agreed on: how a state is to be written. A Hello reads the same in all versions, and what is read tells its version itself.</summary>
    public int Version { get; private init; } = DsspVersions.First;

    public static DsspFrame Of(Hello hello) => new() { Hello = hello };
    public static DsspFrame Of(SiteState state, int version = DsspVersions.First) => new() { State = state, Version = version };
}

/// <summary>The first frame of each direction of a stream.</summary>
public sealed record Hello
{
    /// <summary>Protocol versions that the sender speaks, inclusive. The highest common one is used.</summary>
    public int VersionLowest { get; init; } = DsspLimits.VersionLowest;
    public int VersionHighest { get; init; } = DsspLimits.VersionHighest;
    public required string Cluster { get; init; }

    /// <summary>Name and number must both be the peer's own, as configured here.</summary>
    public required string SiteName { get; init; }
    public required SiteId Site { get; init; }
    public required ulong Incarnation { get; init; }
    public string ConfigurationDigest { get; init; } = "";
    public long ConfigurationGeneration { get; init; }

    /// <summary>The newest word that the sender holds of every site, the receiver's included [S21].</summary>
    public ImmutableArray<Remembered> Remembers { get; init; } = [];
}

/// <summary>The newest (incarnation, sequence) that someone holds of a site.</summary>
public readonly record struct Remembered(SiteId Site, ulong Incarnation, ulong Sequence);
