using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>One peer as the machine sees it, for `status`, `/metrics` and the dump. Counters since this node started.</summary>
public sealed record PeerStatus
{
    public required SiteId Site { get; init; }

    /// <summary>A stream is up and both Hellos are through. Says nothing of the site's health [P5.6].</summary>
    public bool Established { get; init; }
    public int Version { get; init; }

    /// <summary>What it remembered of every site in its last Hello.</summary>
    public ImmutableArray<Remembered> Remembers { get; init; } = [];
    public string ConfigurationDigest { get; init; } = "";

    /// <summary>The number that its operator gave it (<c>cluster.generation</c>); 0 = none, or not known.</summary>
    public long ConfigurationGeneration { get; init; }
    public bool ConfigurationDiffers { get; init; }

    /// <summary>Of two that differ, whether the peer's is the older; null = not known.</summary>
    public bool? ConfigurationIsOlder { get; init; }

    /// <summary>Of which sites it computes with other words than this node, in words; null = of none, or it does not tell.</summary>
    public string? ColumnsDiffer { get; init; }

    /// <summary>A service of which it makes another table of the same words.</summary>
    public ServiceId? OtherTable { get; init; }
    public long FramesReceived { get; init; }
    public long StatesAccepted { get; init; }

    /// <summary>States not newer than the one held: duplicates, and old ones overtaken.</summary>
    public long StatesOld { get; init; }

    /// <summary>What cost the peer its stream, by reason; only what happened.</summary>
    public ImmutableArray<(CloseReason Reason, long Count)> Refusals { get; init; } = [];
    public Refusal? LastRefusal { get; init; }
    public long FramesRefused => Refusals.Sum(one => one.Count);

    /// <summary>When the certificate ends that its stream stands on.</summary>
    public DateTimeOffset? CertificateEnds { get; init; }

    /// <summary>It tells what it makes its tables of.</summary>
    public bool TellsTables { get; init; }
    public long UpdatesSent { get; init; }
    public long EventsSent { get; init; }
}

/// <summary>Why a peer lost its stream last.</summary>
public sealed record Refusal(CloseReason Reason, string Text, Instant At);
