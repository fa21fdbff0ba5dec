using Pointsman.Model;

namespace Pointsman.Switching;

/// <summary>One of this site's VIPs became full, lost its last server, or can serve again: what a DSSP EVENT tells the others [P5.5].</summary>
/// <param name="Reason"><see cref="EventReasons.AllServersAtMaximum"/> (its servers or the VIP itself), <see cref="EventReasons.NoServerAvailable"/> or <see cref="EventReasons.Recovered"/>.</param>
public readonly record struct VipConditionChange(VipKey Vip, VipCondition Condition, EventReasons Reason);
