using System.Runtime.InteropServices;
using System.Text;

namespace Pointsman.Health.Probes;

/// <summary>
/// One program as a child in a process group of its own, with nothing on standard input, one pipe for both outputs, default signals, and no
/// other descriptor of this process. Its end is seen before it is reaped: as long as it is not, its number is its own, so that the whole
/// group, whatever it left behind in the background, is killed without ever meeting a stranger.
/// </summary>
internal sealed unsafe class ChildProcess : IDisposable
{
    // siginfo_t is 128 bytes; code and status stand at these places on every 64-bit Linux.
    private const int InformationBytes = 128, CodeAt = 8, StatusAt = 24;
    private const int CodeExited = 1;
    private const int SignalSetBytes = 128;

    private readonly int pid;
    private readonly int pidDescriptor;
    private readonly int output;
    private bool isSilent;
    private bool isReaped;

    private ChildProcess(int pid, int pidDescriptor, int output) => (this.pid, this.pidDescriptor, this.output) = (pid, pidDescriptor, output);

    /// <summary>Null = it could not be started, with the error's number.</summary>
    public static ChildProcess? Start(IReadOnlyList<string> command, IReadOnlyList<string> environment, out int error)
    {
        var ends = stackalloc int[2];
        if (LibC.Pipe(ends, LibC.CloseOnExec) < 0)
        {
            error = Marshal.GetLastPInvokeError();
            return null;
        }

        error = Spawn(command, environment, ends[1], out var pid);
        LibC.Close(ends[1]);
        if (error != 0)
        {
            LibC.Close(ends[0]);
            return null;
        }

        var descriptor = (int)LibC.Call(LibC.PidfdOpen, pid, 0);
        if (descriptor < 0) error = Marshal.GetLastPInvokeError();
        var child = new ChildProcess(pid, descriptor, ends[0]);
        if (descriptor >= 0) return child;
        child.Dispose();
        return null;
    }

    /// <summary>Waits until output came or it ended, at most so long. Reads what came into <paramref name="into"/>.</summary>
    /// <returns>Bytes read; 0 = none.</returns>
    public int Wait(Span<byte> into, int milliseconds, out bool hasEnded)
    {
        var entries = stackalloc LibC.PollEntry[2];
        entries[0] = new LibC.PollEntry { Descriptor = pidDescriptor, Wanted = LibC.PollIn };
        // Once the outputs are closed there is nothing to wait for there.
        entries[1] = new LibC.PollEntry { Descriptor = isSilent ? -1 : output, Wanted = LibC.PollIn };
        LibC.Poll(entries, 2, milliseconds);
        hasEnded = entries[0].Seen != 0;
        if (entries[1].Seen == 0) return 0;
        fixed (byte* start = into)
        {
            var read = (int)LibC.Read(output, start, (nuint)into.Length);
            if (read == 0) isSilent = true;
            return Math.Max(0, read);
        }
    }

    /// <summary>Kills the group, from any thread, so that a wait sees the end. Before it is reaped only.</summary>
    public void Interrupt()
    {
        LibC.SendSignal(-pid, LibC.Kill);
        LibC.SendSignal(pid, LibC.Kill);
    }

    /// <summary>Kills whoever is left of the group and reaps the child. Its exit code; null = a signal ended it.</summary>
    public int? End()
    {
        if (isReaped) return null;
        isReaped = true;
        var information = stackalloc byte[InformationBytes];
        // The group's number is its own until the child is reaped, also when the child itself is dead.
        Interrupt();
        int result;
        do result = LibC.WaitFor(LibC.ByPid, (uint)pid, information, LibC.WaitExited);
        while (result < 0 && Marshal.GetLastPInvokeError() == LibC.Eintr);
        if (result < 0 || *(int*)(information + CodeAt) != CodeExited) return null;
        return *(int*)(information + StatusAt);
    }

    public void Dispose()
    {
        End();
        if (pidDescriptor >= 0) LibC.Close(pidDescriptor);
        LibC.Close(output);
    }

    private static int Spawn(IReadOnlyList<string> command, IReadOnlyList<string> environment, int outputEnd, out int pid)
    {
        pid = 0;
        var actions = stackalloc byte[LibC.OpaqueBytes];
        var attributes = stackalloc byte[LibC.OpaqueBytes];
        var signals = stackalloc byte[SignalSetBytes];
        var arguments = Strings(command);
        var variables = Strings(environment);
        try
        {
            var error = LibC.InitActions(actions);
            if (error == 0) error = LibC.InitAttributes(attributes);
            if (error == 0) error = LibC.AddOpen(actions, 0, "/dev/null", LibC.OpenRead, 0);
            if (error == 0) error = LibC.AddDuplicate(actions, outputEnd, 1);
            if (error == 0) error = LibC.AddDuplicate(actions, outputEnd, 2);
            if (error == 0) error = LibC.AddCloseFrom(actions, 3);
            if (error == 0) error = LibC.FillSignals(signals);
            if (error == 0) error = LibC.SetSignalDefaults(attributes, signals);
            if (error == 0) error = LibC.EmptySignals(signals);
            if (error == 0) error = LibC.SetSignalMask(attributes, signals);
            if (error == 0) error = LibC.SetFlags(attributes, LibC.SpawnGroup | LibC.SpawnSignalDefaults | LibC.SpawnSignalMask);
            return error != 0 ? error : LibC.Spawn(out pid, command[0], actions, attributes, arguments, variables);
        }
        finally
        {
            // They never fail, and nothing could be done about it.
            _ = LibC.DestroyActions(actions);
            _ = LibC.DestroyAttributes(attributes);
            Free(arguments, command.Count);
            Free(variables, environment.Count);
        }
    }

    private static byte** Strings(IReadOnlyList<string> texts)
    {
        var list = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
        for (var index = 0; index < texts.Count; index++)
        {
            var length = Encoding.UTF8.GetByteCount(texts[index]);
            list[index] = (byte*)NativeMemory.AllocZeroed((nuint)(length + 1));
            Encoding.UTF8.GetBytes(texts[index], new Span<byte>(list[index], length));
        }

        return list;
    }

    private static void Free(byte** list, int count)
    {
        for (var index = 0; index < count; index++) NativeMemory.Free(list[index]);
        NativeMemory.Free(list);
    }
}
