using System.Runtime.InteropServices;

namespace Pointsman.Dns.Transport;

/// <summary>
/// The two system calls that .NET does not offer, and their structures as the 64-bit Linux ABI lays them out (the same on x64 and arm64).
/// One call for a batch of datagrams is what makes plain sockets keep up: the kernel's own work is 95 % of the thread's time.
/// </summary>
internal static unsafe partial class LinuxSockets
{
    public const int WaitForOne = 0x10000;
    public const int Interrupted = 4, TryAgain = 11;
    public const ushort IPv4Family = 2;

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* Start;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Datagram
    {
        public MessageHeader Header;
        public uint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct FilterInstruction(ushort code, uint operand)
    {
        public ushort Code = code;
        public byte JumpTrue;
        public byte JumpFalse;
        public uint Operand = operand;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public FilterInstruction* Instructions;
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int Receive(int socket, Datagram* datagrams, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int Send(int socket, Datagram* datagrams, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, ulong* softAndHard);

    /// <summary>How many descriptors this process may have; null when it is not known.</summary>
    public static long? DescriptorLimit()
    {
        const int OpenFiles = 7;
        var limits = stackalloc ulong[2];
        return OperatingSystem.IsLinux() && GetLimit(OpenFiles, limits) == 0 ? (long)Math.Min(limits[0], int.MaxValue) : null;
    }

    /// <summary>
    /// Steers datagrams of one SO_REUSEPORT group by source address, so that the A and the AAAA query of one client meet the same worker
    /// and its cursor [S15]. Classic BPF: it needs no privilege. False when the kernel refuses (its own hash then spreads by address and port).
    /// </summary>
    public static bool TrySteerBySource(int socket, bool ipv6, int sockets)
    {
        const uint NetworkHeader = 0xFFF00000;
        const ushort LoadWord = 0x20, ToX = 0x07, XorX = 0xAC, Multiply = 0x24, ShiftRight = 0x74, Modulo = 0x94, ReturnA = 0x16;
        var program = new List<FilterInstruction>();
        if (ipv6)
        {
            program.Add(new(LoadWord, NetworkHeader + 8));
            for (var word = 12u; word <= 20; word += 4)
            {
                program.Add(new(ToX, 0));
                program.Add(new(LoadWord, NetworkHeader + word));
                program.Add(new(XorX, 0));
            }
        }
        else program.Add(new(LoadWord, NetworkHeader + 12));
        program.AddRange([new(Multiply, 0x9E3779B1), new(ShiftRight, 16), new(Modulo, (uint)sockets), new(ReturnA, 0)]);
        const int SocketLevel = 1, AttachReusePortFilter = 51;
        fixed (FilterInstruction* instructions = CollectionsMarshal.AsSpan(program))
        {
            var filter = new FilterProgram { Length = (ushort)program.Count, Instructions = instructions };
            return SetOption(socket, SocketLevel, AttachReusePortFilter, &filter, (uint)sizeof(FilterProgram)) == 0;
        }
    }
}
