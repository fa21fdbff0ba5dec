using System.Runtime.CompilerServices;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Tables;

namespace Pointsman.Lab.Simulation.Promises;

/// <summary>Equal columns, equal tables; equal digests, equal tables [S7, P5.7]: whoever holds the same answers alike, at any instant and whatever is broken.</summary>
internal sealed class EqualTables(LabCluster lab) : IPromise
{
    private readonly ConditionalWeakTable<Plan, string> keys = [];

    public string Words => "nodes with equal columns have equal tables, and so have nodes with equal digests";

    public string? Changed(LabNode node)
    {
        var (key, tables) = (KeyOf(node), node.Answers.Plan.Services);
        foreach (var other in lab.Nodes)
        {
            if (other == node || !other.IsReady) continue;
            var others = other.Answers.Plan.Services;
            var equal = KeyOf(other) == key;
            for (var index = 0; index < tables.Length; index++)
            {
                var (mine, theirs) = (tables[index].Table, others[index].Table);
                var same = SameLines(mine, theirs);
                if (equal && !same) return $"{node.Site} and {other.Site} hold equal columns and have different tables of {mine.Service.Name}";
                if (equal != (mine.Digest == theirs.Digest) && equal) return $"{node.Site} and {other.Site} hold equal columns and have different digests of {mine.Service.Name}";
                if (!same && mine.Digest == theirs.Digest) return $"{node.Site} and {other.Site} have equal digests of different tables of {mine.Service.Name}";
            }
        }
        return null;
    }

    private string KeyOf(LabNode node)
    {
        var plan = node.Answers.Plan;
        if (keys.TryGetValue(plan, out var key)) return key;
        var snapshot = plan.Snapshot;
        key = string.Join(' ', node.States.Values.Where(word => word.IsFresh(snapshot.Now)).OrderBy(word => word.Site).Select(word => $"{word.Site.Value}:{word.Incarnation}.{word.Edition}{(word.IsCapacityFresh(snapshot.Now) ? "" : "-")}"));
        // A node obeys its own operator at once, up to a tenth of a second before its word may leave: an order is part of what a table is made of.
        key += string.Concat(snapshot.Overrides.Select(order => $" {order.Kind} {order.Key.Site.Value}/{order.Key.Service?.Value}"));
        keys.Add(plan, key);
        return key;
    }

    private static bool SameLines(HandOffTable one, HandOffTable other)
    {
        for (var row = 0; row < one.Sites.Length; row++)
        {
            if (one.Sites[row].Weight != other.Sites[row].Weight || one.Sites[row].Standing != other.Sites[row].Standing) return false;
        }
        return true;
    }
}
