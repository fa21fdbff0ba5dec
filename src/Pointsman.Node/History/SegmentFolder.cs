using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Node.State;

namespace Pointsman.Node.History;

/// <summary>One closed or growing file: the snapshots from <paramref name="First"/> on, until the next file's.</summary>
internal sealed record Segment(string Path, DateTimeOffset First, long Bytes);

/// <summary>
/// The files of the history in the order in which they were written: finds the one for an instant, and lets the oldest go when there are too many
/// octets or hours. Whatever is wrong with a file or the disk is an event; a file that cannot be trusted is set aside under another name.
/// </summary>
/// <remarks>One thread adds and prunes; any thread finds, and sets aside what it found damaged.</remarks>
internal sealed class SegmentFolder(string folder, EventLog log)
{
    private const string Extension = ".history";
    private const string SetAside = ".damaged";

    // Of files set aside so many stay, for whoever wants to know what happened.
    private const int MostSetAside = 2;

    // Hundreds of times what the bounds leave; a folder with more is not ours alone, and the newest are looked at.
    private const int MostFiles = 10_000;

    private ImmutableArray<Segment> segments = [];
    private long lastNumber;

    /// <summary>Oldest first.</summary>
    public ImmutableArray<Segment> All => segments;

    /// <summary>What an earlier life left.</summary>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    public void Open()
    {
        Directory.CreateDirectory(folder);
        var found = ImmutableArray.CreateBuilder<Segment>();
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).TakeLast(MostFiles))
        {
            if (long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) lastNumber = Math.Max(lastNumber, number);
            try
            {
                found.Add(new Segment(path, SegmentReader.FirstOf(path), new FileInfo(path).Length));
            }
            catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                PutAside(path, error.Message);
            }
        }

        segments = found.ToImmutable();
    }

    /// <summary>For a new file; the folder is made again when somebody has taken it away.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public string NextPath()
    {
        Directory.CreateDirectory(folder);
        return System.IO.Path.Combine(folder, (++lastNumber).ToString("D12", CultureInfo.InvariantCulture) + Extension);
    }

    public void Add(Segment segment) => ImmutableInterlocked.Update(ref segments, static (all, one) => all.Add(one), segment);

    public void Grown(string path, long bytes) => ImmutableInterlocked.Update(
        ref segments,
        static (all, now) => all.IsEmpty || all[^1].Path != now.path ? all : all.SetItem(all.Length - 1, all[^1] with { Bytes = now.bytes }),
        (path, bytes));

    /// <summary>The file that holds an instant: the last one that begins not after it. Null when all begin later.</summary>
    public Segment? Find(DateTimeOffset time)
    {
        var all = segments;
        for (var index = all.Length - 1; index >= 0; index--)
        {
            if (all[index].First <= time) return all[index];
        }

        return null;
    }

    /// <summary>Deletes the oldest files as far as the bounds ask. The last one, which grows, is left.</summary>
    public void Prune(HistorySettings settings, DateTimeOffset now)
    {
        while (segments.Length > 1 && (segments.Sum(segment => segment.Bytes) > settings.Bytes || now - segments[1].First > settings.Keep)) Delete(segments[0]);
    }

    public void Delete(Segment segment)
    {
        ImmutableInterlocked.Update(ref segments, static (all, gone) => all.RemoveAll(one => one.Path == gone), segment.Path);
        try
        {
            File.Delete(segment.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Add("history-undeleted", $"{segment.Path}: {error.Message}; delete it by hand");
        }
    }

    /// <summary>A file that cannot be trusted: out of the list and under another name.</summary>
    public void PutAside(string path, string why)
    {
        ImmutableInterlocked.Update(ref segments, static (all, gone) => all.RemoveAll(one => one.Path == gone), path);
        if (!File.Exists(path))
        {
            log.Add("history-damaged", $"{path}: {why}");
            return;
        }

        try
        {
            File.Move(path, path + SetAside, overwrite: true);
            log.Add("history-damaged", $"{path}: {why}; set aside as {System.IO.Path.GetFileName(path)}{SetAside}");
            foreach (var old in Directory.EnumerateFiles(folder, "*" + SetAside).Order(StringComparer.Ordinal).SkipLast(MostSetAside)) File.Delete(old);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Add("history-damaged", $"{path}: {why}; it cannot be set aside ({error.Message})");
        }
    }
}
