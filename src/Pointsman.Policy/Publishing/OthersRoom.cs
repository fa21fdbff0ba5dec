using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// How full the freest of the other sites is, by the others' own words: to pass users on helps only as far as somebody has more room. When all are above
/// their targets, all rise together, each as far above its own as the freest is; when all are full, nobody sends anybody away. Without this every
/// site would admit less and less for nothing, and the next one that is a little freer would be sent the users of all.
/// </summary>
internal static class OthersRoom
{
    /// <summary>The freest is at its target, or below it.</summary>
    public const int AtTarget = VipReport.AdmitAll;

    /// <summary>There is no other, or all of them are full.</summary>
    public const int None = int.MaxValue;

    // Nearly full is full: the next moment it is.
    private const int FullPercent = 97;

    /// <summary>Millionths of the freest other site's target that it has, at least all of it; <see cref="None"/> when nobody has room.</summary>
    /// <param name="isDown">Whether a site is voted down: its last word says nothing any more.</param>
    public static int Of(Service service, SiteId self, IReadOnlyDictionary<SiteId, SiteState> states, Func<SiteId, bool> isDown, Instant now)
    {
        var freest = None;
        foreach (var vip in service.Vips)
        {
            if (vip.Site == self || !states.TryGetValue(vip.Site, out var state) || !state.IsFresh(now) || isDown(vip.Site)) continue;
            if (OwnWord.Of(state.SelfReport) is not null || state.ReportOf(vip.Key) is not { } report || OwnWord.Of(report.Condition) is not null) continue;
            freest = Math.Min(freest, LevelOf(report));
        }
        return freest;
    }

    private static int LevelOf(VipReport report)
    {
        long active = Math.Max(0, report.ConnectionsActive);
        if (report.Condition == VipCondition.Full || (report.ConnectionsMax is { } max && active * 100 >= (long)max * FullPercent)) return None;
        // Who takes all of its users says that it has room, whatever it had when it said so.
        if (report.AdmitMillionths >= VipReport.AdmitAll || report.ConnectionsTarget is not (> 0 and { } target)) return AtTarget;
        return (int)Math.Clamp(active * AtTarget / target, AtTarget, None - 1);
    }
}
