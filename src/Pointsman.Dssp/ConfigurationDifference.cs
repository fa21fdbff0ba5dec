using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>
/// A peer runs another configuration than this node. Which of the two is the older is known only where both are numbered
/// (<c>cluster.generation</c>): digests have no order, and files no clock that can be trusted.
/// </summary>
/// <param name="TheirsIsOlder">Null = not known.</param>
internal sealed record ConfigurationDifference(bool? TheirsIsOlder, string Text)
{
    /// <summary>Null when they are the same, or one is not known.</summary>
    public static ConfigurationDifference? Between(PeerSession peer, Cluster cluster)
    {
        if (peer.ConfigurationDigest.Length == 0 || cluster.Digest.Length == 0 || string.Equals(peer.ConfigurationDigest, cluster.Digest, StringComparison.Ordinal)) return null;
        var (theirs, ours) = (peer.ConfigurationGeneration, cluster.Generation);
        var text = $"site {peer.Site.Name} has configuration {Named(peer.ConfigurationDigest, theirs)}, this node {Named(cluster.Digest, ours)}";
        if (theirs == 0 || ours == 0) return new ConfigurationDifference(null, text);
        if (theirs == ours) return new ConfigurationDifference(null, $"{text}: two that differ have one number");
        return new ConfigurationDifference(theirs < ours, $"{text}: {(theirs < ours ? $"that of {peer.Site.Name}" : "this node's")} is the older");
    }

    // As much of a digest as `status` shows.
    private static string Named(string digest, long generation) => digest[..Math.Min(12, digest.Length)] + (generation == 0 ? "" : FormattableString.Invariant($" (generation {generation})"));
}
