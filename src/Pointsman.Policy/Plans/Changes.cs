using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Plans;

/// <summary>
/// What a snapshot says that the one before did not, under the same configuration and places: so that one VIP's change compiles one service
/// anew and not a thousand. All that the stages read of a snapshot has to be looked at here; a test compiles chains of random snapshots both ways.
/// </summary>
internal sealed class Changes
{
    private readonly HashSet<ServiceId> services = [];
    private readonly ColumnSet columns;
    private readonly ImmutableArray<int> columnsChanged;

    /// <summary>No plan of the former snapshot may stay.</summary>
    public bool Everything { get; }

    public Changes(Snapshot before, ColumnSet columnsBefore, Snapshot now, ColumnSet columns)
    {
        this.columns = columns;
        Everything = before.Self != now.Self || before.Ready != now.Ready || !before.Overrides.AsSpan().SequenceEqual(now.Overrides.AsSpan()) || !IsSameFrame(before, columnsBefore, now, columns)
            || !TryDiffer(before.Mine, now.Mine) || !TryDiffer(before.Local, now.Local);
        if (Everything) return;
        columnsChanged = [.. Enumerable.Range(0, columns.All.Length).Where(index => !ReferenceEquals(columns.All[index], columnsBefore.All[index]))];
    }

    /// <summary>Whether the plan of a service may stay as it is.</summary>
    public bool Spare(ServicePlan plan, ServiceRows rows)
    {
        // Where nothing is up, what was good before counts as well, and that moves with every snapshot.
        if (Everything || plan.DependsOnLastGood || services.Contains(plan.Service.Id)) return false;
        var readsMeasures = plan.Service.Policy.Metrics.Contains(Metric.Throughput);
        foreach (var index in columnsChanged)
        {
            if (readsMeasures || !ReferenceEquals(columns.All[index].Rows(rows), plan.Read[index])) return false;
        }
        return true;
    }

    /// <summary>The same sites have a fresh column, and they say the same of themselves as a whole.</summary>
    private static bool IsSameFrame(Snapshot before, ColumnSet columnsBefore, Snapshot now, ColumnSet columns)
    {
        if (columns.All.Length != columnsBefore.All.Length) return false;
        for (var index = 0; index < columns.All.Length; index++)
        {
            var (old, fresh) = (columnsBefore.All[index].State, columns.All[index].State);
            if (old.Site != fresh.Site || old.SelfReport != fresh.SelfReport || old.VotesMuted != fresh.VotesMuted) return false;
            if (old.IsCapacityFresh(before.Now) != fresh.IsCapacityFresh(now.Now)) return false;
        }
        return true;
    }

    /// <summary>
    /// Side by side, as dictionaries made of the same keys in the same order keep them; else one by one. False where they are not of the same VIPs.
    /// </summary>
    private bool TryDiffer<TSaid>(FrozenDictionary<VipKey, TSaid> before, FrozenDictionary<VipKey, TSaid> now)
        where TSaid : class
    {
        if (ReferenceEquals(before, now)) return true;
        if (before.Count != now.Count) return false;
        var (saidBefore, saidNow) = (before.Values, now.Values);
        for (var index = 0; index < saidNow.Length; index++)
        {
            var said = saidBefore[index];
            // What is the same object is of the same VIP, and nearly all are.
            if (ReferenceEquals(said, saidNow[index])) continue;
            var vip = now.Keys[index];
            if (before.Keys[index] != vip && !before.TryGetValue(vip, out said)) return false;
            if (!said.Equals(saidNow[index])) services.Add(vip.Service);
        }
        return true;
    }
}
