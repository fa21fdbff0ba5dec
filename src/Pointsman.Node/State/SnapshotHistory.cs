using Pointsman.Model;

namespace Pointsman.Node.State;

/// <summary>
/// Past snapshots, so that <c>explain --at</c> can decide again what was decided then: the same plan code over the same facts. Snapshots
/// share nearly all their parts, and at most one a second is kept, so an hour costs a few megabytes.
/// </summary>
internal sealed class SnapshotHistory
{
    public const int Capacity = 3600;
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly LinkedList<Snapshot> kept = new();

    public void Add(Snapshot snapshot)
    {
        lock (gate)
        {
            // Within a second the latest one stands for the others.
            if (kept.Last?.Previous is { } before && snapshot.Time - before.Value.Time < Spacing) kept.RemoveLast();
            kept.AddLast(snapshot);
            while (kept.Count > Capacity) kept.RemoveFirst();
        }
    }

    /// <summary>The snapshot that was in force at an instant: the last one not after it. Null when that is before all that is kept.</summary>
    public Snapshot? At(DateTimeOffset time)
    {
        lock (gate)
        {
            for (var node = kept.Last; node is not null; node = node.Previous)
            {
                if (node.Value.Time <= time) return node.Value;
            }

            return null;
        }
    }

    public DateTimeOffset? Oldest
    {
        get
        {
            lock (gate) return kept.First?.Value.Time;
        }
    }
}
