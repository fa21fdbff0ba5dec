using System.Net;
using System.Net.Sockets;

namespace Pointsman.Dns.Transport;

/// <summary>
/// Binds the sockets of one address. TCP comes first, without address sharing: a second server on the same address then fails here, where
/// SO_REUSEPORT alone would let the two share its UDP queries in silence.
/// </summary>
internal sealed record Listening(IPEndPoint EndPoint, Socket Tcp, Socket[] Udp)
{
    private const int SocketLevel = 1, ReusePort = 15, ReceiveTimeout = 20;
    private const int IPLevel = 0, IPPacketInfo = 8, IPMtuDiscover = 10;
    private const int IPv6Level = 41, IPv6ReceivePacketInfo = 49, IPv6MtuDiscover = 23, Omit = 5;

    public bool IsWildcard => IsAny(EndPoint);

    private static bool IsAny(IPEndPoint endPoint) => endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any);

    /// <summary>A port that the system chooses for TCP may be taken for UDP; one that is free for both comes within a few draws.</summary>
    private const int MostDraws = 16;

    /// <exception cref="DnsListenException">Says which address, port and protocol, and why.</exception>
    public static Listening Bind(IPEndPoint wanted, int udpSockets, bool batched)
    {
        for (var draw = 1; ; draw++)
        {
            try
            {
                return BindBoth(wanted, udpSockets, batched);
            }
            catch (DnsListenException e) when (wanted.Port == 0 && draw < MostDraws && e.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
            {
                // Another draw.
            }
        }
    }

    private static Listening BindBoth(IPEndPoint wanted, int udpSockets, bool batched)
    {
        var opened = new List<Socket>();
        var protocol = "TCP";
        try
        {
            var tcp = Open(wanted, SocketType.Stream, opened);
            tcp.Bind(wanted);
            tcp.Listen(1024);
            var endPoint = new IPEndPoint(wanted.Address, ((IPEndPoint)tcp.LocalEndPoint!).Port);
            protocol = "UDP";
            // Sharing is off for this one, so that it meets whoever else is there.
            var probe = Open(endPoint, SocketType.Dgram, opened);
            probe.Bind(endPoint);
            if (!batched && !IsAny(endPoint)) return new Listening(endPoint, tcp, [probe]);
            probe.Dispose();
            opened.Remove(probe);
            if (!batched) return new Listening(endPoint, tcp, [OpenBeside(endPoint)]);
            var udp = new Socket[udpSockets];
            for (var i = 0; i < udpSockets; i++) udp[i] = OpenShared(endPoint, opened);
            return new Listening(endPoint, tcp, udp);
        }
        catch (SocketException e)
        {
            foreach (var socket in opened) socket.Dispose();
            var reason = e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "the port is in use by another program",
                SocketError.AddressNotAvailable => "this machine has no such address",
                SocketError.AccessDenied => "permission denied (a port below 1024 needs CAP_NET_BIND_SERVICE)",
                _ => e.Message,
            };
            throw new DnsListenException($"cannot listen on {wanted} ({protocol}): {reason}", e);
        }
    }

    private static Socket Open(IPEndPoint endPoint, SocketType type, List<Socket> opened)
    {
        var socket = new Socket(endPoint.AddressFamily, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        opened.Add(socket);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
        return socket;
    }

    /// <summary>A datagram socket by managed means that others of this process may stand beside: that of all addresses, and those of single ones.</summary>
    public static Socket OpenBeside(IPEndPoint endPoint)
    {
        var opened = new List<Socket>();
        try
        {
            var socket = Open(endPoint, SocketType.Dgram, opened);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (IsAny(endPoint))
                socket.SetSocketOption(endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            socket.Bind(endPoint);
            return socket;
        }
        catch (SocketException)
        {
            foreach (var socket in opened) socket.Dispose();
            throw;
        }
    }

    private static Socket OpenShared(IPEndPoint endPoint, List<Socket> opened)
    {
        var socket = Open(endPoint, SocketType.Dgram, opened);
        var ipv6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
        // A quarter of a second, as struct timeval: how late a thread notices that it is to stop, when nothing wakes it.
        Span<byte> timeout = stackalloc byte[16];
        BitConverter.TryWriteBytes(timeout, 0L);
        BitConverter.TryWriteBytes(timeout[8..], 250_000L);
        socket.SetRawSocketOption(SocketLevel, ReceiveTimeout, timeout);
        // Which address was asked is in question only where several are; asking costs each datagram a control message.
        if (IsAny(endPoint)) socket.SetRawSocketOption(ipv6 ? IPv6Level : IPLevel, ipv6 ? IPv6ReceivePacketInfo : IPPacketInfo, BitConverter.GetBytes(1));
        // Answers are small enough to need no path MTU, and a forged "too big" must not make us fragment (RFC 9715 §3.1).
        socket.SetRawSocketOption(ipv6 ? IPv6Level : IPLevel, ipv6 ? IPv6MtuDiscover : IPMtuDiscover, BitConverter.GetBytes(Omit));
        // While a core is busy or the collector at work, queries wait here: the kernel counts some 800 octets for each, so that is a fifth of a
        // second at 50,000 a second. It takes the memory only while they wait, and less where net.core.rmem_max says so.
        socket.ReceiveBufferSize = 4 << 20;
        socket.Bind(endPoint);
        return socket;
    }
}
