using Pointsman.Model;

namespace Pointsman.Policy.Decisions;

/// <summary>
/// Weighted rendezvous hashing: each (client, site) has a fixed random number u in (0, 1), and the site with the smallest −ln(u)/weight wins.
/// Sites win in proportion to weight, and when a weight changes only the clients that must move do. For sticky turns [S15] and redirects [S18].
/// </summary>
internal static class Rendezvous
{
    /// <summary>Smaller is better; weight 0 never wins.</summary>
    public static double Cost(ulong clientHash, SiteId site, long weight)
    {
        if (weight <= 0) return double.PositiveInfinity;
        var bits = Mixing.Mix(clientHash ^ Mixing.Mix((ulong)(uint)site.Value)) >> 11;
        // 53 bits, shifted by a half into the open interval: neither ln(0) nor a cost of 0.
        return -Math.Log((bits + 0.5) / (1ul << 53)) / weight;
    }
}
