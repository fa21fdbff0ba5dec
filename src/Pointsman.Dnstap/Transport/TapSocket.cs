using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using Pointsman.Dnstap.FrameStreams;

namespace Pointsman.Dnstap.Transport;

/// <summary>
/// A collector on a unix socket, as a two-way frame stream: READY → ACCEPT, START, data, STOP → FINISH. The socket never blocks: a wait is a
/// poll of a twentieth of a second, between which the writer may be told to give up. While the collector does not read, nothing is taken
/// from the workers' queues, and they refuse; while there is none, what they hold is dropped.
/// </summary>
/// <param name="givesUp">True once there is no more time to wait for the collector.</param>
internal sealed class TapSocket(string path, Action<string> log, TimeProvider time, Func<bool> givesUp) : ITapSink
{
    private const int PollMicros = 50_000;
    private static readonly TimeSpan s_leastPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_mostPause = TimeSpan.FromSeconds(8);

    /// <summary>How long a collector may take for ACCEPT, and for FINISH.</summary>
    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    private readonly RareLog _log = new(log, time);
    private Socket? _socket;
    private TimeSpan _pause = s_leastPause;
    private DateTimeOffset _connectAt;

    public bool IsOpen => _socket is not null;

    public TapOutcome Write(ReadOnlySpan<byte> frames)
    {
        if (_socket is null) LookAfter();
        if (_socket is null) return new(0, TapLoss.NotConnected);
        var sent = Send(frames, out var fault);
        if (sent == frames.Length) return new(sent, TapLoss.None);
        Disconnect(fault);
        return new(FrameRun.WholeBytes(frames, sent), TapLoss.WriteError);
    }

    public void LookAfter()
    {
        if (_socket is not null)
        {
            // A collector says nothing while data flows; what can be read is its end.
            if (!_socket.Poll(0, SelectMode.SelectRead))
            {
                _log.Well($"connected to {path} again");
                return;
            }
            Disconnect("the collector closed the connection");
        }
        if (time.GetUtcNow() < _connectAt) return;
        // Never blocking, from the start: a collector that accepts nobody fills its backlog, and then a connect would wait without end.
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            _socket = socket;
            if (Shake() is { } refusal) Disconnect(refusal);
            else _pause = s_leastPause;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            Disconnect(e.Message);
        }
    }

    public void Reopen() => _connectAt = default;

    public void Dispose()
    {
        if (_socket is null) return;
        if (Send(ControlFrame.Build(ControlType.Stop), out _) > 0) TryReceive(s_farewell, out _, out _);
        _socket.Dispose();
        _socket = null;
    }

    private void Disconnect(string why)
    {
        _socket?.Dispose();
        _socket = null;
        _log.Trouble($"no collector at {path}: {why}");
        _connectAt = time.GetUtcNow() + _pause;
        _pause = _pause * 2 > s_mostPause ? s_mostPause : _pause * 2;
    }

    /// <summary>Null once the collector has accepted and START is sent.</summary>
    private string? Shake()
    {
        var ready = ControlFrame.Build(ControlType.Ready, ControlFrame.Dnstap);
        if (Send(ready, out var fault) != ready.Length) return fault;
        if (!TryReceive(s_handshake, out var answer, out fault)) return fault;
        if (answer.Type != ControlType.Accept) return $"it answers {answer.Type}, expected Accept";
        if (answer.ContentTypes.Count > 0 && !answer.ContentTypes.Contains(ControlFrame.Dnstap)) return $"it does not accept {ControlFrame.Dnstap}";
        var start = ControlFrame.Build(ControlType.Start, ControlFrame.Dnstap);
        return Send(start, out fault) == start.Length ? null : fault;
    }

    /// <summary>Gives the octets sent: all of them, or fewer and why.</summary>
    private int Send(ReadOnlySpan<byte> octets, out string fault)
    {
        fault = "";
        var sent = 0;
        // Ends: each turn sends something, or waits until it can, or until there is no more time.
        while (sent < octets.Length)
        {
            var count = _socket!.Send(octets[sent..], SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                sent += count;
                continue;
            }
            if (error is not (SocketError.WouldBlock or SocketError.Interrupted))
            {
                fault = new SocketException((int)error).Message;
                break;
            }
            if (_socket.Poll(PollMicros, SelectMode.SelectWrite)) continue;
            if (!givesUp()) continue;
            fault = "it does not read, and there is no time left to wait for it";
            break;
        }
        return sent;
    }

    /// <summary>One control frame, octet by octet of what the collector says and not one more.</summary>
    private bool TryReceive(TimeSpan patience, out ControlFrame frame, out string fault)
    {
        frame = new ControlFrame(ControlType.Stop, []);
        fault = "it answers with what is no control frame";
        Span<byte> head = stackalloc byte[8];
        var since = Stopwatch.GetTimestamp();
        if (!TryFill(head, since, patience, ref fault)) return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
        if (BinaryPrimitives.ReadUInt32BigEndian(head) != 0 || length > ControlFrame.MostBytes) return false;
        Span<byte> body = stackalloc byte[ControlFrame.MostBytes];
        return TryFill(body[..(int)length], since, patience, ref fault) && ControlFrame.TryRead(body[..(int)length], out frame);
    }

    private bool TryFill(Span<byte> target, long since, TimeSpan patience, ref string fault)
    {
        var filled = 0;
        // Ends with the patience.
        while (filled < target.Length)
        {
            var count = _socket!.Receive(target[filled..], SocketFlags.None, out var error);
            if (error == SocketError.Success && count == 0)
            {
                fault = "it closed the connection";
                return false;
            }
            if (error == SocketError.Success) filled += count;
            else if (error is not (SocketError.WouldBlock or SocketError.Interrupted))
            {
                fault = new SocketException((int)error).Message;
                return false;
            }
            else if (!_socket.Poll(PollMicros, SelectMode.SelectRead) && (givesUp() || Stopwatch.GetElapsedTime(since) > patience))
            {
                fault = "it does not answer";
                return false;
            }
        }
        return true;
    }
}
