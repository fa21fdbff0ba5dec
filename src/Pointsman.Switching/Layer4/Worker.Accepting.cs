using Pointsman.Switching.HuntGroups;

namespace Pointsman.Switching.Layer4;

/// <summary>
/// From accept to a server. The order is the promise of [S20]: VIP slot, server slot, then connect; each given back on every way out.
/// A server that does not answer costs one try and the next is chosen; only when none is left is the connection refused.
/// </summary>
internal sealed unsafe partial class Worker
{
    // Then the other workers and the sessions get their turn.
    private const int AcceptsAtOnce = 16;

    // Out of descriptors or memory: the listener is level-triggered, so it must be taken out, or the loop would spin.
    private const int PauseMillis = 100;

    private readonly List<Listener?> _listeners = [];
    private uint _listenerGeneration;

    private sealed class Listener(ListeningSocket socket, VipState vip, uint generation)
    {
        public readonly ListeningSocket Socket = socket;
        public readonly VipState Vip = vip;
        public readonly uint Generation = generation;
        public long PausedUntil;
    }

    private bool HasPaused { get; set; }

    /// <summary>A command.</summary>
    public void AddListener(ListeningSocket socket, VipState vip)
    {
        var number = _listeners.IndexOf(null);
        if (number < 0)
        {
            number = _listeners.Count;
            _listeners.Add(null);
        }

        var listener = _listeners[number] = new Listener(socket, vip, ++_listenerGeneration);
        WatchListener(number, listener);
    }

    /// <summary>A command: accepts no more from it; its sessions go on.</summary>
    public void RemoveListener(ListeningSocket socket)
    {
        var number = _listeners.FindIndex(listener => listener is not null && ReferenceEquals(listener.Socket, socket));
        if (number < 0) return;
        _ = LibC.EpollControl(_epoll, LibC.EpollDelete, socket.Descriptor, null);
        _listeners[number] = null;
        socket.LetGo();
    }

    private void WatchListener(int number, Listener listener)
    {
        if (!Watch(listener.Socket.Descriptor, LibC.EpollIn | LibC.EpollExclusive, Role.Listener, number, listener.Generation)) Pause(listener);
    }

    private void Pause(Listener listener)
    {
        _ = LibC.EpollControl(_epoll, LibC.EpollDelete, listener.Socket.Descriptor, null);
        listener.PausedUntil = _clock + PauseMillis;
        HasPaused = true;
        _nextSweep = Math.Min(_nextSweep, listener.PausedUntil);
    }

    private void ResumeListeners()
    {
        if (!HasPaused) return;
        HasPaused = false;
        for (var number = 0; number < _listeners.Count; number++)
        {
            if (_listeners[number] is not { PausedUntil: > 0 } listener) continue;
            if (listener.PausedUntil > _clock)
            {
                HasPaused = true;
                continue;
            }

            listener.PausedUntil = 0;
            WatchListener(number, listener);
        }
    }

    private void Accept(int number, uint generation)
    {
        if (number >= _listeners.Count || _listeners[number] is not { } listener || listener.Generation != generation) return;
        var address = stackalloc byte[SocketAddress.MostBytes];
        for (var i = 0; i < AcceptsAtOnce; i++)
        {
            var length = (uint)SocketAddress.MostBytes;
            var client = LibC.Accept(listener.Socket.Descriptor, address, &length, LibC.SockNonBlocking | LibC.SockCloseOnExec);
            if (client < 0)
            {
                // Anything else (a connection reset while it waited) is that client's matter.
                if (LibC.Error is LibC.Emfile or LibC.Enfile or LibC.Enobufs or LibC.Enomem) Pause(listener);
                return;
            }

            var tally = listener.Vip.Tallies[_index];
            tally.Accepted++;
            if (!_context.Descriptors.TryTake(2))
            {
                tally.RefusedDescriptors++;
                LibC.Reset(client);
                continue;
            }

            Begin(client, SocketAddress.ReadClient(new ReadOnlySpan<byte>(address, SocketAddress.MostBytes)), listener.Vip, tally);
        }
    }

    private void Begin(int client, ClientKey address, VipState vip, Tally tally)
    {
        var session = _sessions.Rent();
        session.Stage = SessionStage.Connecting;
        session.Client = client;
        session.ClientAddress = address;
        session.Vip = vip;
        session.Tally = tally;
        session.Outward.Writable = true;
        session.LastActive = session.LastKept = _clock;
        if (!WatchForLife(session, client, Role.Client))
        {
            tally.RefusedDescriptors++;
            Cut(session);
            return;
        }

        try
        {
            if (!vip.Connections.TryTake())
            {
                Refuse(session, full: true);
                return;
            }

            session.HoldsVipSlot = true;
            vip.Settle();
            ConnectNext(session);
        }
        catch (Exception)
        {
            Fault(session);
        }
    }

    /// <summary>Chooses a server and begins to connect; or, when none is left to try, refuses. Holds the VIP's slot when it begins.</summary>
    private void ConnectNext(Session session)
    {
        var vip = session.Vip;
        while (session.Tried.Count < Math.Clamp(_context.Options.ConnectTries, 1, TriedServers.Most))
        {
            var server = session.ServedOn ? vip.Group.TakeBeyondLimit(session.Tried) : vip.Group.Take(session.ClientAddress, session.Tried, _clock);
            if (server is null) break;
            session.Bound = server;
            session.Tried.Add(server);
            vip.Settle();
            if (Connect(session, server)) return;
            ServerFailed(session);
        }

        GiveBackSlots(session);
        var failed = session.Tried.Count > 0;
        Refuse(session, full: !failed && !vip.Group.Lineup.Up.IsEmpty);
    }

    private bool Connect(Session session, HuntServer server)
    {
        var address = stackalloc byte[SocketAddress.MostBytes];
        var length = SocketAddress.Write(new Span<byte>(address, SocketAddress.MostBytes), server.Address);
        var descriptor = LibC.Socket(SocketAddress.Family(server.Address), LibC.SockStream | LibC.SockNonBlocking | LibC.SockCloseOnExec, 0);
        if (descriptor < 0) return false;
        session.Server = descriptor;
        LibC.SetOption(descriptor, LibC.IpProtoTcp, LibC.TcpNoDelay, 1);
        LibC.SetOption(descriptor, LibC.SolSocket, LibC.SoKeepAlive, 1);
        // The first acknowledgement then travels with the first data: one packet less for each connection.
        LibC.SetOption(descriptor, LibC.IpProtoTcp, LibC.TcpQuickAck, 0);
        session.Stage = SessionStage.Connecting;
        session.Deadline = _clock + (long)_context.Options.ConnectTimeout.TotalMilliseconds;
        if (LibC.Connect(descriptor, address, length) < 0 && LibC.Error != LibC.Einprogress) return false;
        return WatchForLife(session, descriptor, Role.Server);
    }

    private void Connected(Session session, uint what)
    {
        var error = 0;
        var length = (uint)sizeof(int);
        _ = LibC.GetOption(session.Server, LibC.SolSocket, LibC.SoError, &error, &length);
        if (error != 0 || (what & LibC.EpollError) != 0)
        {
            ServerFailed(session);
            ConnectNext(session);
            return;
        }

        if ((what & LibC.EpollOut) == 0) return;
        session.Stage = SessionStage.Open;
        session.Inward.Writable = true;
        session.LastActive = _clock;
        session.Tally.Forwarded++;
        Forward(session);
    }

    private static void ServerFailed(Session session)
    {
        session.Tally.ConnectFailures++;
        var server = session.Bound!;
        session.Vip.ServerFailed(server);
        GiveBackServer(session);
        // What the server's socket told belongs to it alone.
        session.Outward.Readable = session.Outward.Hangup = session.Inward.Writable = false;
    }
}
