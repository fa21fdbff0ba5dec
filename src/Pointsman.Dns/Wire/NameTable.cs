using System.Numerics;

namespace Pointsman.Dns.Wire;

/// <summary>
/// Names → numbers, immutable once built: open addressing at half load, the hash beside the number so that a miss almost never touches
/// the name. Clients cannot fill it (only an operator's names go in), so its hash needs no secret.
/// </summary>
public sealed class NameTable
{
    private readonly DomainName[] _names;
    private readonly (uint Hash, int Index)[] _slots;

    /// <summary>The number of a name is its place in <paramref name="names"/>; of two equal names the first one counts.</summary>
    public NameTable(IReadOnlyList<DomainName> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        _names = [.. names];
        _slots = new (uint, int)[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, _names.Length * 2))];
        Array.Fill(_slots, (0u, -1));
        for (var i = 0; i < _names.Length; i++)
        {
            if (Find(_names[i].View) >= 0) continue;
            var slot = _names[i].View.Hash(0) & (uint)(_slots.Length - 1);
            while (_slots[slot].Index >= 0) slot = (slot + 1) & (uint)(_slots.Length - 1);
            _slots[slot] = (_names[i].View.Hash(0), i);
        }
    }

    public int Count => _names.Length;

    public DomainName this[int index] => _names[index];

    /// <summary>The number of <paramref name="name"/>, or -1.</summary>
    public int Find(NameView name) => Find(name, 0);

    /// <summary>The number of <paramref name="name"/> without its first <paramref name="skipped"/> labels, or -1.</summary>
    public int Find(NameView name, int skipped)
    {
        var hash = name.Hash(skipped);
        var slots = _slots;
        var mask = (uint)(slots.Length - 1);
        // Ends at an empty slot: at least half of them are.
        for (var slot = hash & mask; ; slot = (slot + 1) & mask)
        {
            ref readonly var entry = ref slots[slot];
            if (entry.Index < 0) return -1;
            if (entry.Hash == hash && _names[entry.Index].View.Canonical.SequenceEqual(name.Suffix(skipped))) return entry.Index;
        }
    }
}
