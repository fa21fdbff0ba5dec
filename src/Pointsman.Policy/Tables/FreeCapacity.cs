using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// The rule for few sites [P3.6, S6]: the site that can accept most gets most. Weight = Σ over the site's VIPs of
/// (maxConnections − connections), scaled so that the freest has 1,000. A VIP without a maximum counts as the largest configured one; where
/// no VIP has one, all sites can accept alike and connections do not count.
/// </summary>
internal static class FreeCapacity
{
    public const int Scale = 1000;

    /// <summary>By row; null = the site says nothing (fresh) about any of its VIPs.</summary>
    public static long?[] Weights(ServiceRows rows, ColumnSet columns)
    {
        var largest = rows.Service.Vips.Max(vip => vip.MaxConnections);
        var free = new long?[rows.Count];
        for (var row = 0; row < rows.Count; row++)
        {
            if (columns.Of(rows.Sites[row].Id) is not { } column) continue;
            foreach (var vip in rows.Vips[row])
            {
                if (column.ReportOf(vip.Key) is { } report) free[row] = (free[row] ?? 0) + FreeOf(vip, report, largest);
            }
        }
        return Scaled(free);
    }

    private static long FreeOf(Vip vip, VipReport report, int? largest)
    {
        if (report.Condition is not VipCondition.Up) return 0;
        if (largest is not { } most) return 1;
        // A peer's numbers are a peer's: whatever it says, what is free stays within 0 and the configured maximum.
        return Math.Max(0, (long)(vip.MaxConnections ?? most) - Math.Max(0, report.ConnectionsActive));
    }

    private static long?[] Scaled(long?[] free)
    {
        var top = free.Max() ?? 0;
        return top == 0 ? free : [.. free.Select(one => one is > 0 ? Math.Max(1, one.Value * Scale / top) : one)];
    }
}
