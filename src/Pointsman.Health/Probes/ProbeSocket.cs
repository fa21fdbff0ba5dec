using System.Net;
using System.Net.Sockets;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>A fresh socket, connected to where a target is probed, from the source address that is wanted. UDP's is connected too: datagrams of others never reach it.</summary>
internal static class ProbeSocket
{
    private const int IpLevel = 0;
    private const int IpBindAddressNoPort = 24;

    private static ReadOnlySpan<byte> One => [1, 0, 0, 0];

    public static async ValueTask<Socket> OpenAsync(ProbeTarget target, CancellationToken deadline)
    {
        var isUdp = target.Settings.Check.Transport == ProbeTransport.Udp;
        var socket = new Socket(target.ConnectTo.Address.AddressFamily, isUdp ? SocketType.Dgram : SocketType.Stream, isUdp ? ProtocolType.Udp : ProtocolType.Tcp);
        try
        {
            if (!isUdp) socket.NoDelay = true;
            if (target.Source is { } source)
            {
                // Linux picks the port at connect, by the whole tuple, so that probes in TIME_WAIT to one target do not use up the ports for all.
                if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(IpLevel, IpBindAddressNoPort, One);
                socket.Bind(new IPEndPoint(source, 0));
            }

            await socket.ConnectAsync(target.ConnectTo.ToIPEndPoint(), deadline);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
