using System.Diagnostics;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>What one worker has of its own, beside the contents that all share.</summary>
internal sealed class WorkerContext
{
    private readonly DnsServer _server;
    private readonly QueryProcessor _processor;

    public WorkerContext(DnsServer server, DnsServerOptions options, int worker)
    {
        _server = server;
        Worker = worker;
        _processor = new QueryProcessor(worker, Counters, options.TcpIdleTimeout);
    }

    public int Worker { get; }
    public WorkerCounters Counters { get; } = new();

    public DnsContents Contents() => _server.Contents;

    /// <summary>Where this worker's queries are recorded; null = nowhere. Read once per batch.</summary>
    public WorkerRecorder? Recorder() => _server.Recorder?.Of(Worker);

    /// <summary>The wall clock in units of 100 ns since 1970: for what is recorded, and read only when something is.</summary>
    public static long UnixTicks() => TimeProvider.System.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks;

    /// <summary>The monotonic clock, the same that <c>TimeProvider.System</c> reads.</summary>
    public static long NowMicros() => Stopwatch.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Answers; a defect met by one query costs that query alone, is counted as dropped, and is logged.</summary>
    public int Answer(DnsContents contents, ReadOnlySpan<byte> query, Span<byte> reply, ClientAddress source, bool tcp, long nowMicros)
    {
        try
        {
            return _processor.Answer(contents, query, reply, source, tcp, nowMicros);
        }
        catch (Exception e)
        {
            // A thread that died here would take the name server with it.
            Counters.Ended(QueryOutcome.Dropped);
            _server.LogDefect(e);
            return 0;
        }
    }
}
