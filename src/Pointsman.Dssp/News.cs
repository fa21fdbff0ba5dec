using System.Collections.Frozen;
using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>
/// The difference between what was published last and what is so now, judged: worth a word ahead of the period or not, bad or good,
/// and whether the hand-off tables would come out differently. Bad is what takes capacity away: it must not wait [P5.5, S22].
/// </summary>
/// <remarks>
/// Numbers alone (averages, connections, memory) are no news: they ride along with the next periodic UPDATE. A VIP that goes up and
/// down a thousand times a second between two words is no news either, if it is where it was.
/// </remarks>
internal readonly record struct News(bool Any, bool Bad, bool ForTheTable, EventReasons Reasons)
{
    public static News Between(Published? before, LocalReport now, string configurationDigest)
    {
        var news = default(News);
        var selfBefore = before?.State.SelfReport ?? SelfReport.None;
        if (now.SelfReport != selfBefore) news = news.With(selfBefore == SelfReport.None, ReasonOf(selfBefore, now.SelfReport));
        // An operator waits for it, and an order may take a site out: never later than bad news.
        if (!now.Overrides.SequenceEqual(before?.State.Overrides ?? [])) news = news.With(true, EventReasons.OperatorChange);
        if (now.VotesMuted != (before?.State.VotesMuted ?? false)) news = news.With(now.VotesMuted, EventReasons.VotesMuted);

        foreach (var report in now.Vips)
        {
            var condition = before?.Conditions.GetValueOrDefault(report.Vip) ?? VipCondition.Up;
            if (report.Condition != condition) news = news.With(Rank(report.Condition) > Rank(condition), ReasonOf(condition, report.Condition));
            var admitted = before?.Admitted.GetValueOrDefault(report.Vip, VipReport.AdmitAll) ?? VipReport.AdmitAll;
            if (report.AdmitMillionths != admitted) news = news.With(report.AdmitMillionths < admitted, EventReasons.AdmitChanged);
        }

        foreach (var seen in now.Observations)
        {
            var was = before is null ? HealthState.Up : before.Seen.GetValueOrDefault(seen.Vip);
            var isNow = Published.ForTheTable(seen.State);
            if (isNow == was) continue;
            // Who begins to look at it is an observer more [S9]; who finds it overloaded or disabled ranks it no more: the table follows both.
            if (isNow == HealthState.Down || was == HealthState.Down) news = news.With(isNow == HealthState.Down, isNow == HealthState.Down ? EventReasons.RemoteVipUnreachable : EventReasons.Recovered);
            else news = news.With(isNow != HealthState.Up, EventReasons.OrderChanged);
        }

        if (before is not null && before.Seen.Count > 0 && now.Observations.Select(seen => seen.Vip).ToHashSet() is var looked && before.Seen.Keys.Any(vip => !looked.Contains(vip)))
            news = news.With(false, EventReasons.OrderChanged);

        if (before is not null && !SameOrders(before, now)) news = news.With(false, EventReasons.OrderChanged);
        if (before is not null && !string.Equals(before.State.ConfigurationDigest, configurationDigest, StringComparison.Ordinal)) news = news with { Any = true, ForTheTable = true };
        return news;
    }

    private News With(bool bad, EventReasons reason) => new(true, Bad || bad, true, Reasons | reason);

    private static bool SameOrders(Published before, LocalReport now)
    {
        if (before.Orders.Count != now.Orders.Length) return false;
        foreach (var order in now.Orders)
        {
            if (!before.Orders.TryGetValue(order.Service, out var old) || !old.Equals(order)) return false;
        }

        return true;
    }

    private static int Rank(VipCondition condition) => condition switch { VipCondition.Up => 0, VipCondition.Full => 1, _ => 2 };

    private static EventReasons ReasonOf(VipCondition before, VipCondition now) => now switch
    {
        VipCondition.Full => EventReasons.AllServersAtMaximum,
        VipCondition.Down => EventReasons.NoServerAvailable,
        VipCondition.Overloaded => EventReasons.Overloaded,
        VipCondition.Draining or VipCondition.Disabled => EventReasons.OperatorChange,
        _ => before is VipCondition.Draining or VipCondition.Disabled ? EventReasons.OperatorChange : EventReasons.Recovered,
    };

    private static EventReasons ReasonOf(SelfReport before, SelfReport now) => now switch
    {
        SelfReport.Leaving => EventReasons.Leaving,
        SelfReport.Overloaded => EventReasons.Overloaded,
        SelfReport.Draining or SelfReport.Disabled => EventReasons.OperatorChange,
        _ => before is SelfReport.Draining or SelfReport.Disabled ? EventReasons.OperatorChange : EventReasons.Recovered,
    };
}

/// <summary>The last published state, indexed once for the comparisons that follow.</summary>
internal sealed class Published
{
    public Published(SiteState state, IReadOnlySet<ServiceId> capacityServices)
    {
        State = state;
        Conditions = state.Vips.ToFrozenDictionary(report => report.Vip, report => report.Condition);
        Admitted = state.Vips.ToFrozenDictionary(report => report.Vip, report => report.AdmitMillionths);
        Seen = state.Observations.ToFrozenDictionary(seen => seen.Vip, seen => ForTheTable(seen.State));
        Orders = state.Orders.ToFrozenDictionary(order => order.Service);
        Capacity = CapacityOf(state.Vips, capacityServices);
    }

    public SiteState State { get; }
    public FrozenDictionary<VipKey, VipCondition> Conditions { get; }
    public FrozenDictionary<VipKey, int> Admitted { get; }
    public FrozenDictionary<VipKey, HealthState> Seen { get; }

    /// <summary>What of a state the tables follow: whether it is in use for its tester, and else why not.</summary>
    public static HealthState ForTheTable(HealthState state) => state is HealthState.Down or HealthState.Overloaded or HealthState.Disabled ? state : HealthState.Up;
    public FrozenDictionary<ServiceId, PreferenceOrder> Orders { get; }

    /// <summary>Connections of the VIPs whose service weighs its sites by capacity [S6].</summary>
    public IReadOnlyList<(VipKey Vip, int Active, int? Max)> Capacity { get; }

    public static IReadOnlyList<(VipKey Vip, int Active, int? Max)> CapacityOf(IEnumerable<VipReport> vips, IReadOnlySet<ServiceId> services) =>
        [.. vips.Where(report => services.Contains(report.Vip.Service)).Select(report => (report.Vip, report.ConnectionsActive, report.ConnectionsMax))];
}
