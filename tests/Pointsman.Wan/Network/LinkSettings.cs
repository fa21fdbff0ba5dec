namespace Pointsman.Wan.Network;

/// <summary>One direction between two places, as it is just now. Immutable: a change is a new one, taken over between two packets.</summary>
public sealed record LinkSettings
{
    public static readonly LinkSettings Perfect = new();

    /// <summary>From one end to the other.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>A packet's delay is drawn evenly from <see cref="Delay"/> ± this; packets keep their order all the same.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The share of packets that never arrive, 0 to 1, each drawn for itself.</summary>
    public double Loss { get; init; }

    /// <summary>The share that arrives twice.</summary>
    public double Duplication { get; init; }

    /// <summary>The share that does not keep its order: it takes the shortest delay and overtakes those before it.</summary>
    public double Reordering { get; init; }

    /// <summary>Null = no limit. What has to wait longer than <see cref="LongestQueue"/> for the line is dropped.</summary>
    public long? BitsPerSecond { get; init; }

    public TimeSpan LongestQueue { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Nothing arrives, and nobody is told.</summary>
    public bool Cut { get; init; }

    /// <summary>TCP and UDP from or to this port do not arrive: a firewall with a wrong rule. 0 = none.</summary>
    public int BlockedPort { get; init; }
}
