using System.Net.Sockets;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>Socket errors as an operator reads them, and which of them are this node's own.</summary>
internal static class SocketFailure
{
    /// <summary>No descriptors, memory or buffers left here, or no address to connect from: nothing is known about the target.</summary>
    public static bool IsOwnFault(SocketException broken) =>
        broken.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.ProcessLimit
            or SocketError.AddressNotAvailable;

    /// <summary>The socket's error in what was thrown: itself, or wrapped by streams.</summary>
    public static SocketException? Behind(Exception thrown)
    {
        for (Exception? cause = thrown; cause is SocketException or IOException or HttpRequestException; cause = cause.InnerException)
        {
            if (cause is SocketException socket) return socket;
        }

        return null;
    }

    public static string InWords(SocketException broken, bool connected, ProbeTarget target) => broken.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => target.Settings.Check.Transport == ProbeTransport.Udp ? "port unreachable: nobody listens there (ICMP)" : "connection refused",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => connected ? "reset by the server" : "reset while connecting",
        SocketError.HostUnreachable or SocketError.HostNotFound or SocketError.HostDown => "no route to host",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "network unreachable",
        SocketError.TimedOut => "the system gave the connection up",
        SocketError.AddressNotAvailable when target.Source is { } source => $"not probed: cannot connect from {source}: not an address of this machine, or no port left",
        SocketError.AddressNotAvailable => "not probed: no local port left, or no local address of that family",
        SocketError.AccessDenied => "forbidden by this machine's own rules",
        _ when IsOwnFault(broken) => $"not probed: {broken.SocketErrorCode} on this node",
        var other => connected ? $"connection broken: {other}" : $"cannot connect: {other}",
    };
}
