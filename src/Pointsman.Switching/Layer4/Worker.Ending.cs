using Pointsman.Switching.HuntGroups;

namespace Pointsman.Switching.Layer4;

/// <summary>Time, and every way out of a session. All of them end in <see cref="Release"/>: slots, places, buffers and descriptors are given back there and nowhere else.</summary>
internal sealed unsafe partial class Worker
{
    /// <summary>A command: a server went down; whoever is bound to it is told at once instead of waiting for nothing.</summary>
    public void CutSessionsOf(HuntServer server)
    {
        foreach (var session in _sessions.All)
        {
            if (!ReferenceEquals(session.Bound, server)) continue;
            try
            {
                LoseServer(session);
            }
            catch (Exception)
            {
                Fault(session);
            }
        }
    }

    private void LoseServer(Session session)
    {
        if (session.Stage is SessionStage.Connecting)
        {
            ServerFailed(session);
            ConnectNext(session);
        }
        else if (session.Stage is SessionStage.Open)
        {
            session.Tally.SessionsCut++;
            Cut(session);
        }
    }

    private void Sweep()
    {
        _nextSweep = _clock + SweepMillis;
        ResumeListeners();
        foreach (var session in _sessions.All)
        {
            try
            {
                CheckTime(session);
            }
            catch (Exception)
            {
                Fault(session);
            }
        }
    }

    private void CheckTime(Session session)
    {
        switch (session.Stage)
        {
            case SessionStage.Open when _clock - session.LastActive >= IdleMillis(session):
                session.Tally.SessionsCut++;
                Cut(session);
                break;
            case SessionStage.Open:
                KeepBinding(session);
                break;
            case SessionStage.Connecting when _clock >= session.Deadline:
                ServerFailed(session);
                ConnectNext(session);
                break;
            case SessionStage.Reading when _clock >= session.Deadline:
                Silent(session);
                break;
            case SessionStage.Lingering when _clock >= session.Deadline:
                End(session);
                break;
        }
    }

    private double IdleMillis(Session session) => (session.Inward.Ended || session.Outward.Ended
        ? _context.Options.HalfClosedIdleTimeout
        : _context.Options.SessionIdleTimeout).TotalMilliseconds;

    /// <summary>An open session is not silence: its client's choice of server is kept alive.</summary>
    private void KeepBinding(Session session)
    {
        if (session.Vip.Group.Persistence is not { } persistence || session.Bound is not { } server) return;
        if (_clock - session.LastKept < persistence.For.TotalMilliseconds / 4) return;
        session.LastKept = _clock;
        persistence.Renew(session.ClientAddress, server, _clock);
    }

    /// <summary>The orderly end: both sides have said theirs.</summary>
    private void End(Session session)
    {
        if (session.Client >= 0) _ = LibC.Close(session.Client);
        if (session.Server >= 0) _ = LibC.Close(session.Server);
        Release(session);
    }

    /// <summary>The other end: both sides are told by a reset that something is missing.</summary>
    private void Cut(Session session)
    {
        if (session.Client >= 0) LibC.Reset(session.Client);
        if (session.Server >= 0) LibC.Reset(session.Server);
        Release(session);
    }

    private void Release(Session session)
    {
        session.Client = session.Server = -1;
        if (session.Stage is SessionStage.Open && session.Bound is { } server) session.Vip.Group.Persistence?.Renew(session.ClientAddress, server, _clock);
        GiveBackSlots(session);
        if (session.HoldsRefusedPlace) _context.Refused.Release();
        GiveBackHeld(ref session.Inward);
        GiveBackHeld(ref session.Outward);
        _context.Descriptors.Release(2);
        _sessions.Return(session);
    }

    private static void GiveBackSlots(Session session)
    {
        GiveBackServer(session);
        if (!session.HoldsVipSlot) return;
        session.HoldsVipSlot = false;
        session.Vip.Connections.Release();
        session.Vip.Settle();
    }

    private static void GiveBackServer(Session session)
    {
        if (session.Server >= 0) LibC.Reset(session.Server);
        session.Server = -1;
        if (session.Bound is not { } server) return;
        session.Bound = null;
        server.Connections.Release();
        session.Vip.Settle();
    }

    private void CutEverything()
    {
        for (var number = 0; number < _listeners.Count; number++)
            if (_listeners[number] is { } listener) RemoveListener(listener.Socket);
        foreach (var session in _sessions.All)
        {
            if (session.Stage is SessionStage.Free) continue;
            session.Tally.SessionsCut++;
            Cut(session);
        }

        // Whoever waits for a command to have run shall not wait for ever.
        while (_commands.TryDequeue(out var command)) command();
    }
}
