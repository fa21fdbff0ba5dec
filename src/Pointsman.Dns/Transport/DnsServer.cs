using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Cookies;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>The name server: UDP and TCP on every address of its options, from <see cref="Start"/> to <see cref="StopAsync"/> [P1.1].</summary>
public sealed class DnsServer : IAsyncDisposable
{
    private readonly Action<string> _log;
    private readonly List<WorkerContext> _workers = [];
    private readonly List<IUdpWorker> _udp = [];
    private readonly TcpService _tcp;
    private readonly LimitLog _limitLog;
    private readonly Timer _rotation;
    private DnsContents _contents;
    private QueryRecorder? _recorder;
    private int _defectsLogged;
    private int _stopped;

    private DnsServer(DnsServerOptions options, DnsContents contents, List<Listening> listenings, bool batched)
    {
        _log = options.Log ?? (_ => { });
        _contents = contents;
        EndPoints = [.. listenings.Select(l => l.EndPoint)];
        foreach (var listening in listenings)
        {
            if (batched && listening.Udp.Length > 1
                && !LinuxSockets.TrySteerBySource((int)listening.Udp[0].Handle, listening.EndPoint.AddressFamily == AddressFamily.InterNetworkV6, listening.Udp.Length))
                _log($"{listening.EndPoint}: the kernel does not steer queries by source address; one client's queries may meet several workers");
            foreach (var socket in listening.Udp)
            {
                var context = AddWorker(options);
                _udp.Add(batched ? new LinuxUdpWorker(socket, context, listening)
                    : listening.IsWildcard ? new PortableWildcardWorker(socket, context, listening)
                    : new PortableUdpWorker(socket, context, listening));
            }
        }
        _tcp = new TcpService(options, new ProcessorPool([.. Enumerable.Range(0, options.TcpWorkers).Select(_ => AddWorker(options))]), _log);
        _rotation = new Timer(_ => OwnSecrets.Rotate(), null, OwnSecrets.RotateEvery, OwnSecrets.RotateEvery);
        foreach (var worker in _udp) worker.Start();
        _tcp.Start(listenings.Select(l => l.Tcp));
        _limitLog = new LimitLog(_workers, _log);
    }

    private WorkerContext AddWorker(DnsServerOptions options)
    {
        var context = new WorkerContext(this, options, _workers.Count);
        _workers.Add(context);
        return context;
    }

    /// <summary>Binds every address, then answers.</summary>
    /// <exception cref="DnsListenException">An address cannot be listened on; nothing stays bound.</exception>
    public static DnsServer Start(DnsServerOptions options, DnsContents contents)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentOutOfRangeException.ThrowIfZero(options.Listen.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.UdpThreads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.UdpThreads, 64);
        var batched = OperatingSystem.IsLinux() && Environment.Is64BitProcess && !options.Portable;
        var listenings = new List<Listening>();
        try
        {
            foreach (var endPoint in options.Listen) listenings.Add(Listening.Bind(endPoint, options.UdpThreads, batched));
        }
        catch (DnsListenException)
        {
            foreach (var socket in listenings.SelectMany(l => l.Udp.Append(l.Tcp))) socket.Dispose();
            throw;
        }
        return new DnsServer(options, contents, listenings, batched);
    }

    /// <summary>The addresses really bound: port 0 resolved.</summary>
    public ImmutableArray<IPEndPoint> EndPoints { get; }

    /// <summary>Where no secret is configured.</summary>
    internal OwnSecrets OwnSecrets { get; } = new();

    internal DnsContents Contents => Volatile.Read(ref _contents);

    /// <summary>Replaces zones, dynamic names and settings at once; listeners, connections and counters stay [S24]. Any thread may call it.</summary>
    public void Publish(DnsContents contents)
    {
        ArgumentNullException.ThrowIfNull(contents);
        Volatile.Write(ref _contents, contents);
    }

    internal QueryRecorder? Recorder => Volatile.Read(ref _recorder);

    /// <summary>
    /// From now on what is asked and answered goes to <paramref name="recorder"/> too, which has a queue for each worker; null = no more. Any
    /// thread may call it. A worker in the middle of a batch finishes it with the recorder that it began with.
    /// </summary>
    public void Record(QueryRecorder? recorder)
    {
        if (recorder is not null) ArgumentOutOfRangeException.ThrowIfLessThan(recorder.Workers, _workers.Count);
        Volatile.Write(ref _recorder, recorder);
    }

    /// <summary>All workers' counters, added up now.</summary>
    public DnsCounters Counters() => WorkerCounters.Sum([.. _workers.Select(w => w.Counters)], worker => worker >= _udp.Count, _tcp.Counters, KernelDrops());

    /// <summary>Asked of the sockets when somebody wants to know, so that counting it costs the workers nothing.</summary>
    private long? KernelDrops()
    {
        long sum = 0;
        foreach (var worker in _udp)
        {
            if (worker.KernelDrops is not { } drops) return null;
            sum += drops;
        }
        return sum;
    }

    /// <summary>Logs the first few defects in full; a hostile query must not fill the disk.</summary>
    internal void LogDefect(Exception e)
    {
        const int Most = 10;
        if (Interlocked.Increment(ref _defectsLogged) <= Most) _log($"a defect met by a query: {e}");
    }

    /// <summary>Stops listening, lets what was received be answered, closes connections.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0) return;
        await _limitLog.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_udp.Select(worker => Task.Run(worker.Stop))).ConfigureAwait(false);
        await _tcp.DisposeAsync().ConfigureAwait(false);
        await _rotation.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);
}
