using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Limiting;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>What one worker has of its own, beside the contents that all share.</summary>
internal sealed class WorkerContext
{
    private readonly DnsServer _server;
    private readonly QueryProcessor _processor;
    private long _wallAhead;
    private long _wallReadAgain = long.MinValue;

    public WorkerContext(DnsServer server, DnsServerOptions options, int worker)
    {
        _server = server;
        Worker = worker;
        _processor = new QueryProcessor(worker, Counters, options.TcpIdleTimeout, RandomKey(), server.OwnSecrets);
    }

    public int Worker { get; }
    public WorkerCounters Counters { get; } = new();

    /// <summary>What the log is to be told of rate limiting; null while there is none.</summary>
    public LimitEpisodes? Episodes => _processor.Guard.Episodes;

    public DnsContents Contents() => _server.Contents;

    /// <summary>Where this worker's queries are recorded; null = nowhere. Read once per batch.</summary>
    public WorkerRecorder? Recorder() => _server.Recorder?.Of(Worker);

    /// <summary>The wall clock in units of 100 ns since 1970: for what is recorded, and read only when something is.</summary>
    public static long UnixTicks() => TimeProvider.System.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks;

    /// <summary>The monotonic clock, the same that <c>TimeProvider.System</c> reads.</summary>
    public static long NowNanos() => (long)(Stopwatch.GetTimestamp() * s_nanosPerTick);

    private static readonly double s_nanosPerTick = 1e9 / Stopwatch.Frequency;

    private static UInt128 RandomKey()
    {
        Span<byte> octets = stackalloc byte[16];
        RandomNumberGenerator.Fill(octets);
        return BinaryPrimitives.ReadUInt128LittleEndian(octets);
    }

    /// <summary>Lets time pass where no query came.</summary>
    public void Idle(long nowNanos) => _processor.Guard.Sweep(nowNanos / 1000);

    /// <summary>Seconds since 1970 by the system's clock, which is read once a second: between, it moves with the monotonic one.</summary>
    private uint WallSeconds(long nowMicros)
    {
        if (nowMicros >= _wallReadAgain)
        {
            _wallAhead = UnixTicks() / TimeSpan.TicksPerMicrosecond - nowMicros;
            _wallReadAgain = nowMicros + 1_000_000;
        }
        return (uint)((nowMicros + _wallAhead) / 1_000_000);
    }

    /// <summary>Answers; a defect met by one query costs that query alone, is counted, and is logged.</summary>
    public int Answer(DnsContents contents, ReadOnlySpan<byte> query, Span<byte> reply, ClientAddress source, bool tcp, long nowMicros)
    {
        try
        {
            return _processor.Answer(contents, query, reply, source, tcp, nowMicros, WallSeconds(nowMicros));
        }
        catch (Exception e)
        {
            // A thread that died here would take the name server with it.
            Counters.Ended(QueryOutcome.Defect);
            _server.LogDefect(e);
            return 0;
        }
    }
}
