using System.Runtime.InteropServices;
using Pointsman.Model;

namespace Pointsman.Switching.Layer4;

/// <summary>
/// The one listening socket of a VIP, watched by every worker (EPOLLEXCLUSIVE wakes one of them). Rejected: SO_REUSEPORT with a socket
/// per worker, since a second process of the same user would then silently share the port, in place of a clear error.
/// </summary>
internal sealed unsafe class ListeningSocket
{
    // As long as the system allows (somaxconn cuts it): a burst waits here instead of being dropped.
    private const int Backlog = 4096;

    // A client's host that vanished is found in 60 + 4 × 15 s; accepted sockets inherit all of these. Not TCP_USER_TIMEOUT: it would
    // also cut a client that merely pauses its download.
    private const int KeepIdleSeconds = 60, KeepIntervalSeconds = 15, KeepCount = 4;

    private int _watchers;

    private ListeningSocket(int descriptor, Endpoint bound) => (Descriptor, Bound) = (descriptor, bound);

    public int Descriptor { get; }

    /// <summary>With the port that the system chose where the VIP's is 0.</summary>
    public Endpoint Bound { get; }

    /// <param name="error">Why not, for the operator.</param>
    public static ListeningSocket? Open(Endpoint endpoint, out string error)
    {
        error = "";
        var descriptor = LibC.Socket(SocketAddress.Family(endpoint), LibC.SockStream | LibC.SockNonBlocking | LibC.SockCloseOnExec, 0);
        if (descriptor < 0)
        {
            error = Explain(LibC.Error);
            return null;
        }

        LibC.SetOption(descriptor, LibC.SolSocket, LibC.SoReuseAddress, 1);
        if (SocketAddress.Family(endpoint) == LibC.AfInet6) LibC.SetOption(descriptor, LibC.IpProtoIpv6, LibC.Ipv6Only, 1);
        LibC.SetOption(descriptor, LibC.IpProtoTcp, LibC.TcpNoDelay, 1);
        LibC.SetOption(descriptor, LibC.SolSocket, LibC.SoKeepAlive, 1);
        LibC.SetOption(descriptor, LibC.IpProtoTcp, LibC.TcpKeepIdle, KeepIdleSeconds);
        LibC.SetOption(descriptor, LibC.IpProtoTcp, LibC.TcpKeepInterval, KeepIntervalSeconds);
        LibC.SetOption(descriptor, LibC.IpProtoTcp, LibC.TcpKeepCount, KeepCount);
        var address = stackalloc byte[SocketAddress.MostBytes];
        var length = SocketAddress.Write(new Span<byte>(address, SocketAddress.MostBytes), endpoint);
        if (LibC.Bind(descriptor, address, length) < 0 || LibC.Listen(descriptor, Backlog) < 0)
        {
            error = Explain(LibC.Error);
            _ = LibC.Close(descriptor);
            return null;
        }

        var size = (uint)SocketAddress.MostBytes;
        _ = LibC.GetName(descriptor, address, &size);
        return new ListeningSocket(descriptor, SocketAddress.Read(new ReadOnlySpan<byte>(address, SocketAddress.MostBytes)));
    }

    public void WatchedBy(int workers) => _watchers = workers;

    /// <summary>Closed by the last worker that lets go: until then the number must not come to mean another socket.</summary>
    public void LetGo()
    {
        if (Interlocked.Decrement(ref _watchers) <= 0) Close();
    }

    public void Close() => _ = LibC.Close(Descriptor);

    private static string Explain(int error) => error switch
    {
        LibC.Eaddrinuse => "the port is in use by another program",
        LibC.Eaddrnotavail => "the address is not one of this machine",
        LibC.Eacces => "not permitted: a port below 1024 needs the capability CAP_NET_BIND_SERVICE",
        _ => Marshal.GetPInvokeErrorMessage(error),
    };
}
