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
    public string ConfigurationDigest { get; set; } = "";
    public long ConfigurationGeneration { get; set; }
    public ConfigurationDifference? Difference { get; set; }
    public bool VersionUnsupported { get; set; }

    /// <summary>When its next periodic UPDATE is due; null = off.</summary>
    public Instant? NextDue { get; set; }

    public long FramesReceived { get; set; }
    public long StatesAccepted { get; set; }
    public long StatesOld { get; set; }
    public long FramesRefused { get; set; }
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
        ConfigurationDigest = ConfigurationDigest,
        ConfigurationGeneration = ConfigurationGeneration,
        ConfigurationDiffers = Difference is not null,
        ConfigurationIsOlder = Difference?.TheirsIsOlder,
        FramesReceived = FramesReceived,
        StatesAccepted = StatesAccepted,
        StatesOld = StatesOld,
        FramesRefused = FramesRefused,
        UpdatesSent = UpdatesSent,
        EventsSent = EventsSent,
    };
}
