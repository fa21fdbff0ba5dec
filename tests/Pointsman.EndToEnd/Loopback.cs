using System.Net;
using System.Net.Sockets;

namespace Pointsman.EndToEnd;

/// <summary>
/// Addresses and ports for tests, all within 127.0.0.0/8. Each call to <see cref="NextAddress"/> gives another address, and the first
/// half comes from the process's id, so that two test runs side by side seldom meet; on an address of one's own every port is
/// free, also the well-known one that a test would like to use (5300, 8000). A free port found by binding port 0 may be taken by
/// somebody else before it is used: rare on an own address, and the reason why an own address comes first.
/// </summary>
internal static class Loopback
{
    private static int s_last;

    /// <summary>An address of 127.16.0.0 to 127.255.255.255 that no other test of this run has.</summary>
    public static IPAddress NextAddress()
    {
        var number = Interlocked.Increment(ref s_last);
        var process = Environment.ProcessId;
        return new IPAddress([127, (byte)(16 + (process % 240)), (byte)((process / 240 % 16 * 16) + (number / 250 % 16)), (byte)(1 + (number % 250))]);
    }

    /// <summary>A port that was free a moment ago on <paramref name="address"/> for UDP and TCP alike.</summary>
    public static int FreePort(IPAddress address)
    {
        const int tries = 100; // a port free for TCP is nearly always free for UDP
        for (var i = 0; i < tries; i++)
        {
            using var tcp = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(address, 0));
            var port = ((IPEndPoint)tcp.LocalEndPoint!).Port;
            using var udp = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                udp.Bind(new IPEndPoint(address, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken for UDP: look for another.
            }
        }
        throw new InvalidOperationException($"no port free for both UDP and TCP on {address} in {tries} tries");
    }

    /// <summary>A new address and a port free on it.</summary>
    public static IPEndPoint NextEndPoint()
    {
        var address = NextAddress();
        return new IPEndPoint(address, FreePort(address));
    }
}
