namespace Pointsman.Wan.Cluster;

/// <summary>How a laboratory's cluster is configured, and how hard it is asked.</summary>
public sealed record LaboratorySettings
{
    /// <summary>Names, in the order of their places; the first half lies in the west, with the western clients.</summary>
    public IReadOnlyList<string> Sites { get; init; } = ["A", "B", "C", "D", "E", "F"];

    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromMilliseconds(500);
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromMilliseconds(450);
    public int Fall { get; init; } = 2;
    public int Rise { get; init; } = 2;

    /// <summary>The most that a VIP which goes down again and again is held down for; doubling begins at two intervals.</summary>
    public TimeSpan HoldDownMax { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan DsspInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>One way, between any two places; a tenth of it as jitter.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>What a slow site's packets take longer to go there and back.</summary>
    public TimeSpan SlowBy { get; init; } = TimeSpan.FromMilliseconds(120);

    /// <summary>Questions a second of each client place to each node for each service.</summary>
    public double Rate { get; init; } = 25;

    /// <summary>How long a client waits for an answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Of the disk that a node keeps its state on.</summary>
    public int DiskKibibytes { get; init; } = 64 * 1024;

    /// <summary>[S8]: fall × 1.05 × interval + timeout + 1 s after its death no answer names a site, even where nobody tells anybody.</summary>
    public TimeSpan Bound => (ProbeInterval * 1.05 * Fall) + ProbeTimeout + TimeSpan.FromSeconds(1);
}
