using System.Runtime.InteropServices;
using Pointsman.Model;

namespace Pointsman.Policy.Decisions;

/// <summary>A user who stands at a site that can take no more, and is to be sent on [P6.6, S19].</summary>
/// <param name="site">Where it arrived: never the target [S2].</param>
/// <param name="visited">Where it has been before, from the hop token: never the target either.</param>
public readonly ref struct Arrival(SiteId site, ReadOnlySpan<SiteId> visited)
{
    public SiteId Site { get; } = site;
    public ReadOnlySpan<SiteId> Visited { get; } = visited;

    // As numbers, so that many are compared at once.
    internal bool Excludes(SiteId target) => target == Site || MemoryMarshal.Cast<SiteId, int>(Visited).Contains(target.Value);
}
