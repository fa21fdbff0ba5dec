namespace Pointsman.Dns.Recording;

/// <summary>What a <see cref="QueryRecorder"/> takes, and how much it may hold.</summary>
public sealed record RecordingOptions
{
    /// <summary>The least and the most that <see cref="QueueBytes"/> may be.</summary>
    public const int LeastQueueBytes = RecordRing.LeastBytes, MostQueueBytes = RecordRing.MostBytes;

    /// <summary>Take queries; take answers. At least one of them.</summary>
    public bool Queries { get; init; } = true;
    public bool Responses { get; init; } = true;

    /// <summary>Which share of the queries is taken, above 0 to 1. A query and its answer are taken together or not at all.</summary>
    public double Sample { get; init; } = 1;

    /// <summary>Octets of queue for each worker, rounded up to a power of two; what does not fit is dropped and counted.</summary>
    public int QueueBytes { get; init; } = 1024 * 1024;
}
