using Pointsman.Model;

namespace Pointsman.Policy.Decisions;

/// <summary>
/// One worker's place in every walk [S14]. Owned by one thread: no lock, no counter shared with another worker. Each walk (one per service and
/// client class) has a cursor that only ever counts up, from a random start, so that a full walk gives each site its exact share; the
/// numbering stays when a snapshot is published, so that publishing restarts no walk [S24].
/// Rejected: one cursor a service. A client class that always asks at even turns would get half of the walk.
/// </summary>
/// <param name="seed">Different for each worker and start.</param>
public sealed class TurnCursors(ulong seed)
{
    private readonly Coherence coherence = new();
    private ulong[] cursors = [];

    /// <summary>The next turn, taken when the decision knows the client's class.</summary>
    /// <param name="now">This node's monotonic clock: answers of different kinds within two seconds go together [S15].</param>
    public Turn Next(AddressKind kind, Instant now) => new(this, kind, now);

    internal ulong Take(int cursor, int cursorCount, int service, in Client client, AddressKind kind, Instant now)
    {
        // Grows when a reload brought more walks: not per query.
        if (cursor >= cursors.Length) Grow(Math.Max(cursorCount, cursor + 1));
        ref var entry = ref coherence.EntryOf(service, client, out var key);
        if (entry.Joins(key, kind, now)) return entry.Turn;
        var turn = cursors[cursor]++;
        entry = new Coherence.Entry(key, turn, now, kind);
        return turn;
    }

    private void Grow(int count)
    {
        var grown = new ulong[count];
        cursors.CopyTo(grown, 0);
        // 32 random bits: far from the end of the count, and random modulo any walk's length.
        for (var index = cursors.Length; index < count; index++) grown[index] = Mixing.Mix(seed + (ulong)index) >> 32;
        cursors = grown;
    }
}
