namespace Pointsman.Dns.Wire;

/// <summary>
/// Where names already stand in the answer being written: the hash of a suffix and its place. A linear walk over a few entries beats any
/// map here; a hash that matches is verified against the message itself. One for each worker, emptied for each answer.
/// </summary>
internal sealed class CompressionTable
{
    /// <summary>More names than that in one answer are written out in full; it bounds the walk.</summary>
    private const int Capacity = 96;

    private readonly uint[] _hashes = new uint[Capacity];
    private readonly ushort[] _places = new ushort[Capacity];

    public int Count { get; private set; }

    /// <summary>Forgets what was added after there were <paramref name="count"/> entries.</summary>
    public void Rewind(int count) => Count = count;

    /// <summary>A pointer has 14 bits (RFC 1035 §4.1.4): what stands past that cannot be pointed at.</summary>
    public void Add(uint hash, int place)
    {
        if (place > 0x3FFF || Count == Capacity) return;
        _hashes[Count] = hash;
        _places[Count++] = (ushort)place;
    }

    /// <summary>Where the name without its first <paramref name="skipped"/> labels stands in <paramref name="message"/>, or -1.</summary>
    public int Find(in NameView name, int skipped, ReadOnlySpan<byte> message)
    {
        var hash = name.Hash(skipped);
        for (var i = 0; i < Count; i++)
            if (_hashes[i] == hash && StandsAt(name.Suffix(skipped), message, _places[i])) return _places[i];
        return -1;
    }

    private static bool StandsAt(ReadOnlySpan<byte> canonical, ReadOnlySpan<byte> message, int place)
    {
        var at = 0;
        // Ends: our own pointers only ever point backwards, and each label takes octets of the name.
        while (true)
        {
            int length = message[place];
            if (length >= 0xC0)
            {
                place = ((length & 0x3F) << 8) | message[place + 1];
                continue;
            }
            if (canonical[at] != length) return false;
            if (length == 0) return true;
            for (var i = 1; i <= length; i++)
                if (LowerCase.Convert(message[place + i]) != canonical[at + i]) return false;
            at += length + 1;
            place += length + 1;
        }
    }
}
