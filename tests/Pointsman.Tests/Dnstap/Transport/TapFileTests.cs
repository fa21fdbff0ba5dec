using Pointsman.Dnstap.FrameStreams;
using Pointsman.Dnstap.Transport;

namespace Pointsman.Tests.Dnstap.Transport;

/// <summary>The file: each one a whole stream, whatever an operator or a disk does to it.</summary>
public sealed class TapFileTests : IDisposable
{
    private static readonly byte[] s_frames = [.. Recorded.Frame([1, 2, 3]), .. Recorded.Frame([4])];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pointsman-tap-");
    private readonly StillTime _time = new();
    private readonly List<string> _log = [];

    private string File1 => Path.Combine(_folder.FullName, "q.tap");

    public void Dispose() => _folder.Delete(recursive: true);

    private TapFile Open(long? maxBytes = null, int keep = 2, string? path = null)
    {
        var file = new TapFile(path ?? File1, maxBytes, keep, _log.Add, _time);
        file.LookAfter();
        return file;
    }

    /// <summary>The frames of a file and how it ends.</summary>
    private static (string Frames, FrameVerdict End) Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var reader = new FrameStreamReader(stream);
        var frames = new List<string>();
        FrameVerdict verdict;
        while ((verdict = reader.Read(out var frame)) == FrameVerdict.Frame) frames.Add(Convert.ToHexStringLower(frame.Span));
        return (string.Join(' ', frames), verdict);
    }

    [Fact]
    public void What_is_written_can_be_read_at_once_and_ends_with_STOP()
    {
        var file = Open();
        Assert.Equal(new TapOutcome(s_frames.Length, TapLoss.None), file.Write(s_frames));
        Assert.Equal(("010203 04", FrameVerdict.Truncated), Read(File1));
        file.Dispose();
        Assert.Equal(("010203 04", FrameVerdict.End), Read(File1));
        Assert.False(file.IsOpen);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(File1) & ~UnixFileMode.GroupRead);
        Assert.Empty(_log);
    }

    [Fact]
    public void A_file_with_something_in_it_is_kept_under_a_number()
    {
        for (byte run = 1; run <= 4; run++)
        {
            using var file = Open();
            file.Write(Recorded.Frame([run]));
        }
        Assert.Equal(["04", "03", "02"], new[] { File1, File1 + ".1", File1 + ".2" }.Select(path => Read(path).Frames));
        Assert.False(File.Exists(File1 + ".3"));
    }

    [Fact]
    public void An_empty_file_is_used_as_it_is()
    {
        File.WriteAllBytes(File1, []);
        Open().Dispose();
        Assert.False(File.Exists(File1 + ".1"));
        Assert.Equal(("", FrameVerdict.End), Read(File1));
    }

    [Fact]
    public void A_file_that_would_grow_too_large_is_ended_and_a_new_one_begun()
    {
        using (var file = Open(maxBytes: 200))
        {
            // 42 octets of START, 12 of STOP: 13 times 12 octets fit, a fourteenth does not.
            for (byte i = 0; i < 30; i++) Assert.Equal(TapLoss.None, file.Write(Recorded.Frame([i, 0, 0, 0, 0, 0, 0, 0])).Loss);
        }
        foreach (var path in (string[])[File1, File1 + ".1", File1 + ".2"])
        {
            Assert.InRange(new FileInfo(path).Length, 1, 200);
            Assert.Equal(FrameVerdict.End, Read(path).End);
        }
        var all = string.Join(' ', new[] { File1 + ".2", File1 + ".1", File1 }.Select(path => Read(path).Frames));
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{i:x2}00000000000000"), all.Split(' '));
    }

    [Fact]
    public void Nothing_earlier_stays_when_none_is_to_be_kept()
    {
        File.WriteAllText(File1, "old");
        Open(keep: 0).Dispose();
        Assert.Equal(["q.tap"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public void Reopening_begins_a_new_file_only_when_the_old_one_was_renamed()
    {
        using var file = Open();
        file.Write(Recorded.Frame([1]));
        file.Reopen();
        file.Write(Recorded.Frame([2]));
        File.Move(File1, File1 + ".old");
        file.Write(Recorded.Frame([3]));
        file.Reopen();
        file.Write(Recorded.Frame([4]));
        Assert.Equal(("01 02 03", FrameVerdict.End), Read(File1 + ".old"));
        Assert.Equal("04", Read(File1).Frames);
    }

    [Fact]
    public void A_file_that_was_removed_is_begun_anew()
    {
        using var file = Open();
        file.Write(Recorded.Frame([1]));
        File.Delete(File1);
        file.LookAfter();
        file.Write(Recorded.Frame([2]));
        Assert.Equal("02", Read(File1).Frames);
    }

    [Fact]
    public void A_folder_that_is_gone_costs_records_is_told_once_a_minute_and_comes_back()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, "sub"));
        using var file = Open(path: Path.Combine(folder.FullName, "q.tap"));
        folder.Delete(recursive: true);
        for (var second = 0; second < 59; second++)
        {
            file.LookAfter();
            Assert.Equal(new TapOutcome(0, TapLoss.NotConnected), file.Write(s_frames));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Contains("cannot open", Assert.Single(_log), StringComparison.Ordinal);
        folder.Create();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TapLoss.None, file.Write(s_frames).Loss);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TapLoss.None, file.Write(s_frames).Loss);
        Assert.StartsWith("writes ", _log[^1], StringComparison.Ordinal);
        Assert.Equal(2, _log.Count);
    }

    [Fact]
    public void A_disk_without_room_is_told_and_costs_no_more_than_records()
    {
        using var file = Open(path: "/dev/full");
        Assert.False(file.IsOpen);
        Assert.Equal(0, file.Write(s_frames).Bytes);
        Assert.Contains("/dev/full", Assert.Single(_log), StringComparison.Ordinal);
    }
}
