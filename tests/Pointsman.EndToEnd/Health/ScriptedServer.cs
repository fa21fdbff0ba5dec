using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pointsman.EndToEnd.Health;

/// <summary>
/// A TCP server on a loopback address of its own that does to each connection what a test says, good or bad. Everything ends when it is
/// disposed. Connections are numbered from 1.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Connection, Task> _script;
    private readonly Task _accepting;
    private int _accepted;

    public ScriptedServer(Func<Connection, Task> script, IPAddress? address = null)
    {
        _script = script;
        var at = new IPEndPoint(address ?? Loopback.NextAddress(), 0);
        _listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(at);
        _listener.Listen(64);
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Connections accepted so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Replies with this text, as it stands, once the request's head has come; then closes.</summary>
    public static ScriptedServer Replying(string reply) => new(async connection =>
    {
        await connection.ReadHeadAsync();
        await connection.SendAsync(reply);
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                running.Add(ServeAsync(new Connection(socket, Interlocked.Increment(ref _accepted), _stop.Token)));
            }
        }
        catch (Exception end) when (_stop.IsCancellationRequested && end is (OperationCanceledException or SocketException or ObjectDisposedException))
        {
            // The test is over; which of the three it is depends on how far the accept had got.
        }

        await Task.WhenAll(running);
    }

    private async Task ServeAsync(Connection connection)
    {
        using (connection.Socket)
        {
            try
            {
                await _script(connection);
            }
            catch (Exception end) when (end is SocketException or OperationCanceledException)
            {
                // The prober went away, or the test is over: either is the expected end of a bad server's story.
            }
        }
    }

    internal sealed record Connection(Socket Socket, int Number, CancellationToken Stop)
    {
        public IPAddress From { get; } = ((IPEndPoint)Socket.RemoteEndPoint!).Address;

        public async Task<string> ReadHeadAsync()
        {
            var buffer = new byte[8192];
            var length = 0;
            while (length < buffer.Length && buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
            {
                var received = await Socket.ReceiveAsync(buffer.AsMemory(length), Stop);
                if (received == 0) break;
                length += received;
            }

            return Encoding.Latin1.GetString(buffer, 0, length);
        }

        public async Task SendAsync(string text) => await Socket.SendAsync(Encoding.Latin1.GetBytes(text), Stop);

        public Task WaitAsync(int milliseconds) => Task.Delay(milliseconds, Stop);

        public Task HangAsync() => Task.Delay(Timeout.Infinite, Stop);

        /// <summary>Closes with RST in place of FIN.</summary>
        public void Reset()
        {
            Socket.LingerState = new LingerOption(true, 0);
            Socket.Close();
        }
    }
}
