using System.Collections.Immutable;
using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Policy.Plans;

namespace Pointsman.Node.State;

/// <summary>Whom the writer asks and tells. The wiring binds these to the siblings; a test binds them to lists.</summary>
internal sealed record WriterOutputs
{
    /// <summary>Probe this target now, out of turn.</summary>
    public required Action<TargetKey> ProbeNow { get; init; }

    /// <summary>A real server came or went.</summary>
    public required Action<VipKey, Endpoint, bool> SetServerUp { get; init; }

    /// <summary>The own VIPs that are listened on, live.</summary>
    public required Func<ImmutableArray<VipReport>> VipReports { get; init; }

    /// <summary>Connections that came to the own VIPs, and those of them that were refused for want of room, since the start.</summary>
    public Func<ImmutableArray<(VipKey Vip, long Arrived, long Refused)>> Arrivals { get; init; } = () => [];

    /// <summary>What would be published changed: DSSP looks whether that is news.</summary>
    public required Action LocalChanged { get; init; }

    /// <summary>The operators' orders are other ones: to be kept over a restart. Must not wait.</summary>
    public Action OrdersChanged { get; init; } = static () => { };

    /// <summary>A new plan: whatever answers reads this one from now on.</summary>
    public required Action<Plan> Published { get; init; }
}
