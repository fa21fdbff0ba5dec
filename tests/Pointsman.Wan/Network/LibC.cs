using System.Runtime.InteropServices;

namespace Pointsman.Wan.Network;

/// <summary>The few calls into the system that .NET has no name for: namespaces, the TUN device, and a wait that is finer than a millisecond.</summary>
internal static partial class LibC
{
    public const int NewNetwork = 0x40000000; // CLONE_NEWNET
    public const int ReadWrite = 2, NonBlocking = 0x800, CloseOnExec = 0x80000; // O_RDWR, O_NONBLOCK, O_CLOEXEC
    public const int Again = 11; // EAGAIN
    public const short Readable = 1; // POLLIN
    public const int CharacterDevice = 0x2000; // S_IFCHR

    private const string Library = "libc";

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Duration
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport(Library, EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int what);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, ref byte argument);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, ref byte into, nuint most);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ref byte from, nuint count);

    [LibraryImport(Library, EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(ref PollEntry entries, nuint count, in Duration patience, nint signals);

    [LibraryImport(Library, EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeNode(string path, uint mode, ulong device);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();
}
