using Pointsman.Model;

namespace Pointsman.Node.History;

/// <summary>What a decision is made from, whole: all facts, and which geography tables they were read with.</summary>
internal sealed record Moment
{
    public required Snapshot Snapshot { get; init; }

    /// <summary><c>Places.Digest</c>: the tables themselves are too large to be kept with every instant.</summary>
    public required string PlacesDigest { get; init; }
}
