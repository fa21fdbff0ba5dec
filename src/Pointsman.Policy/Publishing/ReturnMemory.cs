using System.Collections.Frozen;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// One service at the own site: in use, out, or held. Out = voted down by the others, or all its VIPs say no; a site that was down is held
/// when <c>policy.failback</c> says so, and its time counts from when nothing is wrong any more. Immutable.
/// </summary>
/// <param name="WasUp">It has been in use since this node started: only who was up can come back.</param>
/// <param name="IsKnown">The others have had their say whether it is new.</param>
/// <param name="BackAt">While held: since when nothing is wrong.</param>
/// <param name="IsReleased">The operator has just let it back.</param>
internal readonly record struct ReturnMemory(bool WasUp, bool IsKnown, bool IsOut, bool IsHeld, Instant? BackAt, Instant Since, bool IsReleased = false)
{
    // Past this a cluster that has said nothing of me is one that starts.
    private static readonly TimeSpan Introduction = TimeSpan.FromMinutes(2);

    /// <param name="isDown">All its VIPs are down.</param>
    /// <param name="saysNo">All its VIPs take no users, for whatever reason.</param>
    public ReturnMemory Next(bool isDown, bool saysNo, OthersSight sight, Failback failback, Instant now, Func<bool> isLast)
    {
        var voted = sight.IsVotedDown && sight.IsRunning;
        var wasUp = WasUp || !saysNo;
        var isOut = voted || (wasUp && saysNo);
        var isHeld = !failback.IsAutomatic && (IsHeld || voted || (WasUp && isDown));
        Instant? backAt = isHeld && !isOut ? BackAt ?? now : null;
        if (backAt is { } since && ((!failback.IsManual && now - since >= failback.After) || isLast())) (isHeld, backAt) = (false, null);
        return this with
        {
            WasUp = wasUp,
            IsOut = isOut,
            IsHeld = isHeld,
            BackAt = backAt,
            IsReleased = false,
            IsKnown = IsKnown || sight.IsRunning || isOut || now - Since > Introduction,
        };
    }

    /// <summary>Whether, having become <paramref name="next"/>, it takes its users back step by step.</summary>
    public bool BeginsRamp(in ReturnMemory next, OthersSight sight) =>
        !next.IsOut && !next.IsHeld && (IsOut || IsHeld || IsReleased || (!IsKnown && sight.IsRunning && sight.IsNew));

    /// <summary>
    /// Nobody else can serve: then holding helps nobody, and of several that are held the first by name takes up again. (Everybody would answer with
    /// them all the same, for want of others; but all of them at once, and not for long.)
    /// </summary>
    public static bool IsLast(Cluster cluster, SiteId self, Service service, IReadOnlyDictionary<SiteId, SiteState> states, Instant now)
    {
        var snapshot = new Snapshot { Id = 0, Time = default, Now = now, Cluster = cluster, Self = self, States = states.ToFrozenDictionary() };
        var rows = HandOffTable.From(snapshot, service).Sites;
        return rows.All(row => row.Site.Id == self || row.Weight == 0) && rows.FirstOrDefault(row => row.Standing == Standing.Held || row.Site.Id == self).Site?.Id == self;
    }
}
