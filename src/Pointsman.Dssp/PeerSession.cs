using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>What the machine keeps of one configured peer: its stream's life, its schedule, its counters. Not its state: that is a column.</summary>
internal sealed class PeerSession(Site site)
{
    private double tokens = DsspLimits.FramesBurst;
    private Instant tokensAt;

    public Site Site { get; set; } = site;
    public bool Connected { get; set; }
    public bool Established { get; set; }
    public Instant ConnectedAt { get; set; }
    public int Version { get; set; }

    /// <summary>What it remembered of every site in its last Hello.</summary>
    public ImmutableArray<Remembered> Remembers { get; set; } = [];
    public string ConfigurationDigest { get; set; } = "";
    public long ConfigurationGeneration { get; set; }
    public ConfigurationDifference? Difference { get; set; }
    public bool VersionUnsupported { get; set; }

    /// <summary>When the operator was last told that it differs from this node or does no more, and when it is to be compared again.</summary>
    public Instant? ToldAt { get; set; }
    public Instant? JudgeAt { get; set; }
    public TableWatch Tables { get; } = new();

    /// <summary>Of which sites it holds other columns, in words; null = of none.</summary>
    public string? ColumnsDiffer { get; set; }
    public ServiceId? OtherTable { get; set; }

    /// <summary>When its next periodic UPDATE is due; null = off.</summary>
    public Instant? NextDue { get; set; }

    public long FramesReceived { get; set; }
    public long StatesAccepted { get; set; }
    public long StatesOld { get; set; }
    public SortedDictionary<CloseReason, long> Refusals { get; } = [];
    public CloseReason? LastRefusal { get; set; }
    public string LastRefusalText { get; set; } = "";
    public Instant LastRefusalAt { get; set; }
    public long UpdatesSent { get; set; }
    public long EventsSent { get; set; }

    /// <summary>A token bucket: false when this peer sends faster than any honest one does.</summary>
    public bool TakeToken(Instant now)
    {
        if (now > tokensAt)
        {
            tokens = Math.Min(DsspLimits.FramesBurst, tokens + ((now - tokensAt).TotalSeconds * DsspLimits.FramesPerSecond));
            tokensAt = now;
        }

        if (tokens < 1) return false;
        tokens--;
        return true;
    }

    public PeerStatus Status() => new()
    {
        Site = Site.Id,
        Established = Established,
        Version = Version,
        Remembers = Remembers,
        ConfigurationDigest = ConfigurationDigest,
        ConfigurationGeneration = ConfigurationGeneration,
        ConfigurationDiffers = Difference is not null,
        ColumnsDiffer = ColumnsDiffer,
        OtherTable = OtherTable,
        TellsTables = Tables.Tells,
        ConfigurationIsOlder = Difference?.TheirsIsOlder,
        FramesReceived = FramesReceived,
        StatesAccepted = StatesAccepted,
        StatesOld = StatesOld,
        Refusals = [.. Refusals.Select(one => (one.Key, one.Value))],
        LastRefusal = LastRefusal is { } reason ? new Refusal(reason, LastRefusalText, LastRefusalAt) : null,
        UpdatesSent = UpdatesSent,
        EventsSent = EventsSent,
    };
}
