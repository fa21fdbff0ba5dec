using System.Numerics;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// The names of a zone while it is read, each spelling once: numbered in the order in which they came. Thousands of records name the same
/// few mail and name servers.
/// </summary>
internal sealed class NamePool
{
    private const int Free = -1;

    private readonly List<(uint Hash, int Place, byte Length)> _names = [];
    private byte[] _octets = new byte[1024];
    private int[] _slots = NewSlots(64);

    public int Count => _names.Count;

    /// <summary>Octets of all names.</summary>
    public int Length { get; private set; }

    /// <summary>Wire form, letters as written.</summary>
    public ReadOnlySpan<byte> this[int number] => _octets.AsSpan(_names[number].Place, _names[number].Length);

    /// <summary>The number of a name in exactly this spelling.</summary>
    /// <param name="hash">Of the whole name, without regard to case.</param>
    public int Add(uint hash, ReadOnlySpan<byte> wire)
    {
        var slot = hash & (uint)(_slots.Length - 1);
        // Ends at an empty slot: at least half of them are.
        for (; _slots[slot] != Free; slot = (slot + 1) & (uint)(_slots.Length - 1))
            if (_names[_slots[slot]].Hash == hash && this[_slots[slot]].SequenceEqual(wire)) return _slots[slot];
        if (Length + wire.Length > _octets.Length) Array.Resize(ref _octets, Math.Max(_octets.Length * 2, Length + wire.Length));
        wire.CopyTo(_octets.AsSpan(Length));
        _slots[slot] = _names.Count;
        _names.Add((hash, Length, (byte)wire.Length));
        Length += wire.Length;
        if (_names.Count * 2 > _slots.Length) Rehash();
        return _names.Count - 1;
    }

    public int Add(DomainName name) => Add(name.View.Hash(0), name.Wire);

    private void Rehash()
    {
        _slots = NewSlots(_slots.Length * 2);
        for (var number = 0; number < _names.Count; number++)
        {
            var slot = _names[number].Hash & (uint)(_slots.Length - 1);
            while (_slots[slot] != Free) slot = (slot + 1) & (uint)(_slots.Length - 1);
            _slots[slot] = number;
        }
    }

    private static int[] NewSlots(int count)
    {
        var slots = new int[BitOperations.RoundUpToPowerOf2((uint)count)];
        Array.Fill(slots, Free);
        return slots;
    }
}
