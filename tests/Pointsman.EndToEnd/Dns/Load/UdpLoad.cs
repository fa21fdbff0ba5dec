using System.Net;
using System.Net.Sockets;

namespace Pointsman.EndToEnd.Dns.Load;

/// <summary>One client's socket: sends what it is given, and counts what comes back until it is closed.</summary>
internal sealed class UdpLoad : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Thread _reader;
    private long _received, _largest;

    public UdpLoad(IPEndPoint server)
    {
        _socket.ReceiveBufferSize = 4 << 20;
        _socket.Bind(new IPEndPoint(Loopback.NextAddress(), 0));
        _socket.Connect(server);
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    public long Sent { get; private set; }
    public long Received => Interlocked.Read(ref _received);
    public long Largest => Interlocked.Read(ref _largest);

    /// <summary>Answers that came and found this socket's queue full (Linux, SO_MEMINFO: the last of nine numbers).</summary>
    public long Overflowed
    {
        get
        {
            Span<byte> numbers = stackalloc byte[36];
            _socket.GetRawSocketOption(1, 55, numbers);
            return BitConverter.ToUInt32(numbers[32..]);
        }
    }

    public void Send(ReadOnlySpan<byte> query)
    {
        _socket.Send(query);
        Sent++;
    }

    private void Read()
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var length = _socket.Receive(buffer);
                if (length == 0) return;
                if (length > Interlocked.Read(ref _largest)) Interlocked.Exchange(ref _largest, length);
                Interlocked.Increment(ref _received);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _reader.Join();
    }
}
