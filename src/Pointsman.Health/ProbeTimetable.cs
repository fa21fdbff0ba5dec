using System.Diagnostics.CodeAnalysis;
using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>
/// Which target is due when. Without clock or threads: the scheduler around it hands in the time. Next start = last start + interval ± 5 %
/// [S8], counted from start to start so that slow answers do not stretch the rhythm; the jitter keeps a hundred nodes from beating in
/// step. A target is never under way twice: what falls due meanwhile starts when the first has ended.
/// </summary>
internal sealed class ProbeTimetable(int seed, int mostAtOnce)
{
    private const double Jitter = 0.05;

    /// <summary>First starts are spread over this much at most: a node is to be ready soon.</summary>
    private static readonly TimeSpan FirstSpread = TimeSpan.FromSeconds(1);

    /// <summary>Between two starts of one target lies at least this, however often it is asked for: suspicion must not become a flood.</summary>
    public static readonly TimeSpan LeastGap = TimeSpan.FromMilliseconds(200);

    private readonly Random random = new(seed);
    private readonly Dictionary<TargetKey, Entry> entries = [];

    // Entries whose start was moved forward stand here twice; the later one no longer matches and is skipped when its time comes.
    private readonly PriorityQueue<Entry, Instant> queue = new();
    private bool filled;

    public int Running { get; private set; }

    /// <summary>Every target has had one result [S11]; also when there are none. False before the first <see cref="Replace"/>.</summary>
    public bool IsFirstRoundDone => filled && entries.Values.All(entry => entry.HasResult || entry.IsGone);

    /// <summary>The next moment at which <see cref="TryTake"/> may have something; null when only the end of a probe can bring it.</summary>
    public Instant? NextDue
    {
        get
        {
            if (Running >= mostAtOnce) return null;
            DropStale();
            return queue.TryPeek(out _, out var due) ? due : null;
        }
    }

    /// <summary>Takes these targets in place of the former ones; those that are equal keep their place [S24].</summary>
    public void Replace(IReadOnlyCollection<ProbeTarget> targets, Instant now)
    {
        filled = true;
        var gone = entries.Keys.ToHashSet();
        var index = 0;
        foreach (var target in targets)
        {
            if (target.Disabled) continue;
            gone.Remove(target.Key);
            var soon = now + FirstOffset(target, index++, targets.Count);
            if (!entries.TryGetValue(target.Key, out var entry))
            {
                entry = new Entry { Target = target, LastStart = now + -LeastGap };
                entries.Add(target.Key, entry);
                Plan(entry, soon);
            }
            else if (entry.Target != target || entry.IsGone)
            {
                entry.Target = target;
                entry.IsGone = false;
                if (entry.IsRunning) entry.Again = true;
                else if (soon < entry.DueAt) Plan(entry, soon);
            }
        }

        foreach (var key in gone) Remove(entries[key]);
    }

    /// <summary>Starts the target that has been due longest, if one is due and there is room for it.</summary>
    public bool TryTake(Instant now, [NotNullWhen(true)] out Entry? entry)
    {
        entry = null;
        if (Running >= mostAtOnce) return false;
        DropStale();
        if (!queue.TryPeek(out var first, out var due) || due > now) return false;
        queue.Dequeue();
        entry = first;
        entry.IsRunning = true;
        entry.Started = entry.Target;
        entry.LastStart = now;
        entry.DueAt = now + (entry.Target.Settings.Interval * (1 - Jitter + (2 * Jitter * random.NextDouble())));
        Running++;
        return true;
    }

    /// <summary>Whether the result of what was started still interests anybody: its target is neither gone nor changed.</summary>
    public static bool IsWanted(Entry entry) => !entry.IsGone && entry.Started == entry.Target;

    public void Finished(Entry entry, Instant now)
    {
        entry.IsRunning = false;
        Running--;
        if (entry.IsGone)
        {
            entries.Remove(entry.Target.Key);
            return;
        }

        entry.HasResult |= IsWanted(entry);
        var due = entry.DueAt;
        if (entry.Again && entry.LastStart + LeastGap < due) due = entry.LastStart + LeastGap;
        entry.Again = false;
        Plan(entry, due < now ? now : due);
    }

    /// <summary>Out of turn: at once, or as soon as the one under way has ended. False when there is no such target.</summary>
    public bool ProbeNow(TargetKey key, Instant now)
    {
        if (!entries.TryGetValue(key, out var entry) || entry.IsGone) return false;
        if (entry.IsRunning)
        {
            entry.Again = true;
            return true;
        }

        var due = entry.LastStart + LeastGap;
        if (due < now) due = now;
        if (due < entry.DueAt) Plan(entry, due);
        return true;
    }

    private void Remove(Entry entry)
    {
        entry.IsGone = true;
        // One that is under way stays until it ends: should the target come back meanwhile, it must not be probed twice at once.
        if (!entry.IsRunning) entries.Remove(entry.Target.Key);
    }

    private void Plan(Entry entry, Instant due)
    {
        entry.DueAt = due;
        queue.Enqueue(entry, due);
    }

    private void DropStale()
    {
        while (queue.TryPeek(out var entry, out var due) && (entry.IsGone || entry.IsRunning || entry.DueAt != due)) queue.Dequeue();
    }

    private TimeSpan FirstOffset(ProbeTarget target, int index, int count)
    {
        var spread = target.Settings.Interval < FirstSpread ? target.Settings.Interval : FirstSpread;
        return spread * ((index + random.NextDouble()) / count);
    }

    /// <summary>One target's place in the timetable. Mutable; belongs to the timetable.</summary>
    internal sealed class Entry
    {
        public required ProbeTarget Target { get; set; }

        /// <summary>The target as it was when the probe under way was started.</summary>
        public ProbeTarget? Started { get; set; }
        public Instant LastStart { get; set; }
        public Instant DueAt { get; set; }
        public bool IsRunning { get; set; }
        public bool IsGone { get; set; }
        public bool HasResult { get; set; }

        /// <summary>Asked for out of turn while under way.</summary>
        public bool Again { get; set; }
    }
}
