using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Plans;

/// <summary>
/// My own live view of one site of one service: it only ever takes sites and addresses out of my own answers [S9], and no more sites, together with
/// those that the vote has taken out, than the down-budget allows.
/// </summary>
/// <param name="Willing">VIPs whose site does not take them out itself.</param>
/// <param name="Live">Of these the ones that I see neither down nor overloaded, and that nobody has disabled. My own site's are judged by its own real servers, never by a probe [S2].</param>
/// <param name="Overloaded">Where none is live: those that answer, and ask for no more users. Better than nobody.</param>
/// <param name="DownReason">Why none is live; empty when one is.</param>
internal sealed record MySight(ImmutableArray<Vip> Willing, ImmutableArray<Vip> Live, ImmutableArray<Vip> Overloaded, string DownReason)
{
    /// <summary>My probes alone take it out: somebody's word does not.</summary>
    private bool IsMeasuredDown => Live.IsEmpty && !Willing.IsEmpty;

    public static MySight Of(int row, Snapshot snapshot, ServiceRows rows, ColumnSet columns)
    {
        var vips = rows.Vips[row];
        var isSelf = rows.Sites[row].Id == snapshot.Self;
        var column = columns.Of(rows.Sites[row].Id);
        VipReport? ReportOf(VipKey vip) => isSelf ? snapshot.Local.GetValueOrDefault(vip) : column?.ReportOf(vip);

        // What its site holds back, all of it, could serve: its weight of zero keeps it out as long as anybody else can.
        var isHeld = vips.All(vip => ReportOf(vip.Key)?.Condition == VipCondition.Held);

        // An address is up only when all its VIPs are [S1]. What I never probed is not down.
        bool IsWilling(IPAddress address) => !vips.Any(vip => vip.Address.Address.Equals(address) && (vip.Disabled || (!isHeld && ReportOf(vip.Key) is { } report && OwnWord.Of(report.Condition) is not null)));
        SiteSight Seen(IPAddress address) => isSelf ? SiteSight.OfNothing : SiteSight.OfAddress(address, vips.AsSpan(), snapshot.Mine);

        // A signed order says more than my eyes do.
        if (columns.Rulings.IsForcedUp(rows.Sites[row].Id, rows.Service.Id)) return new MySight(vips, vips, [], "");
        var willing = vips.Where(vip => IsWilling(vip.Address.Address)).ToImmutableArray();
        var live = willing.Where(vip => !Seen(vip.Address.Address).IsOut).ToImmutableArray();
        var overloaded = live.IsEmpty ? willing.Where(vip => Seen(vip.Address.Address).State == HealthState.Overloaded).ToImmutableArray() : [];
        return new MySight(willing, live, overloaded, live.IsEmpty ? ReasonOf(vips, isSelf, snapshot, ReportOf) : "");
    }

    /// <summary>By row: who stays in my answers although I see it down, because the budget is used up. Nobody without a budget.</summary>
    public static bool[] Kept(MySight[] sights, ServiceRows rows, HandOffTable table, ColumnSet columns)
    {
        var kept = new bool[sights.Length];
        if (rows.Service.Policy.DownBudget is not { } budget) return kept;
        var withdrawals = new Withdrawals(rows, budget);
        // What the vote has taken out is out at every node, mine too; but for whom the operator has taken out before.
        for (var row = 0; row < sights.Length; row++)
        {
            if (table.Sites[row].Standing == Standing.Down && rows.Service.Policy.SiteWeights.GetValueOrDefault(rows.Sites[row].Id, 1) > 0) _ = withdrawals.TryTake(row);
        }
        var down = Enumerable.Range(0, sights.Length).Where(row => sights[row].IsMeasuredDown && table.Sites[row].IsWanted);
        foreach (var row in Withdrawals.ByEvidence(down, table.Votes, rows, columns)) kept[row] = !withdrawals.TryTake(row);
        return kept;
    }

    private static string ReasonOf(ImmutableArray<Vip> vips, bool isSelf, Snapshot snapshot, Func<VipKey, VipReport?> reportOf)
    {
        foreach (var vip in vips)
        {
            if (vip.Disabled) return $"{vip.Address} is disabled by the configuration";
            if (!isSelf && snapshot.Mine.GetValueOrDefault(vip.Key) is { State: HealthState.Down or HealthState.Overloaded or HealthState.Disabled } seen)
                return seen.State == HealthState.Disabled ? $"{vip.Address} is disabled: {seen.LastReply}" : $"my own probe of {vip.Address} sees it {(seen.State == HealthState.Down ? "down" : "overloaded")}: {seen.LastReply}";
            if (reportOf(vip.Key) is { } report && OwnWord.Of(report.Condition) is not null)
                return $"it says of {vip.Address}: {report.Condition}, {report.ServersUp} of {report.ServersTotal} real servers up";
        }
        return "none of its VIPs is up";
    }
}
