using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Pointsman.EndToEnd.Dns.Peers;

/// <summary>Questions over one TCP connection, where no answer is cut; opened anew when the server has closed it.</summary>
internal sealed class DnsConnection(IPEndPoint server) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private TcpClient? _client;
    private ushort _id;

    /// <summary>Asks for <paramref name="type"/> at a name in wire form, in the letters given.</summary>
    public WireAnswer Ask(byte[] name, ushort type)
    {
        byte[] header = [(byte)(++_id >> 8), (byte)_id, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        byte[] query = [.. header, .. name, (byte)(type >> 8), (byte)type, 0, 1];
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new WireAnswer(Exchange(query));
            }
            catch (IOException) when (attempt == 0 && _client is not null)
            {
                // Servers bound the questions of a connection: a new one.
                Close();
            }
            catch (SocketException error)
            {
                Close();
                throw new IOException(error.Message, error);
            }
        }
    }

    private byte[] Exchange(byte[] query)
    {
        if (_client is null)
        {
            _client = new TcpClient(server.AddressFamily) { NoDelay = true, ReceiveTimeout = (int)s_patience.TotalMilliseconds };
            _client.Connect(server);
        }
        var stream = _client.GetStream();
        stream.Write([(byte)(query.Length >> 8), (byte)query.Length, .. query]);
        Span<byte> prefix = stackalloc byte[2];
        stream.ReadExactly(prefix);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        stream.ReadExactly(message);
        if (message[0] != query[0] || message[1] != query[1]) throw new FormatException("the answer has another id");
        return message;
    }

    private void Close()
    {
        _client?.Dispose();
        _client = null;
    }

    public void Dispose() => Close();
}
