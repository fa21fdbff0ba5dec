using System.Net;
using System.Net.Sockets;
using System.Text;
using Pointsman.Model;

namespace Pointsman.EndToEnd.Switching;

/// <summary>A real server of a few lines, for what nginx cannot be made to do: each accepted connection is handed to the test's own code.</summary>
internal sealed class TalkingServer : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _accepted;

    public TalkingServer(Func<Socket, CancellationToken, Task> talk, IPAddress? address = null)
    {
        var at = address ?? Loopback.NextAddress();
        _listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(at, 0));
        _listener.Listen(4096);
        Server = new RealServer(Endpoint.From((IPEndPoint)_listener.LocalEndPoint!));
        _accepting = AcceptAsync(talk);
    }

    public RealServer Server { get; }

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Says its name at once, then sends back what it is sent, until the client ends.</summary>
    public static TalkingServer Echo(string name) => new(async (socket, stop) =>
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(name), stop);
        var buffer = new byte[16384];
        int read;
        while ((read = await socket.ReceiveAsync(buffer, stop)) > 0) await SendAllAsync(socket, buffer.AsMemory(0, read), stop);
        socket.Shutdown(SocketShutdown.Send);
    });

    public static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, stop)..];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<Socket, CancellationToken, Task> talk)
    {
        var talks = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                talks.Add(TalkAsync(talk, socket));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(Func<Socket, CancellationToken, Task> talk, Socket socket)
    {
        using (socket)
        {
            try
            {
                socket.NoDelay = true;
                await talk(socket, _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client or the test ended it: what the test looks at is what the client saw.
            }
        }
    }
}
