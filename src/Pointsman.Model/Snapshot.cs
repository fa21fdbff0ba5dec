using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Pointsman.Model;

/// <summary>
/// Everything that one node knows at one instant, immutable. One writer publishes it; whatever answers reads the plan compiled from it.
/// The hand-off table comes from <see cref="States"/> alone (the same at every site, [S7]); <see cref="Mine"/> and <see cref="Local"/>
/// are this node's own live view, which only ever takes sites out of this node's own answers [S9].
/// </summary>
public sealed record Snapshot
{
    public required long Id { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required Instant Now { get; init; }
    public required Cluster Cluster { get; init; }
    public required SiteId Self { get; init; }

    /// <summary>The last word of every site that ever spoke, this one's own as last published included; stale ones stay until they are replaced.</summary>
    public FrozenDictionary<SiteId, SiteState> States { get; init; } = FrozenDictionary<SiteId, SiteState>.Empty;

    /// <summary>My own probes of the other sites' VIPs, live.</summary>
    public FrozenDictionary<VipKey, Observation> Mine { get; init; } = FrozenDictionary<VipKey, Observation>.Empty;

    /// <summary>My own site's VIPs, live.</summary>
    public FrozenDictionary<VipKey, VipReport> Local { get; init; } = FrozenDictionary<VipKey, VipReport>.Empty;

    /// <summary>Per service, the sites of the last decision table that had any site up: what <see cref="WhenAllDown.LastGood"/> answers.</summary>
    public FrozenDictionary<ServiceId, ImmutableArray<SiteId>> LastGood { get; init; } = FrozenDictionary<ServiceId, ImmutableArray<SiteId>>.Empty;

    /// <summary>Operators' orders that are in force now, ordered by key: they count before everything that is measured.</summary>
    public ImmutableArray<Override> Overrides { get; init; } = [];

    /// <summary>False until the first probe round is done [S11].</summary>
    public bool Ready { get; init; } = true;

    public SiteState? StateOf(SiteId site) => States.GetValueOrDefault(site);
    public SiteState? FreshStateOf(SiteId site) => States.TryGetValue(site, out var state) && state.IsFresh(Now) ? state : null;
}
