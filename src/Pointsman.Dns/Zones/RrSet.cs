using System.Buffers.Binary;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// All records of one owner and type, rendered: for each record <c>C0 0C | type | class | ttl | length | rdata</c>, one after another.
/// The pointer is right as it stands when the owner is the question, which is nearly always; else it is patched in the copy.
/// It is read where the zone keeps it: a copy of this value copies no record.
/// <code>
///   words:  type | records | place in octets | length in octets | owner | names | position of a name, its place | …
/// </code>
/// </summary>
/// <remarks>A later signature (RRSIG) is one more set beside this one; nothing here needs to change for it.</remarks>
public readonly struct RrSet : IEquatable<RrSet>
{
    /// <summary>Octets before the RDATA of each record.</summary>
    internal const int HeaderLength = 12;

    /// <summary>Where in that header the TTL and the length of the RDATA stand.</summary>
    internal const int TtlAt = 6, LengthAt = 10;

    internal const int TypeWord = 0, CountWord = 1, PlaceWord = 2, LengthWord = 3, OwnerWord = 4, NamesWord = 5, FixedWords = 6;

    private readonly ZoneStore _store;
    private readonly int _at;

    internal RrSet(ZoneStore store, int at) => (_store, _at) = (store, at);

    private int this[int word] => _store.Words[_at + word];

    public RrType Type => (RrType)this[TypeWord];
    public int Count => this[CountWord];
    public DomainName Owner => OwnerName.ToDomainName();
    public uint Ttl => BinaryPrimitives.ReadUInt32BigEndian(Octets[TtlAt..]);

    internal StoredName OwnerName => new(_store, this[OwnerWord]);
    internal ReadOnlySpan<byte> Octets => _store.Octets.AsSpan(this[PlaceWord], this[LengthWord]);

    /// <summary>Names that may be compressed (RFC 3597 §4: only those of the oldest types), by their position in <see cref="Octets"/>, ascending.</summary>
    internal int NameCount => this[NamesWord];
    internal int PositionOf(int name) => this[FixedWords + (2 * name)];
    internal StoredName NameAt(int name) => new(_store, this[FixedWords + (2 * name) + 1]);

    /// <summary>Its place in the words.</summary>
    internal int At => _at;

    /// <summary>Where the set after this one would stand.</summary>
    internal int Next => _at + FixedWords + (2 * NameCount);

    /// <summary>Where a record ends that starts at <paramref name="start"/> in <paramref name="octets"/>; the first starts at 0.</summary>
    internal static int EndOf(ReadOnlySpan<byte> octets, int start) =>
        start + HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(octets[(start + LengthAt)..]);

    /// <summary>The RDATA of record <paramref name="index"/>, uncompressed. Walks there: not for queries.</summary>
    public ReadOnlySpan<byte> RdataOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var octets = Octets;
        var start = 0;
        for (; index > 0; index--) start = EndOf(octets, start);
        return octets[(start + HeaderLength)..EndOf(octets, start)];
    }

    public bool Equals(RrSet other) => ReferenceEquals(_store, other._store) && _at == other._at;
    public override bool Equals(object? obj) => obj is RrSet other && Equals(other);
    public override int GetHashCode() => _at;
    public static bool operator ==(RrSet left, RrSet right) => left.Equals(right);
    public static bool operator !=(RrSet left, RrSet right) => !left.Equals(right);
}
