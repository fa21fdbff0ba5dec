using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Recording;

namespace Pointsman.Dns.Transport;

/// <summary>Accepts TCP connections within the limits, and closes those whose time has run out.</summary>
internal sealed class TcpService(DnsServerOptions options, ProcessorPool processors, Action<string> log) : IAsyncDisposable
{
    // Milliseconds. Accepting fails ten times a second while there are no descriptors.
    private const long ExhaustedToldEvery = 60_000;

    private readonly int _most = MostOf(options.TcpConnectionsMax, LinuxSockets.DescriptorLimit());
    private readonly List<Socket> _listeners = [];
    private long _exhaustedToldAt = -ExhaustedToldEvery;
    private readonly ConcurrentDictionary<TcpConnection, bool> _connections = [];
    private readonly Dictionary<ClientAddress, int> _perClient = [];
    private readonly Lock _perClientLock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private long _accepted, _refused, _timedOut;

    /// <summary>At most a sixteenth of the process's descriptors: idle clients of DNS must not leave the probes and the VIPs without.</summary>
    internal static int MostOf(int configured, long? descriptors) => (int)Math.Min(configured, Math.Max(16, (descriptors ?? int.MaxValue) / 16));

    public (long Open, long Accepted, long Refused, long TimedOut) Counters =>
        (_connections.Count, Interlocked.Read(ref _accepted), Interlocked.Read(ref _refused), Interlocked.Read(ref _timedOut));

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
        if (_connections.Count >= _most || !TryCount(client))
        {
            Interlocked.Increment(ref _refused);
            socket.Dispose();
            return false;
        }
        Interlocked.Increment(ref _accepted);
        connection = new TcpConnection(socket, client, places, processors, options);
        _connections.TryAdd(connection, true);
        return true;
    }

    private bool TryCount(ClientAddress client)
    {
        lock (_perClientLock)
        {
            var open = _perClient.GetValueOrDefault(client);
            if (open >= options.TcpConnectionsPerClient) return false;
            _perClient[client] = open + 1;
            return true;
        }
    }

    private void Uncount(ClientAddress client)
    {
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
            _connections.TryRemove(connection, out _);
            Uncount(connection.Client);
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
