using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// Operators' orders as the stages ask them: which one holds for one site of one service. Of the order about the whole site and the one about the service
/// the safer holds: who drained a site did not mean "but for what somebody forced up before".
/// </summary>
public sealed class Rulings
{
    public static readonly Rulings None = new([]);

    private readonly Dictionary<OverrideKey, Override> orders = [];

    private Rulings(ImmutableArray<Override> inForce)
    {
        if (inForce.IsDefault) return;
        foreach (var order in inForce) orders[order.Key] = order;
    }

    /// <param name="inForce">One a key: <see cref="Snapshot.Overrides"/>.</param>
    public static Rulings Of(ImmutableArray<Override> inForce) => inForce.IsDefaultOrEmpty ? None : new Rulings(inForce);

    /// <summary>Null when nobody ordered anything.</summary>
    public Override? For(SiteId site, ServiceId service) =>
        orders.Count == 0 ? null : Safer(orders.GetValueOrDefault(new OverrideKey(site, null)), orders.GetValueOrDefault(new OverrideKey(site, service)));

    /// <summary>A signed "yes": it counts against what anybody measures. An unsigned one is the own site's, which is believed for "no" alone [S9].</summary>
    public bool IsForcedUp(SiteId site, ServiceId service) => For(site, service) is { Kind: OverrideKind.ForceUp, IsSigned: true };

    /// <summary>What the own site says of itself as a whole, so that a peer that knows no orders hands nobody there either.</summary>
    public SelfReport SelfReportOf(SiteId self) => orders.GetValueOrDefault(new OverrideKey(self, null))?.Kind switch
    {
        OverrideKind.Drain => SelfReport.Draining,
        OverrideKind.ForceDown => SelfReport.Disabled,
        _ => SelfReport.None,
    };

    /// <summary>An own VIP's report with the operators' word in it: a "no" that they want, and not the one that they lift. A full one stays full.</summary>
    public VipReport Into(VipReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return For(report.Vip.Site, report.Vip.Service)?.Kind switch
        {
            OverrideKind.Drain => report with { Condition = VipCondition.Draining },
            OverrideKind.ForceDown => report with { Condition = VipCondition.Disabled },
            OverrideKind.ForceUp when report.Condition is not (VipCondition.Up or VipCondition.Full) => report with { Condition = VipCondition.Up },
            _ => report,
        };
    }

    private static Override? Safer(Override? left, Override? right)
    {
        if (left is null || right is null) return left ?? right;
        if (left.Kind != right.Kind) return left.Kind > right.Kind ? left : right;
        return right.IsSigned && !left.IsSigned ? right : left;
    }
}
