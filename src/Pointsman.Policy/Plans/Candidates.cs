using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Plans;

/// <summary>
/// Reads the candidates of one service off a snapshot: the published table, then my own live view over it, which only ever takes sites
/// and addresses out of my own answers [S9].
/// </summary>
internal static class Candidates
{
    public static ImmutableArray<Candidate> Of(Snapshot snapshot, ServiceRows rows, HandOffTable table, ColumnSet columns)
    {
        var wantsThroughput = rows.Service.Policy.Metrics.Contains(Metric.Throughput);
        var sights = new MySight[rows.Count];
        for (var row = 0; row < rows.Count; row++) sights[row] = MySight.Of(row, snapshot, rows, columns);
        var kept = MySight.Kept(sights, rows, table, columns);

        var candidates = ImmutableArray.CreateBuilder<Candidate>(rows.Count);
        for (var row = 0; row < rows.Count; row++)
        {
            var isSelf = rows.Sites[row].Id == snapshot.Self;
            var column = columns.Of(rows.Sites[row].Id);
            var order = columns.Rulings.For(rows.Sites[row].Id, rows.Service.Id);
            VipReport? Published(VipKey vip) => column?.ReportOf(vip);
            VipReport? Local(VipKey vip) => snapshot.Local.GetValueOrDefault(vip);

            var live = kept[row] ? sights[row].Willing : sights[row].Live;
            var usable = live.IsEmpty ? sights[row].Overloaded : live;
            candidates.Add(new Candidate
            {
                Row = row,
                Line = table.Sites[row],
                IsSelf = isSelf,
                Vips = rows.Vips[row],
                LiveVips = live,
                OverloadedVips = live.IsEmpty ? usable : [],
                IsSeenUp = !live.IsEmpty && (isSelf || order is { Kind: OverrideKind.ForceUp, IsSigned: true } || IsSeenUp(row, live, snapshot, table, columns, rows)),
                DownReason = sights[row].DownReason,
                IsKeptByMe = kept[row],
                Order = order,
                IsSpare = order is { Kind: OverrideKind.Drain }
                    && (isSelf ? rows.Vips[row].Any(vip => Local(vip.Key) is { ServersUp: > 0 }) : IsSeenUp(row, rows.Vips[row], snapshot, table, columns, rows)),
                Load = LoadOf(usable, column?.State.IsCapacityFresh(snapshot.Now) ?? false, Published),
                Admit = AdmitOf(usable, column?.State.IsCapacityFresh(snapshot.Now) ?? false, Published, isSelf ? Local : null),
                Throughput = wantsThroughput ? ThroughputOf(rows, row, columns) : null,
            });
        }
        return candidates.MoveToImmutable();
    }

    /// <summary>A site that I do not probe myself I see with the eyes of those that do: up for one of them, and not voted down.</summary>
    private static bool IsSeenUp(int row, ImmutableArray<Vip> live, Snapshot snapshot, HandOffTable table, ColumnSet columns, ServiceRows rows)
    {
        if (rows.Vips[row].Any(vip => snapshot.Mine.ContainsKey(vip.Key))) return SiteSight.Of(live.AsSpan(), snapshot.Mine).Best is not null;
        return !table.Votes[row].TakesOut(rows.Service.Policy.Vote) && columns.All.Any(column => column.Site != rows.Sites[row].Id && !column.State.VotesMuted && column.SightOf(live.AsSpan()).Best is not null);
    }

    private static Load LoadOf(ImmutableArray<Vip> live, bool isFresh, Func<VipKey, VipReport?> reportOf)
    {
        if (!isFresh) return Load.Unknown;
        var load = new Load(false, false, 0, 0);
        foreach (var vip in live)
        {
            if (reportOf(vip.Key) is not { } report) continue;
            var active = Math.Max(0, report.ConnectionsActive);
            load = new Load(
                true,
                load.HasRoom || (report.Condition == VipCondition.Up && !(active >= report.ConnectionsMax)),
                load.Active + active,
                load.Max + report.ConnectionsMax);
        }
        return load.IsKnown ? load : Load.Unknown;
    }

    /// <summary>
    /// Users spread over a site's addresses, so its part is the mean of theirs; an address takes what the tightest of its VIPs takes. A VIP that
    /// nothing is said of takes all; that one is full counts only while its load is fresh.
    /// </summary>
    private static long AdmitOf(ImmutableArray<Vip> live, bool isFresh, Func<VipKey, VipReport?> published, Func<VipKey, VipReport?>? mine)
    {
        long sum = 0;
        var addresses = Candidate.AddressesOf(live);
        foreach (var address in addresses)
        {
            var least = (long)VipReport.AdmitAll;
            foreach (var vip in live)
            {
                if (!vip.Address.Address.Equals(address)) continue;
                var report = published(vip.Key);
                // Only "no" is live: my own VIP that is full now takes itself out of my own answers before anybody else knows.
                var isFull = (isFresh && report is not null && IsFull(report)) || (mine?.Invoke(vip.Key) is { } now && IsFull(now));
                least = isFull ? 0 : Math.Min(least, Math.Clamp(report?.AdmitMillionths ?? VipReport.AdmitAll, 0, VipReport.AdmitAll));
            }
            sum += least;
        }
        return addresses.IsEmpty ? 0 : sum / addresses.Length;
    }

    private static bool IsFull(VipReport report) => report.Condition == VipCondition.Full || report.ConnectionsActive >= report.ConnectionsMax;

    private static long? ThroughputOf(ServiceRows rows, int row, ColumnSet columns)
    {
        long sum = 0;
        var testers = 0;
        foreach (var column in columns.All)
        {
            if (column.Site == rows.Sites[row].Id) continue;
            if (column.SightOf(rows.Vips[row].AsSpan()).Best is not { ThroughputBytesPerSecond: > 0 } best) continue;
            // A peer's number: bounded, so that no sum overflows.
            sum += Math.Min(best.ThroughputBytesPerSecond, long.MaxValue / 1024);
            testers++;
        }
        return testers == 0 ? null : sum / testers;
    }
}
