using System.Net.Sockets;
using System.Text;
using Pointsman.Node.State;

namespace Pointsman.Node.Wiring;

/// <summary>Tells the service manager how it goes (sd_notify): one datagram to the socket that it named, nothing when it named none.</summary>
internal static class Systemd
{
    public static void Notify(string state, EventLog log)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path) return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // A name that begins with @ is in the abstract namespace, written with a zero byte.
            var address = path[0] == '@' ? "\0" + path[1..] : path;
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(address));
        }
        catch (SocketException error)
        {
            log.Add("service-manager", $"could not tell the service manager '{state}': {error.Message}");
        }
    }
}
