using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Pointsman.Node.Demo;

/// <summary>
/// The long way between two sites: a process that takes a tester's probe connections and passes them on to the tested site's VIP, holding
/// each reply until the way there and back would have taken its time. Not a mock of anything: real connections pass through, and when the
/// VIP refuses, so does the relay. Table I is not symmetric, so no delay of a link could produce it; one relay a pair and direction can.
/// </summary>
internal static class Relay
{
    // Probes send a few hundred bytes; the reply of a health page fits many times over.
    private const int BufferBytes = 16 * 1024;

    // More at once than any demo's probes need; past it new connections are closed.
    private const int ConnectionsAtOnce = 256;

    /// <summary>Listens on every port of <paramref name="ports"/> at <paramref name="listen"/> until cancelled.</summary>
    /// <exception cref="SocketException">An address is taken.</exception>
    public static async Task RunAsync(IPAddress listen, IPAddress to, IReadOnlyList<int> ports, TimeSpan delay, Action ready, CancellationToken stop)
    {
        using var room = new SemaphoreSlim(ConnectionsAtOnce);
        var listeners = new List<Socket>();
        try
        {
            foreach (var port in ports)
            {
                var listener = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                listeners.Add(listener);
                listener.Bind(new IPEndPoint(listen, port));
                listener.Listen(128);
            }

            ready();
            await Task.WhenAll(listeners.Select((listener, index) => AcceptAsync(listener, new IPEndPoint(to, ports[index]), delay, room, stop)));
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }

    private static async Task AcceptAsync(Socket listener, IPEndPoint target, TimeSpan delay, SemaphoreSlim room, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptAsync(stop);
                if (room.Wait(0, CancellationToken.None)) _ = CarryAsync(client, target, delay, room, stop);
                else client.Dispose();
            }
            catch (OperationCanceledException)
            {
                return; // asked to stop
            }
            catch (SocketException)
            {
                await Task.Delay(10, CancellationToken.None); // a client gone before it was accepted, or no descriptor free: go on
            }
        }
    }

    private static async Task CarryAsync(Socket client, IPEndPoint target, TimeSpan delay, SemaphoreSlim room, CancellationToken stop)
    {
        var arrived = Stopwatch.GetTimestamp();
        using var server = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            client.NoDelay = true;
            await server.ConnectAsync(target, stop);
            await Task.WhenAll(PumpAsync(client, server, null, stop), PumpAsync(server, client, () => delay - Stopwatch.GetElapsedTime(arrived), stop));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            client.LingerState = new LingerOption(true, 0); // the other side refused or broke off: pass that on as a reset
        }
        finally
        {
            client.Dispose();
            room.Release();
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Func<TimeSpan>? hold, CancellationToken stop)
    {
        var buffer = new byte[BufferBytes];
        int count;
        while ((count = await from.ReceiveAsync(buffer, stop)) > 0)
        {
            if (hold?.Invoke() is { } left && left > TimeSpan.Zero) await PreciseDelayAsync(left, stop);
            for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop);
        }

        to.Shutdown(SocketShutdown.Send);
    }

    // Timers fire up to a millisecond or two late; sleeping short and yielding the rest keeps the shortest way (11.3 ms) honest.
    private static async Task PreciseDelayAsync(TimeSpan span, CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        var coarse = span - TimeSpan.FromMilliseconds(2);
        if (coarse > TimeSpan.Zero) await Task.Delay(coarse, stop);
        while (Stopwatch.GetElapsedTime(start) is var gone && gone < span)
        {
            if (span - gone > TimeSpan.FromMilliseconds(1)) await Task.Delay(1, stop);
            else await Task.Yield();
        }
    }
}
