using Pointsman.Model;

namespace Pointsman.Policy.Decisions;

/// <summary>
/// Remembers for two seconds which turn a client prefix took for a name, so that its A, AAAA and HTTPS name the same site [S15]. The first kind
/// that asks takes the turn, the others join it as often as they ask; when the first kind asks again, that is a new turn.
/// <code>
///   A → turn 7     AAAA → 7     HTTPS → 7     AAAA → 7     A → turn 8     AAAA → 8
/// </code>
/// Direct-mapped and overwritten freely: a lost entry costs coherence once, never an answer, and a flood of clients costs no memory.
/// </summary>
internal sealed class Coherence
{
    /// <summary>4,096 × 32 bytes: two seconds of 2,000 clients a second at each worker.</summary>
    private const int EntryCount = 4096;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    private readonly Entry[] entries = new Entry[EntryCount];

    public ref Entry EntryOf(int service, in Client client, out ulong key)
    {
        // Key 0 marks an empty entry.
        key = Mixing.Mix(Mixing.Of(client) ^ (uint)service) | 1;
        return ref entries[(key >> 1) % EntryCount];
    }

    internal readonly record struct Entry(ulong Key, ulong Turn, Instant TakenAt, AddressKind Kind)
    {
        public bool Joins(ulong key, AddressKind kind, Instant now) =>
            Key == key && Kind != kind && now >= TakenAt && now - TakenAt <= Lifetime;
    }
}
