using Pointsman.Dnstap.FrameStreams;

namespace Pointsman.Dnstap.Transport;

/// <summary>
/// A file as a one-way frame stream: START, data, STOP. Every file is one whole stream, since most readers end at the first STOP: so a file
/// with something in it is never added to, but renamed to FILE.1 (and FILE.1 to FILE.2, as far as <c>keep</c> goes), also at the start. What a
/// full disk took half of is cut off again, so that the file stays readable up to its last octet.
/// </summary>
internal sealed class TapFile(string path, long? maxBytes, int keep, Action<string> log, TimeProvider time) : ITapSink
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private static readonly TimeSpan s_openAgain = TimeSpan.FromSeconds(1);
    private static readonly byte[] s_start = ControlFrame.Build(ControlType.Start, ControlFrame.Dnstap);
    private static readonly byte[] s_stop = ControlFrame.Build(ControlType.Stop);

    private readonly RareLog _log = new(log, time);
    private FileStream? _file;
    private string? _openedAs;
    private long _end;
    private DateTimeOffset _openAgainAt;

    public bool IsOpen => _file is not null;

    public TapOutcome Write(ReadOnlySpan<byte> frames)
    {
        if (maxBytes is { } most && _file is not null && _end > s_start.Length && _end + frames.Length + s_stop.Length > most)
        {
            Dispose();
            _openAgainAt = default;
        }
        if (_file is null) LookAfter();
        if (_file is null) return new(0, TapLoss.NotConnected);
        if (!TryAppend(frames)) return new(0, TapLoss.WriteError);
        _log.Well($"writes {path} again");
        return new(frames.Length, TapLoss.None);
    }

    public void LookAfter()
    {
        if (_file is not null)
        {
            // Removed under us: what is written from now on would be lost at the end, without a word.
            if (LinkOf(_file) is { } now && now.EndsWith(" (deleted)", StringComparison.Ordinal) && now != _openedAs) CloseThisOne();
            else return;
        }
        if (time.GetUtcNow() < _openAgainAt) return;
        try
        {
            Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            CloseThisOne();
            _log.Trouble($"cannot open {path}: {e.Message}");
            _openAgainAt = time.GetUtcNow() + s_openAgain;
        }
    }

    public void Reopen()
    {
        _openAgainAt = default;
        // Still the file of that name: nobody renamed it, and it goes on.
        if (_file is not null && (LinkOf(_file) is { } now ? now == _openedAs : File.Exists(path))) return;
        Dispose();
        LookAfter();
    }

    public void Dispose()
    {
        if (_file is null) return;
        TryAppend(s_stop);
        CloseThisOne();
    }

    private void Open()
    {
        if (new FileInfo(path) is { Exists: true, Length: > 0 }) MakeWay();
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Mode;
        _file = new FileStream(path, options);
        _openedAs = LinkOf(_file);
        _end = 0;
        if (!TryAppend(s_start)) throw new IOException("the first octets could not be written");
    }

    /// <summary>FILE.keep goes, each other moves on by one, FILE becomes FILE.1.</summary>
    private void MakeWay()
    {
        string Numbered(int number) => FormattableString.Invariant($"{path}.{number}");
        if (keep == 0)
        {
            File.Delete(path);
            return;
        }
        for (var number = keep - 1; number >= 1; number--)
        {
            if (File.Exists(Numbered(number))) File.Move(Numbered(number), Numbered(number + 1), overwrite: true);
        }
        File.Move(path, Numbered(1), overwrite: true);
    }

    private bool TryAppend(ReadOnlySpan<byte> octets)
    {
        try
        {
            RandomAccess.Write(_file!.SafeFileHandle, octets, _end);
            _end += octets.Length;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Trouble($"cannot write {path}: {e.Message}");
            CutOff();
            return false;
        }
    }

    private void CutOff()
    {
        try
        {
            RandomAccess.SetLength(_file!.SafeFileHandle, _end);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // The next write begins at the same place and covers what is there.
            _log.Trouble($"cannot shorten {path}: {e.Message}");
        }
    }

    private void CloseThisOne()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>What the system calls the open file now: another name after a rename, with a word behind it once deleted. Null where there is no /proc.</summary>
    private static string? LinkOf(FileStream file)
    {
        try
        {
            return new FileInfo(FormattableString.Invariant($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}")).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
