using System.Net.Sockets;

namespace Pointsman.Health.Probes;

/// <summary>Socket errors as an operator reads them, and which of them are this node's own.</summary>
internal static class SocketFailure
{
    /// <summary>No descriptors, memory or buffers left here: nothing is known about the target.</summary>
    public static bool IsOwnFault(SocketException broken) =>
        broken.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.ProcessLimit;

    /// <summary>The socket's error in what was thrown: itself, or wrapped by a stream.</summary>
    public static SocketException? Behind(Exception thrown) => thrown as SocketException ?? (thrown as IOException)?.InnerException as SocketException;

    public static string InWords(SocketException broken, bool connected, ProbeTarget target) => broken.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => connected ? "reset by the server" : "reset while connecting",
        SocketError.HostUnreachable or SocketError.HostNotFound or SocketError.HostDown => "no route to host",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "network unreachable",
        SocketError.TimedOut => "the system gave the connection up",
        SocketError.AddressNotAvailable when target.Source is { } source => $"cannot connect from {source}: not an address of this machine, or no port left",
        SocketError.AddressNotAvailable => "no local port left, or not an address that can be reached",
        SocketError.AccessDenied => "forbidden by this machine's own rules",
        _ when IsOwnFault(broken) => $"not probed: {broken.SocketErrorCode} on this node",
        var other => connected ? $"connection broken: {other}" : $"cannot connect: {other}",
    };
}
