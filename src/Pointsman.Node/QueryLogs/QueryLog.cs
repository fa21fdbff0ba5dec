namespace Pointsman.Node.QueryLogs;

/// <summary>
/// A file of recorded queries, or standard input for <c>-</c>: dnstap, told by its first octets, or else a plain list. Read once, one query after
/// another, with the memory of one.
/// </summary>
/// <example><code>
/// using var log = QueryLog.Open(path, Console.OpenStandardInput, out var problem);
/// if (log is null) return printer.Fail(ExitCode.Failed, problem);
/// while (log.TryRead(out var query)) Use(query);
/// if (log.Tally.FirstDamage is { } damage) printer.Warn(damage);
/// </code></example>
internal sealed class QueryLog : IDisposable
{
    public const string StandardInput = "-";

    private const int BufferBytes = 256 * 1024;

    private readonly BufferedStream stream;
    private readonly IQuerySource source;

    private QueryLog(string name, Stream from)
    {
        Name = name;
        stream = new BufferedStream(from, BufferBytes);
        var head = new byte[4];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(head.AsMemory(0, length), stream);
        // A frame stream begins with the escape of a control frame, four zeros, which no text does.
        source = length == head.Length && head.AsSpan().IndexOfAnyExcept((byte)0) < 0 ? new TapQueries(whole) : new ListedQueries(whole);
    }

    /// <summary>As the operator named it.</summary>
    public string Name { get; }

    public LogTally Tally { get; } = new();

    /// <summary>Null, with the reason in words, when it cannot be opened or read at all.</summary>
    public static QueryLog? Open(string path, Func<Stream> standardInput, out string problem)
    {
        problem = "";
        Stream? stream = null;
        try
        {
            if (path != StandardInput && Directory.Exists(path))
            {
                problem = $"cannot read {path}: is a folder, not a file";
                return null;
            }
            // As another program may still be writing it.
            stream = path == StandardInput
                ? standardInput()
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            return new QueryLog(path == StandardInput ? "standard input" : path, stream);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            stream?.Dispose();
            problem = $"cannot read {path}: {(unreadable is FileNotFoundException or DirectoryNotFoundException ? "no such file" : unreadable.Message)}";
            return null;
        }
    }

    /// <exception cref="IOException">The file cannot be read on.</exception>
    public bool TryRead(out RecordedQuery query)
    {
        if (!source.TryRead(Tally, out query)) return false;
        Tally.Queries++;
        return true;
    }

    public void Dispose() => stream.Dispose();
}
