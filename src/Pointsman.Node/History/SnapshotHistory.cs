using Pointsman.Model;
using Pointsman.Node.State;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Node.History;

/// <summary>
/// Past snapshots, so that <c>explain --at</c> can decide again what was decided then: the same code over the same facts. At most one a second is
/// kept, on disk, written by a thread of its own; publishing only puts a reference into a short queue, and when that is full the oldest there is
/// dropped and counted. The newest few are answered from memory, everything else from the files.
/// <code>
///   published:   a  b   c  d e f        g
///   kept:        [b ]   [f     ]        g       one a second, the latest stands for the others
/// </code>
/// Rejected: keeping them in memory (an hour of a small cluster, minutes of a large one, and nothing after a restart).
/// </summary>
internal sealed class SnapshotHistory : IDisposable
{
    // Writing one takes a millisecond; a disk that stands still for a minute loses what is beyond.
    private const int QueueLength = 64;

    private static readonly TimeSpan spacing = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Queue<Kept> queue = new();
    private readonly SemaphoreSlim news = new(0);
    private readonly SegmentFolder folder;
    private readonly HistoryRecorder recorder;
    private readonly Thread thread;
    private HistorySettings settings = HistorySettings.Default;
    private Kept? open;
    private Kept? written;
    private DateTimeOffset openSince;
    private long dropped;
    private long kept;
    private bool stopping;

    // The plan's places and not their digest: making that takes a while, and is the thread's work.
    private sealed record Kept(Snapshot Snapshot, Places Places);

    /// <param name="path">The folder of the files; made when it is missing.</param>
    public SnapshotHistory(string path, EventLog log)
    {
        folder = new SegmentFolder(path, log);
        recorder = new HistoryRecorder(folder, log);
        thread = new Thread(Run) { IsBackground = true, Name = "history", Priority = ThreadPriority.BelowNormal };
        thread.Start();
    }

    /// <summary>Snapshots written to the files by this process.</summary>
    public long Written => Interlocked.Read(ref kept);

    /// <summary>Snapshots that found no room in the queue, or that the disk did not take.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    public long Bytes => folder.All.Sum(segment => segment.Bytes);

    public int Files => folder.All.Length;

    /// <summary>Before this nothing is kept; null when nothing is.</summary>
    public DateTimeOffset? Oldest
    {
        get
        {
            if (folder.All is [var first, ..]) return first.First;
            lock (gate) return (written ?? queue.FirstOrDefault() ?? open)?.Snapshot.Time;
        }
    }

    public void Use(HistorySettings next)
    {
        lock (gate) settings = next;
    }

    /// <summary>Never waits. Called by the one writer of snapshots.</summary>
    public void Add(Plan plan)
    {
        var next = new Kept(plan.Snapshot, plan.Places);
        lock (gate)
        {
            if (settings.Keep is null)
            {
                open = null;
                return;
            }

            var sinceOpen = next.Snapshot.Time - openSince;
            if (open is not null && sinceOpen >= TimeSpan.Zero && sinceOpen < spacing)
            {
                open = next;
                return;
            }

            Close();
            open = next;
            openSince = next.Snapshot.Time;
        }

        news.Release();
    }

    /// <summary>The snapshot that was in force at an instant: the last one kept that is not after it.</summary>
    /// <returns>Null when nothing is kept from that time.</returns>
    /// <exception cref="InvalidDataException">What was kept of that time is damaged; the file has been set aside.</exception>
    /// <exception cref="IOException">The disk does not give it.</exception>
    public Past? At(DateTimeOffset time)
    {
        lock (gate)
        {
            Kept? found = null;
            foreach (var one in (Kept?[])[written, .. queue, open])
            {
                if (one is not null && one.Snapshot.Time <= time) found = one;
            }

            if (found is not null) return new Past(found.Snapshot, found.Places, null);
        }

        // A file may be deleted as the oldest between being found and being opened: then nothing is kept from that time any more.
        if (folder.Find(time) is not { } segment) return null;
        try
        {
            return SegmentReader.At(segment.Path, time) is { } moment ? new Past(moment.Snapshot, null, moment.PlacesDigest) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (InvalidDataException error)
        {
            folder.PutAside(segment.Path, error.Message);
            throw;
        }
    }

    private void Forget()
    {
        lock (gate) written = null;
        recorder.Dispose();
        foreach (var segment in folder.All) folder.Delete(segment);
    }

    private void Close()
    {
        if (open is null) return;
        queue.Enqueue(open);
        open = null;
        if (queue.Count <= QueueLength) return;
        queue.Dequeue();
        Interlocked.Increment(ref dropped);
    }

    private void Run()
    {
        try
        {
            recorder.Open();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Said when the first snapshot cannot be written.
            _ = error;
        }

        while (true)
        {
            // A window closes when the next one opens, or when it is over.
            var late = !news.Wait(spacing);
            if (!WriteAll(late) && stopping) return;
        }
    }

    private bool WriteAll(bool closing)
    {
        var any = false;
        while (true)
        {
            Kept? next;
            HistorySettings by;
            lock (gate)
            {
                if (closing || stopping) Close();
                by = settings;
                if (!queue.TryPeek(out next)) break;
            }

            any = true;
            var ok = recorder.Append(new Moment { Snapshot = next.Snapshot, PlacesDigest = next.Places.Digest }, by);
            Interlocked.Increment(ref ok ? ref kept : ref dropped);
            lock (gate)
            {
                // Unless it was dropped for want of room meanwhile.
                if (queue.TryPeek(out var first) && ReferenceEquals(first, next)) queue.Dequeue();
                // What could not be written holds no tables in memory either.
                written = ok ? next : null;
            }
        }

        if (settings.Keep is null) Forget();
        return any;
    }

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        lock (gate) stopping = true;
        news.Release();
        // A disk that hangs must not keep the node from ending.
        if (!thread.Join(TimeSpan.FromSeconds(5))) return;
        recorder.Dispose();
        news.Dispose();
    }
}

/// <summary>A snapshot of the past.</summary>
/// <param name="Places">The tables of then, when they are still at hand.</param>
/// <param name="PlacesDigest">Else which ones they were.</param>
internal sealed record Past(Snapshot Snapshot, Places? Places, string? PlacesDigest);
