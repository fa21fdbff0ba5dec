using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Pointsman.Tests.Dns.Asking;

/// <summary>A client of a name server on this machine. A receive that gets nothing ends by its own timeout, and fails the test.</summary>
internal static class Loopback
{
    private const int PatienceMilliseconds = 20_000;

    /// <summary>A connected socket: a datagram from another address than the one asked does not arrive.</summary>
    public static Socket Udp(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = PatienceMilliseconds, ReceiveBufferSize = 1 << 20 };
        socket.Connect(server);
        return socket;
    }

    /// <summary>Asks again when nothing comes, as every client must: a datagram may be lost on a busy machine.</summary>
    public static ParsedAnswer AskUdp(IPEndPoint server, QueryBytes query)
    {
        const int Tries = 4;
        using var socket = Udp(server);
        socket.ReceiveTimeout = PatienceMilliseconds / Tries;
        var buffer = new byte[65535];
        for (var again = 1; ; again++)
        {
            try
            {
                socket.Send(query.Build());
                return new ParsedAnswer(buffer[..socket.Receive(buffer)]);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut && again < Tries)
            {
                // Lost on the way there or back.
            }
        }
    }

    public static Socket Tcp(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = PatienceMilliseconds, NoDelay = true };
        socket.Connect(server);
        return socket;
    }

    /// <summary>With its length before it.</summary>
    public static byte[] Framed(QueryBytes query)
    {
        var octets = query.Build();
        return [(byte)(octets.Length >> 8), (byte)octets.Length, .. octets];
    }

    /// <summary>One whole answer from the stream.</summary>
    public static ParsedAnswer Receive(Socket socket) => new(Exactly(socket, BinaryPrimitives.ReadUInt16BigEndian(Exactly(socket, 2))));

    /// <summary>True once the other side has ended the connection, by a close or a reset; waits for it. Fails when something else comes.</summary>
    public static bool IsClosed(Socket socket)
    {
        try
        {
            return socket.Receive(new byte[1]) == 0;
        }
        catch (SocketException e)
        {
            // A timeout is no end.
            return e.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    private static byte[] Exactly(Socket socket, int length)
    {
        var octets = new byte[length];
        for (var at = 0; at < length;)
        {
            var received = socket.Receive(octets, at, length - at, SocketFlags.None);
            Assert.NotEqual(0, received);
            at += received;
        }
        return octets;
    }
}
