using System.Diagnostics;
using System.Text;
using Pointsman.Dns.Recording;
using Pointsman.Dnstap.Messages;

namespace Pointsman.Dnstap.Transport;

/// <summary>
/// The one thread behind the recording: empties the workers' queues, makes frames, hands them to the file or the collector. Whatever happens
/// to those, only this thread waits; the workers find their queues full, and count. It looks a hundred times a second rather than being
/// woken, because waking costs the worker a system call.
/// </summary>
public sealed class TapWriter : IDisposable
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_lookAfterEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>How long stopping may go on writing, and how long it may wait for a collector that does not read.</summary>
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_stallPatience = TimeSpan.FromSeconds(1);

    /// <summary>Written out at the latest when so much is waiting.</summary>
    private const int UsualBytes = 64 * 1024;

    /// <summary>So much in one pass means that there is more at once.</summary>
    private const int MuchBytes = 128 * 1024;

    private readonly QueryRecorder _recorder;
    private readonly TapEncoder _encoder;
    private readonly ITapSink _sink;
    private readonly Action<string> _log;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(false);
    private byte[] _frames = new byte[UsualBytes];
    private int _filled;
    private long _written, _notConnected, _writeError, _bytes;
    private long _stoppedAt;
    private volatile bool _reopen, _isOpen;

    /// <summary>Takes what <paramref name="recorder"/> holds; begins at once.</summary>
    public TapWriter(TapOptions options, QueryRecorder recorder, Action<string> log)
        : this(options, recorder, log, TimeProvider.System)
    {
    }

    internal TapWriter(TapOptions options, QueryRecorder recorder, Action<string> log, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(recorder);
        ArgumentNullException.ThrowIfNull(log);
        if (options.File is null == options.Socket is null) throw new ArgumentException("a file or a socket, one of them", nameof(options));
        _recorder = recorder;
        _log = log;
        _encoder = new TapEncoder(Encoding.UTF8.GetBytes(options.Identity), Encoding.UTF8.GetBytes(options.Version));
        _sink = options.File is { } file ? new TapFile(file, options.MaxBytes, options.Keep, log, time) : new TapSocket(options.Socket!, log, time, GivesUp);
        _thread = new Thread(Run) { IsBackground = true, Name = "dnstap" };
        _thread.Start();
    }

    /// <summary>May be read at any time, also after the end.</summary>
    public TapCounters Counters() => new(
        _recorder.Taken, Interlocked.Read(ref _written), _recorder.Refused, Interlocked.Read(ref _notConnected), Interlocked.Read(ref _writeError),
        Interlocked.Read(ref _bytes), _isOpen);

    /// <summary>Tells that the file may have been renamed (log rotation): a new one is then begun. A collector is looked for at once.</summary>
    public void Reopen()
    {
        _reopen = true;
        _wake.Set();
    }

    /// <summary>Writes out what is queued and ends the stream in order; takes at most some five seconds.</summary>
    public void Dispose()
    {
        if (Interlocked.CompareExchange(ref _stoppedAt, Stopwatch.GetTimestamp(), 0) != 0) return;
        _wake.Set();
        if (_thread.Join(s_stopPatience + TimeSpan.FromSeconds(1))) _wake.Dispose();
        else _log("the disk does not take what was recorded; stopping without it");
    }

    private bool IsStopping => Volatile.Read(ref _stoppedAt) != 0;

    private bool GivesUp() => HasStoppedFor(s_stallPatience);

    private bool HasStoppedFor(TimeSpan patience) => IsStopping && Stopwatch.GetElapsedTime(Volatile.Read(ref _stoppedAt)) > patience;

    private void Run()
    {
        try
        {
            var lookedAfter = 0L;
            // Ends when it is told to; what the workers had recorded until then is written out once more below.
            while (!IsStopping)
            {
                if (lookedAfter == 0 || Stopwatch.GetElapsedTime(lookedAfter) >= s_lookAfterEvery || _reopen)
                {
                    if (_reopen) _sink.Reopen();
                    _reopen = false;
                    _sink.LookAfter();
                    lookedAfter = Stopwatch.GetTimestamp();
                }
                if (Pass() < MuchBytes) _wake.WaitOne(s_lookEvery);
                _isOpen = _sink.IsOpen;
            }
            // Ends when the queues are empty, or with the patience.
            while (!HasStoppedFor(s_stopPatience) && Pass() > 0)
            {
            }
            Forget();
            _sink.Dispose();
        }
        catch (Exception e)
        {
            // A defect here must not take the name server with it. The queues fill, and refuse.
            _log($"a defect ended the recording: {e}");
        }
        _isOpen = false;
    }

    /// <summary>Empties each queue of at most what the smallest holds; gives the octets.</summary>
    private long Pass()
    {
        var taken = 0L;
        for (var worker = 0; worker < _recorder.Workers; worker++)
        {
            // Bounded, so that one busy worker does not keep the others waiting, nor the look after the sink.
            for (var octets = 0; octets < RecordingOptions.LeastQueueBytes && _recorder.TryPeek(worker, out var query);)
            {
                var most = _encoder.MostBytes(query);
                if (_frames.Length - _filled < most) Flush();
                // A large answer over TCP comes seldom; the buffer then keeps its size.
                if (_frames.Length < most) _frames = new byte[most];
                _filled += _encoder.Write(query, _frames.AsSpan(_filled));
                _recorder.Release(worker);
                octets += most;
                taken += most;
            }
        }
        Flush();
        return taken;
    }

    /// <summary>What there was no time to write is lost, and counted.</summary>
    private void Forget()
    {
        for (var worker = 0; worker < _recorder.Workers; worker++)
        {
            while (_recorder.TryPeek(worker, out var query))
            {
                Interlocked.Add(ref _writeError, (query.HasQuery ? 1 : 0) + (query.HasResponse ? 1 : 0));
                _recorder.Release(worker);
            }
        }
    }

    private void Flush()
    {
        if (_filled == 0) return;
        var frames = _frames.AsSpan(0, _filled);
        _filled = 0;
        var outcome = _sink.Write(frames);
        Interlocked.Add(ref _written, FrameRun.Count(frames[..outcome.Bytes]));
        Interlocked.Add(ref _bytes, outcome.Bytes);
        if (outcome.Bytes == frames.Length) return;
        Interlocked.Add(ref outcome.Loss == TapLoss.NotConnected ? ref _notConnected : ref _writeError, FrameRun.Count(frames[outcome.Bytes..]));
    }
}
