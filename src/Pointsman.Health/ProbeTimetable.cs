using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>
/// Which question is due when. Without clock or threads: the scheduler around it hands in the time. Next start = last start + interval ± 5 %
/// [S8], counted from start to start so that slow answers do not stretch the rhythm; the jitter keeps a hundred nodes from beating in
/// step. A question is never under way twice: what falls due meanwhile starts when the first has ended. Targets that ask the same share one entry.
/// </summary>
internal sealed class ProbeTimetable(int seed, int mostAtOnce)
{
    private const double Jitter = 0.05;

    /// <summary>First starts are spread over this much, or as much as the budget needs: a node is to be ready soon.</summary>
    public static readonly TimeSpan FirstSpread = TimeSpan.FromSeconds(1);

    /// <summary>Between two starts of one question lies at least this, however often it is asked for: suspicion must not become a flood.</summary>
    public static readonly TimeSpan LeastGap = TimeSpan.FromMilliseconds(200);

    private readonly Random random = new(seed);
    private readonly Dictionary<ProbeQuestion, Entry> entries = [];
    private readonly Dictionary<TargetKey, Entry> byKey = [];

    // Entries whose start was moved forward stand here twice; the later one no longer matches and is skipped when its time comes.
    private readonly PriorityQueue<Entry, Instant> queue = new();
    private bool filled;

    public int Running { get; private set; }

    public ProbePace Pace { get; private set; } = new(null);

    /// <summary>Targets, and the questions that they come to.</summary>
    public (int Targets, int Questions) Counts => (byKey.Count, entries.Count);

    /// <summary>Every question has had one result [S11]; also when there are none. False before the first <see cref="Replace"/>.</summary>
    public bool IsFirstRoundDone => filled && Unanswered == 0;

    public int Unanswered => entries.Values.Count(entry => !entry.HasResult && !entry.IsGone);

    /// <summary>How long the first round takes at the most, when all that are asked answer or run out of time at once.</summary>
    public TimeSpan FirstRoundLasts =>
        Pace.Spread(FirstSpread, entries.Count) + (entries.Count == 0 ? TimeSpan.Zero : entries.Keys.Max(question => question.Settings.Timeout));

    /// <summary>The next moment at which <see cref="TryTake"/> may have something; null when only the end of a probe can bring it.</summary>
    public Instant? NextDue
    {
        get
        {
            if (Running >= mostAtOnce) return null;
            DropStale();
            return queue.TryPeek(out _, out var due) ? Later(due, Pace.NextSlot) : null;
        }
    }

    /// <summary>Takes these targets in place of the former ones; those that are equal keep their place [S24].</summary>
    /// <param name="perSecond">The budget; null = none.</param>
    public void Replace(IReadOnlyCollection<ProbeTarget> targets, int? perSecond, Instant now)
    {
        filled = true;
        var groups = targets.Where(target => !target.Disabled).GroupBy(ProbeQuestion.Of).ToList();
        Pace = new ProbePace(perSecond);
        Pace.Plan(groups.Sum(group => 1 / Math.Max(0.001, group.Key.Settings.Interval.TotalSeconds)));
        var gone = entries.Keys.ToHashSet();
        byKey.Clear();
        var index = 0;
        foreach (var group in groups)
        {
            gone.Remove(group.Key);
            var soon = now + FirstOffset(group.Key.Settings.Interval, index++, groups.Count);
            Place(group.Key, [.. group.DistinctBy(target => target.Key)], soon, now);
        }

        foreach (var question in gone) Remove(entries[question]);
    }

    /// <summary>Starts the question that has been due longest, if one is due and there is room for it.</summary>
    public bool TryTake(Instant now, [NotNullWhen(true)] out Entry? entry)
    {
        entry = null;
        if (Running >= mostAtOnce || Pace.NextSlot > now) return false;
        DropStale();
        if (!queue.TryPeek(out var first, out var due) || due > now) return false;
        queue.Dequeue();
        Pace.Take(now);
        entry = first;
        entry.IsRunning = true;
        entry.Started = entry.Targets;
        entry.LastStart = now;
        entry.DueAt = now + (entry.Question.Settings.Interval * (Pace.Stretch * (1 - Jitter + (2 * Jitter * random.NextDouble()))));
        Running++;
        return true;
    }

    /// <summary>Those of the targets for which it was started that still want the result: neither gone nor changed.</summary>
    public static ImmutableArray<ProbeTarget> WantedBy(Entry entry) =>
        entry.IsGone ? [] : entry.Started == entry.Targets ? entry.Started : [.. entry.Started.Where(entry.Targets.Contains)];

    public void Finished(Entry entry, Instant now)
    {
        entry.IsRunning = false;
        Running--;
        if (entry.IsGone)
        {
            entries.Remove(entry.Question);
            return;
        }

        entry.HasResult |= !WantedBy(entry).IsEmpty;
        var due = entry.DueAt;
        if (entry.Again && entry.LastStart + LeastGap < due) due = entry.LastStart + LeastGap;
        entry.Again = false;
        Plan(entry, due < now ? now : due);
    }

    /// <summary>Out of turn: at once, or as soon as the one under way has ended. False when there is no such target.</summary>
    public bool ProbeNow(TargetKey key, Instant now)
    {
        if (!byKey.TryGetValue(key, out var entry) || entry.IsGone) return false;
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

    private void Place(ProbeQuestion question, ImmutableArray<ProbeTarget> targets, Instant soon, Instant now)
    {
        if (!entries.TryGetValue(question, out var entry))
        {
            entry = new Entry { Question = question, Targets = targets, LastStart = now + -LeastGap };
            entries.Add(question, entry);
            Plan(entry, soon);
        }
        else if (entry.IsGone || !targets.SequenceEqual(entry.Targets))
        {
            var isNews = entry.IsGone || targets.Any(target => !entry.Targets.Contains(target));
            (entry.Targets, entry.IsGone) = (targets, false);
            if (isNews && entry.IsRunning) entry.Again = true;
            else if (isNews && soon < entry.DueAt) Plan(entry, soon);
        }

        foreach (var target in targets) byKey[target.Key] = entry;
    }

    private void Remove(Entry entry)
    {
        entry.IsGone = true;
        // One that is under way stays until it ends: should the question come back meanwhile, it must not be asked twice at once.
        if (!entry.IsRunning) entries.Remove(entry.Question);
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

    private TimeSpan FirstOffset(TimeSpan interval, int index, int count)
    {
        var spread = Pace.Spread(interval < FirstSpread ? interval : FirstSpread, count);
        return spread * ((index + random.NextDouble()) / count);
    }

    private static Instant Later(Instant left, Instant right) => left > right ? left : right;

    /// <summary>One question's place in the timetable. Mutable; belongs to the timetable.</summary>
    internal sealed class Entry
    {
        public required ProbeQuestion Question { get; init; }

        /// <summary>Who wants to know; at least one, any of them can be asked for all.</summary>
        public required ImmutableArray<ProbeTarget> Targets { get; set; }

        /// <summary>The targets as they were when the probe under way was started.</summary>
        public ImmutableArray<ProbeTarget> Started { get; set; } = [];
        public Instant LastStart { get; set; }
        public Instant DueAt { get; set; }
        public bool IsRunning { get; set; }
        public bool IsGone { get; set; }
        public bool HasResult { get; set; }

        /// <summary>Asked for out of turn while under way.</summary>
        public bool Again { get; set; }
    }
}
