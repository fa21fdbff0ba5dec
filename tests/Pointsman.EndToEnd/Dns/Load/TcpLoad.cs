using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Pointsman.EndToEnd.Dns.Load;

/// <summary>One connection that pipelines what it is given, and counts the answers that come back.</summary>
internal sealed class TcpLoad : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Thread _reader;
    private long _received;

    public TcpLoad(IPEndPoint server)
    {
        _socket.Bind(new IPEndPoint(Loopback.NextAddress(), 0));
        _socket.Connect(server);
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    public long Sent { get; private set; }
    public long Received => Interlocked.Read(ref _received);

    /// <summary>What is shorter than a header would end the connection: that is another test's matter.</summary>
    public void Send(ReadOnlySpan<byte> query)
    {
        if (query.Length < 12) return;
        var framed = new byte[query.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed.AsSpan(2));
        _socket.Send(framed);
        Sent++;
    }

    private void Read()
    {
        var buffer = new byte[1 << 16];
        var filled = 0;
        try
        {
            while (true)
            {
                var length = _socket.Receive(buffer.AsSpan(filled));
                if (length == 0) return;
                filled += length;
                var at = 0;
                while (filled - at >= 2 && filled - at - 2 >= BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(at)))
                {
                    at += 2 + BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(at));
                    Interlocked.Increment(ref _received);
                }
                buffer.AsSpan(at, filled - at).CopyTo(buffer);
                filled -= at;
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
