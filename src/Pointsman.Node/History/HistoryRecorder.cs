using Pointsman.Node.Output;
using Pointsman.Node.State;

namespace Pointsman.Node.History;

/// <summary>
/// Appends snapshots to the files, and begins a new one when it is time. A disk that is full or gone is one event and a pause: what happens
/// meanwhile is not kept, and nothing else suffers. One thread.
/// </summary>
internal sealed class HistoryRecorder(SegmentFolder folder, EventLog log) : IDisposable
{
    // Of the octets allowed one file takes at most an eighth, so that deleting the oldest forgets little at a time.
    private const int FilesAtLeast = 8;

    private static readonly TimeSpan pause = TimeSpan.FromMinutes(1);

    private SegmentWriter? writer;
    private DateTimeOffset pausedUntil;
    private bool complained;
    private bool opened;

    /// <summary>Snapshots that could not be kept because of the disk or their size.</summary>
    public long Lost { get; private set; }

    /// <returns>False when it could not be kept.</returns>
    public bool Append(Moment moment, HistorySettings settings)
    {
        var now = moment.Snapshot.Time;
        // Also when the clock was set back meanwhile: no pause is longer than itself.
        if (now < pausedUntil && pausedUntil - now <= pause)
        {
            Lost++;
            return false;
        }

        try
        {
            Open();
            Write(moment, settings);
            folder.Prune(settings, now);
            if (folder.All is [var only] && only.Bytes > settings.Bytes)
                throw new IOException($"one snapshot takes {Counted.Of((int)Math.Min(only.Bytes, int.MaxValue), "octet")}, and history.bytes allows {settings.Bytes}");
            complained = false;
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Close();
            if (folder.All is [var only] && only.Bytes > settings.Bytes) folder.Delete(only);
            pausedUntil = now + pause;
            Lost++;
            if (!complained) log.Add("history-unsaved", $"past snapshots cannot be kept now: {error.Message}");
            complained = true;
            return false;
        }
        catch (Exception bug)
        {
            // A mistake in keeping the past must not end the present.
            Close();
            pausedUntil = now + pause;
            Lost++;
            log.Add("bug", $"a snapshot could not be kept: {bug}");
            return false;
        }
    }

    /// <summary>Reads what an earlier life left.</summary>
    public void Open()
    {
        if (opened) return;
        folder.Open();
        opened = true;
    }

    private void Write(Moment moment, HistorySettings settings)
    {
        if (writer is not null && !writer.Takes(moment)) Close();
        if (writer is { IsInPlace: false })
        {
            // Somebody deleted or replaced it, or it was set aside: what is written into it from now on nobody would ever find.
            folder.PutAside(writer.Path, "it is not there any more as it was written");
            Close();
        }

        if (writer is null)
        {
            writer = new SegmentWriter(folder.NextPath(), moment, settings.Bytes / FilesAtLeast);
            folder.Add(new Segment(writer.Path, writer.First, writer.Bytes));
            return;
        }

        writer.Append(moment);
        folder.Grown(writer.Path, writer.Bytes);
    }

    private void Close()
    {
        writer?.Dispose();
        writer = null;
    }

    public void Dispose() => Close();
}
