namespace Pointsman.Switching.Layer4;

/// <summary>A worker's sessions by number, reused last-freed first so that the warm ones stay warm. Grows by doubling, never shrinks: the descriptor budget bounds it.</summary>
internal sealed class SessionTable
{
    private Session[] _sessions = [];
    private int[] _free = [];
    private int _freeCount;

    public int Active => _sessions.Length - _freeCount;

    /// <summary>All that ever were, free ones too: for sweeps.</summary>
    public ReadOnlySpan<Session> All => _sessions;

    public Session Rent()
    {
        if (_freeCount == 0) Grow();
        return _sessions[_free[--_freeCount]];
    }

    public void Return(Session session)
    {
        session.Stage = SessionStage.Free;
        session.Generation++;
        session.Client = session.Server = -1;
        session.Vip = null!;
        session.Tally = null!;
        session.Bound = null;
        session.Tried = default;
        session.Inward = session.Outward = default;
        session.ServedOn = session.Broken = session.HoldsVipSlot = session.HoldsRefusedPlace = false;
        session.Discarded = 0;
        _free[_freeCount++] = session.Slot;
    }

    /// <summary>The session that an event is for, or null when that one has ended meanwhile.</summary>
    public Session? Find(int slot, uint generation) =>
        (uint)slot < (uint)_sessions.Length && _sessions[slot] is var session && session.Generation == generation ? session : null;

    private void Grow()
    {
        var old = _sessions.Length;
        var size = Math.Max(64, old * 2);
        Array.Resize(ref _sessions, size);
        Array.Resize(ref _free, size);
        for (var slot = size - 1; slot >= old; slot--)
        {
            _sessions[slot] = new Session(slot);
            _free[_freeCount++] = slot;
        }
    }
}
