using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pointsman.Switching.Layer4;

/// <summary>
/// One forwarding thread: an epoll loop that owns its sessions alone, from accept to close, so that no session needs a lock. Every
/// socket is registered once, edge-triggered, for both directions and for life. Nothing blocks but the wait itself; nothing is
/// allocated once buffers and session objects have been made. Other threads speak to it by commands, and wake it by an eventfd.
/// <para>The parts: this file is the loop; Worker.Accepting, from accept to a server; Worker.Forwarding, the bytes; Worker.Refusing,
/// connections that found no place; Worker.Ending, time and the ways out.</para>
/// </summary>
internal sealed unsafe partial class Worker
{
    private const int EventsAtOnce = 256;

    // How late a timeout may be; with nothing open the worker sleeps for good.
    private const int SweepMillis = 250;

    private enum Role { Client, Server, Listener, Wake }

    // The kernel packs epoll_event on x86-64 alone.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int EventDataAt = EventBytes - sizeof(ulong);

    private readonly SwitchContext _context;
    private readonly int _index;
    private readonly int _epoll;
    private readonly int _wake;
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly SessionTable _sessions = new();
    private readonly List<Session> _again = [];
    private readonly List<Session> _now = [];
    private readonly byte* _scratch;
    private readonly byte[] _scratchOwner;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _clock;
    private long _nextSweep;
    private long _allocated;
    private bool _stopping;

    /// <exception cref="InvalidOperationException">The system gives no epoll or event descriptor.</exception>
    public Worker(SwitchContext context, int index)
    {
        (_context, _index) = (context, index);
        _scratchOwner = GC.AllocateUninitializedArray<byte>(ChunkBytes, pinned: true);
        _scratch = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_scratchOwner));
        _epoll = LibC.EpollCreate(LibC.EpollCloseOnExec);
        _wake = LibC.EventDescriptor(0, LibC.EventNonBlocking | LibC.EventCloseOnExec);
        if (_epoll < 0 || _wake < 0 || !Watch(_wake, LibC.EpollIn, Role.Wake, 0, 0))
            throw new InvalidOperationException($"no forwarding thread: {Marshal.GetPInvokeErrorMessage(LibC.Error)}");
    }

    /// <summary>Done when the thread is.</summary>
    public Task Ended => _ended.Task;

    /// <summary>All that this thread ever allocated, as it measured itself after its last round of events.</summary>
    public long AllocatedBytes => Volatile.Read(ref _allocated);

    public void Start() => new Thread(Run) { IsBackground = true, Name = $"pointsman-vip-{_index}" }.Start();

    /// <summary>Has the worker run something between two rounds of events.</summary>
    public void Post(Action command)
    {
        _commands.Enqueue(command);
        var one = 1UL;
        _ = LibC.Write(_wake, &one, sizeof(ulong));
    }

    /// <summary>A command: cuts every session and ends the thread.</summary>
    public void Stop() => _stopping = true;

    /// <summary>After <see cref="Ended"/>, when nobody posts any more: else a command would wake whoever got the number next.</summary>
    public void Close()
    {
        _ = LibC.Close(_epoll);
        _ = LibC.Close(_wake);
    }

    private void Run()
    {
        var events = stackalloc byte[EventsAtOnce * 16];
        _clock = Environment.TickCount64;
        while (!_stopping)
        {
            var count = LibC.EpollWait(_epoll, events, EventsAtOnce, Patience());
            _clock = Environment.TickCount64;
            for (var i = 0; i < count; i++)
            {
                var at = events + (i * EventBytes);
                Dispatch(Unsafe.ReadUnaligned<uint>(at), Unsafe.ReadUnaligned<ulong>(at + EventDataAt));
            }

            GoOn();
            if (_clock >= _nextSweep) Sweep();
            Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread());
        }

        CutEverything();
        _ended.SetResult();
    }

    private int Patience()
    {
        if (_again.Count > 0) return 0;
        if (_sessions.Active == 0 && !HasPaused) return -1;
        return (int)Math.Clamp(_nextSweep - _clock, 1, SweepMillis);
    }

    private void Dispatch(uint what, ulong tag)
    {
        var (role, number, generation) = ((Role)(tag & 3), (int)((uint)tag >> 2), (uint)(tag >> 32));
        switch (role)
        {
            case Role.Wake:
                RunCommands();
                break;
            case Role.Listener:
                Accept(number, generation);
                break;
            default:
                if (_sessions.Find(number, generation) is { } session) Guard(session, role, what);
                break;
        }
    }

    private void Guard(Session session, Role role, uint what)
    {
        try
        {
            Happened(session, role, what);
        }
        catch (Exception)
        {
            Fault(session);
        }
    }

    /// <summary>
    /// A defect met by one session, in here or in whoever chooses sites, must not take the others along: it is counted, since there is
    /// nothing else that this thread could do about it, and <see cref="VipCounters.Faults"/> says so.
    /// </summary>
    private void Fault(Session session)
    {
        if (session.Stage is SessionStage.Free) return;
        session.Tally.Faults++;
        Cut(session);
    }

    private void Happened(Session session, Role role, uint what)
    {
        var failed = (what & (LibC.EpollError | LibC.EpollHangup)) != 0;
        ref var reads = ref role is Role.Client ? ref session.Inward : ref session.Outward;
        ref var writes = ref role is Role.Client ? ref session.Outward : ref session.Inward;
        if ((what & (LibC.EpollIn | LibC.EpollReadHangup)) != 0 || failed) reads.Readable = true;
        if ((what & LibC.EpollReadHangup) != 0 || failed) reads.Hangup = true;
        if ((what & LibC.EpollOut) != 0 || failed) writes.Writable = true;
        switch (session.Stage)
        {
            case SessionStage.Open:
                Forward(session);
                break;
            case SessionStage.Connecting:
                if (role is Role.Server) Connected(session, what);
                else if (failed) Drop(session, ref session.Tally.Abandoned);
                break;
            case SessionStage.Reading:
                ReadHead(session);
                break;
            case SessionStage.Lingering:
                Linger(session);
                break;
        }
    }

    private void RunCommands()
    {
        ulong count;
        _ = LibC.Read(_wake, &count, sizeof(ulong));
        while (_commands.TryDequeue(out var command)) command();
    }

    /// <summary>Sessions that had more to do than their share of the last round.</summary>
    private void GoOn()
    {
        if (_again.Count == 0) return;
        _now.AddRange(_again);
        _again.Clear();
        foreach (var session in _now)
        {
            session.Queued = false;
            if (session.Stage is SessionStage.Open) Guard(session, Role.Client, 0);
        }

        _now.Clear();
    }

    private bool Watch(int descriptor, uint events, Role role, int number, uint generation)
    {
        var settings = stackalloc byte[16];
        Unsafe.WriteUnaligned(settings, events);
        Unsafe.WriteUnaligned(settings + EventDataAt, ((ulong)generation << 32) | ((uint)number << 2) | (uint)role);
        return LibC.EpollControl(_epoll, LibC.EpollAdd, descriptor, settings) == 0;
    }

    private bool WatchForLife(Session session, int descriptor, Role role) =>
        Watch(descriptor, LibC.EpollIn | LibC.EpollOut | LibC.EpollReadHangup | LibC.EpollEdge, role, session.Slot, session.Generation);
}
