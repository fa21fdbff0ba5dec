namespace Pointsman.Switching.HuntGroups;

/// <summary>
/// Which real server a client address was given last, until it has been silent for <see cref="For"/> [P6.4]. A fixed table of sets of
/// four: memory is bounded whatever clients do, and the one silent longest gives way. Each set has a guard that is tried a few times
/// and then given up: a thread never waits, it only chooses as if it knew nothing. Rejected: a concurrent dictionary (allocates per
/// client, unbounded), and one table per thread (a client may come to any).
/// </summary>
internal sealed class PersistenceTable(TimeSpan keepFor, ulong seed, int sets = 16384)
{
    private const int Ways = 4;

    // A holder works for some nanoseconds; if it was interrupted just then, waiting would cost more than choosing anew.
    private const int GuardTries = 100;

    private readonly Entry[] _entries = new Entry[sets * Ways];
    private readonly int[] _guards = new int[sets];
    private long _forMillis = (long)keepFor.TotalMilliseconds;

    public TimeSpan For
    {
        get => TimeSpan.FromMilliseconds(Volatile.Read(ref _forMillis));
        set => Volatile.Write(ref _forMillis, (long)value.TotalMilliseconds);
    }

    /// <param name="nowMillis">Any clock that does not go back; the same one in every call.</param>
    public HuntServer? Find(ClientKey client, long nowMillis)
    {
        var set = SetOf(client);
        if (!Enter(set)) return null;
        HuntServer? found = null;
        foreach (ref readonly var entry in Entries(set))
            if (entry.Client == client && entry.Server is not null && entry.Until > nowMillis) found = entry.Server;
        Leave(set);
        return found;
    }

    /// <summary>Remembers, or renews: also called while a session lasts and when it ends, for an open session is not silence.</summary>
    public void Keep(ClientKey client, HuntServer server, long nowMillis)
    {
        var set = SetOf(client);
        if (!Enter(set)) return;
        var entries = Entries(set);
        var place = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Client == client && entries[i].Server is not null)
            {
                place = i;
                break;
            }

            if (entries[i].Until < entries[place].Until) place = i;
        }

        entries[place] = new Entry(client, server, nowMillis + Volatile.Read(ref _forMillis));
        Leave(set);
    }

    /// <summary>Renews only a choice that still stands: a session's old server must not take a client back from its new one.</summary>
    public void Renew(ClientKey client, HuntServer server, long nowMillis)
    {
        if (server.IsUp && (Find(client, nowMillis) is not { } current || ReferenceEquals(current, server))) Keep(client, server, nowMillis);
    }

    private int SetOf(ClientKey client) => (int)(client.Hash(seed) % (ulong)_guards.Length);

    private Span<Entry> Entries(int set) => _entries.AsSpan(set * Ways, Ways);

    private bool Enter(int set)
    {
        for (var i = 0; i < GuardTries; i++)
        {
            if (Interlocked.CompareExchange(ref _guards[set], 1, 0) == 0) return true;
            Thread.SpinWait(1);
        }

        return false;
    }

    private void Leave(int set) => Volatile.Write(ref _guards[set], 0);

    private readonly record struct Entry(ClientKey Client, HuntServer? Server, long Until);
}
