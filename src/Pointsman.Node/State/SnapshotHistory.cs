using Pointsman.Model;

namespace Pointsman.Node.State;

/// <summary>
/// Past snapshots, so that <c>explain --at</c> can decide again what was decided then: the same plan code over the same facts. Snapshots
/// share nearly all their parts, and at most one a second is kept. What is not shared is an entry for each observation and site: their sum
/// is bounded, so that a large cluster remembers a shorter time and not more bytes.
/// </summary>
internal sealed class SnapshotHistory
{
    public const int Capacity = 3600;

    /// <summary>Observations and sites' words in all snapshots kept: a reference and a key each, estimated at 100 bytes, so about 40 MB.</summary>
    public const int EntryCapacity = 400_000;

    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly LinkedList<Snapshot> kept = new();
    private int entries;

    public void Add(Snapshot snapshot)
    {
        lock (gate)
        {
            // Within a second the latest one stands for the others.
            if (kept.Last?.Previous is { } before && snapshot.Time - before.Value.Time < Spacing) Remove(kept.Last);
            kept.AddLast(snapshot);
            entries += EntriesOf(snapshot);
            while (kept.Count > Capacity || (entries > EntryCapacity && kept.Count > 1)) Remove(kept.First!);
        }
    }

    private static int EntriesOf(Snapshot snapshot) => snapshot.Mine.Count + snapshot.Local.Count + snapshot.States.Count;

    private void Remove(LinkedListNode<Snapshot> node)
    {
        entries -= EntriesOf(node.Value);
        kept.Remove(node);
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
