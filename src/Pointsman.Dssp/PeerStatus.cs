using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>One peer as the machine sees it, for `status`, `/metrics` and the dump. Counters since this node started.</summary>
public sealed record PeerStatus
{
    public required SiteId Site { get; init; }

    /// <summary>A stream is up and both Hellos are through. Says nothing of the site's health [P5.6].</summary>
    public bool Established { get; init; }
    public int Version { get; init; }
    public string ConfigurationDigest { get; init; } = "";

    /// <summary>The number that its operator gave it (<c>cluster.generation</c>); 0 = none, or not known.</summary>
    public long ConfigurationGeneration { get; init; }
    public bool ConfigurationDiffers { get; init; }

    /// <summary>Of two that differ, whether the peer's is the older; null = not known.</summary>
    public bool? ConfigurationIsOlder { get; init; }
    public long FramesReceived { get; init; }
    public long StatesAccepted { get; init; }

    /// <summary>States not newer than the one held: duplicates, and old ones overtaken.</summary>
    public long StatesOld { get; init; }

    /// <summary>Frames that cost the peer its stream.</summary>
    public long FramesRefused { get; init; }
    public long UpdatesSent { get; init; }
    public long EventsSent { get; init; }
}
