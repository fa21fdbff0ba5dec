using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>Where a tester's observations of a site's VIPs are found: the ways to keep them differ, the rules of <see cref="SiteSight"/> are one.</summary>
internal interface ISeen
{
    /// <param name="index">Among the VIPs that are looked at.</param>
    Observation? Of(int index, Vip vip);
}

internal readonly struct SeenInDictionary(IReadOnlyDictionary<VipKey, Observation> observations) : ISeen
{
    public Observation? Of(int index, Vip vip) => observations.GetValueOrDefault(vip.Key);
}

/// <summary>One service's observations by one tester, in any order: for a few look-ups.</summary>
internal readonly struct SeenInList(ReadOnlyMemory<Observation> observations) : ISeen
{
    public Observation? Of(int index, Vip vip)
    {
        // From the end: a peer's last word on a VIP counts.
        var span = observations.Span;
        for (var at = span.Length - 1; at >= 0; at--)
        {
            if (span[at].Vip == vip.Key) return span[at];
        }
        return null;
    }
}

/// <summary>Already laid beside the VIPs, one place each.</summary>
internal readonly struct SeenByPlace(ReadOnlyMemory<Observation?> observations) : ISeen
{
    public Observation? Of(int index, Vip vip) => observations.Span[index];
}
