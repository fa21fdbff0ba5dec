using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pointsman.Dns.Wire;

/// <summary>
/// Names → numbers, immutable once built: open addressing at half load, the hash beside the number so that a miss almost never touches
/// the name. The octets to compare with lie one name after another, so that a hit is two lines of memory and not the four of an object with
/// arrays. Clients cannot fill it (only an operator's names go in), so its hash needs no secret.
/// </summary>
public sealed class NameTable
{
    private readonly DomainName[] _names;
    private readonly byte[] _canonical;
    private readonly Slot[] _slots;

    private readonly record struct Slot(uint Hash, int Index, int Start);

    /// <summary>The number of a name is its place in <paramref name="names"/>; of two equal names the first one counts.</summary>
    public NameTable(IReadOnlyList<DomainName> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        _names = [.. names];
        _canonical = new byte[_names.Sum(name => name.Length)];
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, _names.Length * 2))];
        Array.Fill(_slots, new Slot(0, -1, 0));
        var start = 0;
        for (var i = 0; i < _names.Length; i++)
        {
            var name = _names[i].View;
            if (Find(name) >= 0) continue;
            var slot = name.Hash(0) & (uint)(_slots.Length - 1);
            while (_slots[slot].Index >= 0) slot = (slot + 1) & (uint)(_slots.Length - 1);
            _slots[slot] = new Slot(name.Hash(0), i, start);
            name.Canonical.CopyTo(_canonical.AsSpan(start));
            start += name.Length;
        }
    }

    public int Count => _names.Length;

    public DomainName this[int index] => _names[index];

    /// <summary>The number of <paramref name="name"/>, or -1.</summary>
    public int Find(in NameView name) => Find(name, 0);

    /// <summary>The number of <paramref name="name"/> without its first <paramref name="skipped"/> labels, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(in NameView name, int skipped)
    {
        var hash = name.Hash(skipped);
        var slots = _slots;
        var mask = (uint)(slots.Length - 1);
        // Ends at an empty slot: at least half of them are.
        for (var slot = hash & mask; ; slot = (slot + 1) & mask)
        {
            ref readonly var entry = ref slots[slot];
            if (entry.Index < 0) return -1;
            if (entry.Hash == hash && StandsAt(entry.Start, name.Suffix(skipped))) return entry.Index;
        }
    }

    /// <summary>A name in wire form says itself where it ends: equal octets, equal names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool StandsAt(int start, ReadOnlySpan<byte> name) =>
        _canonical.Length - start >= name.Length && _canonical.AsSpan(start, name.Length).SequenceEqual(name);
}
