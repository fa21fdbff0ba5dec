using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>What a site says of itself: believed at once for "no", never for "yes" [S9].</summary>
internal static class OwnWord
{
    /// <summary>Null when it says nothing against itself for this service.</summary>
    public static Standing? Of(Column column, ReadOnlySpan<Vip> vips) => Of(column.State.SelfReport) ?? OfVips(column, vips);

    public static Standing? Of(SelfReport report) => report switch
    {
        SelfReport.Overloaded => Standing.Overloaded,
        SelfReport.Draining => Standing.Draining,
        SelfReport.Disabled => Standing.Disabled,
        SelfReport.Leaving => Standing.Leaving,
        _ => null,
    };

    /// <summary>Null for a VIP that may be handed to (a full one may: it has no room, which is another matter).</summary>
    public static Standing? Of(VipCondition condition) => condition switch
    {
        VipCondition.Overloaded => Standing.Overloaded,
        VipCondition.Down => Standing.DownByOwnWord,
        VipCondition.Draining => Standing.Draining,
        VipCondition.Disabled => Standing.Disabled,
        VipCondition.Held => Standing.Held,
        _ => null,
    };

    /// <summary>The site is out when every VIP of the service is; the word of the first that is not merely held says why.</summary>
    private static Standing? OfVips(Column column, ReadOnlySpan<Vip> vips)
    {
        Standing? first = null;
        foreach (var vip in vips)
        {
            if (column.ReportOf(vip.Key) is not { } report || Of(report.Condition) is not { } standing) return null;
            if (first is null or Standing.Held) first = standing;
        }
        return first;
    }
}
