using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>
/// Accepts TCP connections within the limits, and closes those whose time has run out.
/// <para>
/// When there is no room for one more, the connection that has been of no use for the longest time makes room: whoever wants to keep all others
/// out then has to keep asking on every connection he holds, where refusing newcomers would let him hold them for nothing (RFC 7766 §6.2.3 lets a
/// server close idle connections at any time, and clients expect it). One client's own limit does refuse: it hurts nobody but him.
/// </para>
/// </summary>
internal sealed class TcpService(DnsServerOptions options, ProcessorPool processors, Action<string> log) : IAsyncDisposable
{
    // Milliseconds. Accepting fails ten times a second while there are no descriptors.
    private const long ExhaustedToldEvery = 60_000;

    /// <summary>For all slow clients together. One that takes no answers is held some 40 KiB; the usual ones none.</summary>
    private const long MostStalledBytes = 32 << 20;

    /// <summary>So many are chosen in one look through all connections, so that a newcomer costs a share of it.</summary>
    private const int DisplacedAtOnce = 64;

    private readonly int _most = MostOf(options.TcpConnectionsMax, LinuxSockets.DescriptorLimit(), options.TcpDescriptorShare);
    private readonly List<Socket> _listeners = [];
    private long _exhaustedToldAt = -ExhaustedToldEvery;
    private readonly ConcurrentDictionary<TcpConnection, bool> _connections = [];
    private readonly Dictionary<ClientAddress, int> _perClient = [];
    private readonly Lock _perClientLock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private readonly StalledMemory _stalled = new(MostStalledBytes);
    private readonly Lock _displacingLock = new();
    private readonly Queue<(TcpConnection Connection, long Progress)> _nextToGo = [];
    private long _open, _accepted, _refused, _timedOut, _displaced, _malformed, _unsent;

    /// <summary>No more than a share of the process's descriptors: idle clients of DNS must not leave the rest of it without.</summary>
    internal static int MostOf(int configured, long? descriptors, int share) => (int)Math.Min(configured, Math.Max(16, (descriptors ?? int.MaxValue) / share));

    public TcpCounters Counters => new(
        Interlocked.Read(ref _open), Interlocked.Read(ref _accepted), Interlocked.Read(ref _refused), Interlocked.Read(ref _timedOut),
        Interlocked.Read(ref _displaced), Interlocked.Read(ref _malformed), Interlocked.Read(ref _unsent));

    public void Start(IEnumerable<Socket> listeners)
    {
        _listeners.AddRange(listeners);
        foreach (var listener in _listeners) _loops.Add(Task.Run(() => AcceptAsync(listener)));
        _loops.Add(Task.Run(SweepAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners) listener.Dispose();
        await Task.WhenAll(_loops).ConfigureAwait(false);
        foreach (var connection in _connections.Keys) connection.Close();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                if (!TryAdmit(socket, out var connection)) continue;
                _ = RunAsync(connection);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (!_stop.IsCancellationRequested)
            {
                // Out of descriptors, or a client gone before it was accepted: the others go on. The pause keeps the first from spinning.
                Interlocked.Increment(ref _refused);
                if (e.SocketErrorCode == SocketError.TooManyOpenSockets) TellExhausted(e);
                await Task.Delay(100, CancellationToken.None).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private void TellExhausted(SocketException e)
    {
        var (now, before) = (Environment.TickCount64, Interlocked.Read(ref _exhaustedToldAt));
        if (now - before >= ExhaustedToldEvery && Interlocked.CompareExchange(ref _exhaustedToldAt, now, before) == before)
            log($"TCP: no connection can be accepted: {e.Message} (told once a minute)");
    }

    private bool TryAdmit(Socket socket, out TcpConnection connection)
    {
        connection = null!;
        ClientAddress client;
        (SocketPlace Client, SocketPlace Server) places;
        try
        {
            socket.NoDelay = true;
            places = (SocketPlace.Of((IPEndPoint)socket.RemoteEndPoint!), SocketPlace.Of((IPEndPoint)socket.LocalEndPoint!));
            client = ClientAddress.From(places.Client.Address);
        }
        catch (SocketException)
        {
            // It left in the meantime.
            socket.Dispose();
            return false;
        }
        if (!TryCount(client))
        {
            Interlocked.Increment(ref _refused);
            socket.Dispose();
            return false;
        }
        if (Interlocked.Read(ref _open) >= _most) Displace();
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _open);
        connection = new TcpConnection(socket, client, places, processors, _stalled, options);
        _connections.TryAdd(connection, true);
        return true;
    }

    private void Displace()
    {
        lock (_displacingLock)
        {
            if (_nextToGo.Count == 0) ChooseNextToGo();
            // Ends: each turn takes one out. Whoever asked something since he was chosen stays.
            while (_nextToGo.TryDequeue(out var chosen))
            {
                if (chosen.Connection.ProgressNanos != chosen.Progress || !TryLeave(chosen.Connection)) continue;
                Interlocked.Increment(ref _displaced);
                chosen.Connection.Close();
                return;
            }
        }
    }

    private void ChooseNextToGo()
    {
        // The newest of the chosen is in front, to be thrown out by an older one.
        var oldest = new PriorityQueue<TcpConnection, long>(DisplacedAtOnce + 1);
        foreach (var (connection, _) in _connections)
        {
            if (oldest.Count < DisplacedAtOnce) oldest.Enqueue(connection, -connection.ProgressNanos);
            else oldest.EnqueueDequeue(connection, -connection.ProgressNanos);
        }
        foreach (var (connection, progress) in oldest.UnorderedItems.OrderBy(item => -item.Priority)) _nextToGo.Enqueue((connection, -progress));
    }

    /// <summary>True for the one caller that takes the connection off the books.</summary>
    private bool TryLeave(TcpConnection connection)
    {
        if (!_connections.TryRemove(connection, out _)) return false;
        Interlocked.Decrement(ref _open);
        Uncount(connection.Client);
        return true;
    }

    /// <summary>An IPv6 client has as many addresses as it likes; the block that one customer is given counts as one.</summary>
    private static ClientAddress CountedAs(ClientAddress client) => client.IsIPv6 ? new ClientAddress(true, client.Bits >> 72 << 72, 56) : client;

    private bool TryCount(ClientAddress address)
    {
        var client = CountedAs(address);
        lock (_perClientLock)
        {
            var open = _perClient.GetValueOrDefault(client);
            if (open >= options.TcpConnectionsPerClient) return false;
            _perClient[client] = open + 1;
            return true;
        }
    }

    private void Uncount(ClientAddress address)
    {
        var client = CountedAs(address);
        lock (_perClientLock)
        {
            if (--_perClient[client] == 0) _perClient.Remove(client);
        }
    }

    private async Task RunAsync(TcpConnection connection)
    {
        try
        {
            await connection.ServeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client reset the connection, or the sweep closed it: both are its end, and counted where they happen.
        }
        catch (Exception e)
        {
            log($"TCP: a defect closed a connection: {e}");
        }
        finally
        {
            connection.Close();
            TryLeave(connection);
            Interlocked.Add(ref _unsent, connection.Unsent);
            switch (connection.End)
            {
                case TcpEnd.Malformed:
                    Interlocked.Increment(ref _malformed);
                    break;
                case TcpEnd.Crowded:
                    Interlocked.Increment(ref _displaced);
                    break;
            }
        }
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                var now = Environment.TickCount64;
                foreach (var (connection, _) in _connections)
                {
                    if (!connection.IsOverdue(now)) continue;
                    Interlocked.Increment(ref _timedOut);
                    connection.Close();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
