using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Pointsman.Model;

/// <summary>How one service chooses among its sites [S3, S6, S12–S14].</summary>
public sealed record ServicePolicy
{
    /// <summary>Tiers in order, then weights. Default: the patent's own, response time alone.</summary>
    public ImmutableArray<Metric> Metrics { get; init; } = [Metric.ResponseTime];

    public FewSites FewSites { get; init; } = FewSites.Capacity;

    /// <summary>A service configured at fewer sites than this follows <see cref="FewSites"/>. Default 4: three sites or fewer [S6].</summary>
    public int FewSitesBelow { get; init; } = 4;

    /// <summary>Multiplies a site's total, 0 to 64; a site not named has 1 [S3].</summary>
    public FrozenDictionary<SiteId, int> SiteWeights { get; init; } = FrozenDictionary<SiteId, int>.Empty;

    /// <summary>The hand-off weights OHW-1 … OHW-16: 1 to 16 of them, each 0 to 64; the last one repeats [P3.9].</summary>
    public ImmutableArray<int> Weights { get; init; } = [6, 4, 2, 1];

    public TurnKind Turn { get; init; } = TurnKind.Rotate;

    /// <summary>Prefix lengths that a sticky turn hashes; the scope is at least as long [S16].</summary>
    public int StickyPrefix4 { get; init; } = 24;
    public int StickyPrefix6 { get; init; } = 56;

    public WhenAllDown WhenAllDown { get; init; } = WhenAllDown.LastGood;

    /// <summary>The site answered under <see cref="WhenAllDown.LastResort"/>.</summary>
    public SiteId? LastResort { get; init; }

    /// <summary>For the static metric: best first; sites not named come last, together.</summary>
    public ImmutableArray<SiteId> StaticOrder { get; init; } = [];

    /// <summary>For the static metric: other orders for some clients; the first that names a client holds.</summary>
    public ImmutableArray<ClientOrder> Orders { get; init; } = [];

    /// <summary>Clients that may only get certain sites, whatever happens. Every rule that names a client holds for it.</summary>
    public ImmutableArray<ClientRestriction> Restrictions { get; init; } = [];

    /// <summary>How many of a site's observers must see it down to take it out for everybody [S9].</summary>
    public VoteRule Vote { get; init; }

    /// <summary>The most that measurement alone may take out; null = no limit.</summary>
    public DownBudget? DownBudget { get; init; }

    /// <summary>How long a site that is back (or new) takes to admit all its users again; zero = at once, null = the TTL, at least 10 s and at most 10 min.</summary>
    public TimeSpan? SlowStart { get; init; }

    /// <summary>When a site that was down takes users again.</summary>
    public Failback Failback { get; init; }

    /// <summary>The share of turns that goes to every allowed site alike, whatever its weight, in millionths; 0 to 500,000, default 0.</summary>
    public int ExplorationMillionths { get; init; }

    /// <summary>The region taken for a client of unknown place; null = no geography for it [S13].</summary>
    public string? DefaultRegion { get; init; }
}

/// <summary>The first four sort sites into tiers; the last three weigh them within a tier [S12].</summary>
public enum Metric { Geography, Distance, Cost, Static, ResponseTime, Capacity, Throughput }

public enum FewSites { Capacity, Weights }

/// <summary>Of the observers that see a site down: more than half of all, one, or every one takes it out for everybody [S9].</summary>
public enum VoteRule { Majority, Any, All }

public enum TurnKind { Rotate, Sticky }

public enum WhenAllDown { LastGood, All, LastResort, NoData }

/// <summary>When a site that was down takes users again: at once, after so long without a fault, or when the operator says so.</summary>
/// <param name="After">Null = automatic; <see cref="TimeSpan.MaxValue"/> = manual.</param>
public readonly record struct Failback(TimeSpan? After)
{
    public static readonly Failback Automatic;
    public static readonly Failback Manual = new(TimeSpan.MaxValue);

    public bool IsAutomatic => After is null;
    public bool IsManual => After == TimeSpan.MaxValue;
}
