using System.Collections.Immutable;

namespace Pointsman.Model;

/// <summary>
/// One site's word, as DSSP carries it: full state every time. A site's own is kept exactly as it last published it, so that every node
/// computes its table from the same columns [S7]. Only a larger (<see cref="Incarnation"/>, <see cref="Sequence"/>) replaces it.
/// </summary>
public sealed record SiteState
{
    public required SiteId Site { get; init; }
    public required ulong Incarnation { get; init; }
    public required ulong Sequence { get; init; }

    /// <summary>The sequence at which anything that the hand-off tables are computed from last changed; what the table digest covers.</summary>
    public required ulong Edition { get; init; }

    public bool IsEvent { get; init; }
    public EventReasons Reasons { get; init; }

    /// <summary>On the clock of the node that holds it, age in transit already subtracted.</summary>
    public Instant SentAt { get; init; }

    /// <summary>How long the sender says that this holds; null = until the next (an EVENT to a peer whose period is off) [S22].</summary>
    public TimeSpan? Validity { get; init; }

    /// <summary>The sender's period towards this node; null = off.</summary>
    public TimeSpan? Period { get; init; }

    public string ConfigurationDigest { get; init; } = "";

    /// <summary>What number its operator gave it; 0 = none, or the sender does not tell.</summary>
    public long ConfigurationGeneration { get; init; }

    /// <summary>What its sender makes its tables of; null where it does not tell.</summary>
    public TableWord? Tables { get; init; }

    /// <summary>The whole site says no for itself; believed at once [S9].</summary>
    public SelfReport SelfReport { get; init; }

    /// <summary>The sender thinks that it is itself cut off: its votes about others do not count [S10].</summary>
    public bool VotesMuted { get; init; }

    public long MemoryFreeBytes { get; init; }
    public int Sessions { get; init; }
    public ImmutableArray<VipReport> Vips { get; init; } = [];
    public ImmutableArray<Observation> Observations { get; init; } = [];
    public ImmutableArray<PreferenceOrder> Orders { get; init; } = [];

    /// <summary>All operators' orders that the sender passes on: signed ones about any site, and its own about itself. Each receiver judges each of them.</summary>
    public ImmutableArray<Override> Overrides { get; init; } = [];

    public bool IsFresh(Instant now) => Validity is not { } validity || now - SentAt <= validity;

    /// <summary>Capacity is fresh for the lesser of 1.5 periods and 90 s; with the period off, 90 s [S22].</summary>
    public TimeSpan CapacityValidity => Period is { } period && period < TimeSpan.FromSeconds(60) ? period * 1.5 : TimeSpan.FromSeconds(90);

    public bool IsCapacityFresh(Instant now) => now - SentAt <= CapacityValidity;

    public PreferenceOrder? OrderOf(ServiceId service) => Orders.FirstOrDefault(order => order.Service == service);
    public VipReport? ReportOf(VipKey vip) => Vips.FirstOrDefault(report => report.Vip == vip);
}

/// <summary>What a site says of its own VIP [P5.3].</summary>
public sealed record VipReport
{
    public required VipKey Vip { get; init; }
    public VipCondition Condition { get; init; }
    public int ConnectionsActive { get; init; }

    /// <summary>MaxConns; null = no limit.</summary>
    public int? ConnectionsMax { get; init; }
    public int ServersUp { get; init; }
    public int ServersTotal { get; init; }

    /// <summary>As many as the site wants to have; null = no limit [P5.3].</summary>
    public int? ConnectionsTarget { get; init; }

    /// <summary>Of the users whose turn would be this VIP's site, the part that its owner will have now, in millionths; 0 to <see cref="AdmitAll"/>.</summary>
    /// <remarks>Made by the owner alone: whatever smooths, ramps or damps is in it already, and a receiver uses it as it stands [S7].</remarks>
    public int AdmitMillionths { get; init; } = AdmitAll;

    public const int AdmitAll = 1_000_000;
}

/// <summary>
/// Full = at MaxConns (its own or all its servers'); Overloaded and Down are the self-report that takes weight 0 [S9]. Held = it could
/// serve again, and waits for the operator or for its time before it takes users back.
/// </summary>
public enum VipCondition { Up, Full, Overloaded, Down, Draining, Disabled, Held }

public enum SelfReport { None, Overloaded, Draining, Disabled, Leaving }

/// <summary>Table II, one column: the sites that one tester sees up, best first, for one service; never the tester itself [S2, S4].</summary>
/// <remarks>Already damped by its owner: a receiver uses it as it stands [S7].</remarks>
public sealed record PreferenceOrder(ServiceId Service, ImmutableArray<SiteId> Sites)
{
    public bool Equals(PreferenceOrder? other) => other is not null && Service == other.Service && Sites.SequenceEqual(other.Sites);
    public override int GetHashCode() => HashCode.Combine(Service, Sites.Length, Sites.IsEmpty ? 0 : Sites[0].Value);
}

/// <summary>Why an EVENT was sent [P5.5].</summary>
[Flags]
public enum EventReasons
{
    None = 0,
    RemoteVipUnreachable = 1,
    AllServersAtMaximum = 2,
    NoServerAvailable = 4,
    Recovered = 8,
    OperatorChange = 16,
    Leaving = 32,

    /// <summary>Only a preference order changed: sent as an EVENT so that sites whose period is off compute the same table [P5.7].</summary>
    OrderChanged = 64,
    Overloaded = 128,

    /// <summary>The sender began or ceased to mute its own votes [S10].</summary>
    VotesMuted = 256,

    /// <summary>A VIP admits another part of its users: sent as an EVENT for the same reason as <see cref="OrderChanged"/>.</summary>
    AdmitChanged = 512,
}
