using System.Runtime.InteropServices;

namespace Pointsman.Switching.Layer4;

/// <summary>
/// The Linux system calls of the forwarder, and their constants for x86-64 and arm64 (equal on both). Called directly because the
/// managed socket costs up to a third of the throughput (docs/decisions/0030-epoll-engine.md). A negative result means that <see cref="Marshal.GetLastPInvokeError"/> says why.
/// </summary>
internal static unsafe partial class LibC
{
    public const int AfInet = 2, AfInet6 = 10;
    public const int SockStream = 1, SockNonBlocking = 0x800, SockCloseOnExec = 0x80000;
    public const int SolSocket = 1, SoReuseAddress = 2, SoError = 4, SoKeepAlive = 9, SoLinger = 13;
    public const int IpProtoTcp = 6, TcpNoDelay = 1, TcpKeepIdle = 4, TcpKeepInterval = 5, TcpKeepCount = 6, TcpQuickAck = 12;
    public const int IpProtoIpv6 = 41, Ipv6Only = 26;
    public const int MsgNoSignal = 0x4000;
    public const int ShutWrite = 1;
    public const int EpollAdd = 1, EpollDelete = 2;
    public const uint EpollIn = 1, EpollOut = 4, EpollError = 8, EpollHangup = 0x10, EpollReadHangup = 0x2000;
    public const uint EpollExclusive = 1u << 28, EpollEdge = 1u << 31;
    public const int EpollCloseOnExec = 0x80000;
    public const int EventNonBlocking = 0x800, EventCloseOnExec = 0x80000;
    public const int LimitDescriptors = 7;

    public const int Eintr = 4, Eagain = 11, Enomem = 12, Eacces = 13, Enfile = 23, Emfile = 24;
    public const int Enobufs = 105, Einprogress = 115, Eaddrinuse = 98, Eaddrnotavail = 99;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int descriptor, int backlog);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetName(int descriptor, byte* address, uint* length);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int descriptor, byte* address, uint* length, int flags);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int descriptor, int how);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int descriptor, int level, int name, void* value, uint length);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int descriptor, int level, int name, void* value, uint* length);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* settings);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int most, int timeoutMillis);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, ulong* softAndHard);

    public static int Error => Marshal.GetLastPInvokeError();

    public static void SetOption(int descriptor, int level, int name, int value) => _ = SetOption(descriptor, level, name, &value, sizeof(int));

    /// <summary>Closes so that the other side sees a reset, not an orderly end.</summary>
    public static void Reset(int descriptor)
    {
        var linger = stackalloc int[2] { 1, 0 };
        _ = SetOption(descriptor, SolSocket, SoLinger, linger, 2 * sizeof(int));
        _ = Close(descriptor);
    }
}
