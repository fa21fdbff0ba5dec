using System.Buffers.Binary;
using System.Numerics;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>Lays a zone out as <see cref="ZoneStore"/> keeps it: names once, sets rendered. It appends, and knows nothing of what a zone is.</summary>
internal sealed class ZoneWriter(ZoneDraft draft)
{
    private readonly NameBuffer _name = new();
    private readonly int[] _written = NewWritten(draft.Names.Count);
    // Enough for nearly every zone: what a name and a record take without their own octets.
    private byte[] _octets = new byte[draft.Length + (8L * draft.Names.Count) + ((long)RrSet.HeaderLength * draft.RecordCount)];
    private int[] _words = new int[(8L * draft.Names.Count) + (14L * draft.RecordCount) + 64];
    private int _octetCount;
    private int _wordCount;

    /// <summary>Where the next thing will stand.</summary>
    public int Position => _wordCount;

    public ref int this[int word] => ref _words[word];

    /// <summary>What is written so far, to be read: valid until the next word.</summary>
    public ZoneStore SoFar => new([], _words, _octets);

    public void Append(params ReadOnlySpan<int> words)
    {
        if (_wordCount + words.Length > _words.Length) Array.Resize(ref _words, checked((int)Math.Min(Array.MaxLength, _words.Length * 2L)));
        words.CopyTo(_words.AsSpan(_wordCount));
        _wordCount += words.Length;
    }

    private int Append(ReadOnlySpan<byte> octets)
    {
        if (_octetCount + octets.Length > _octets.Length) Array.Resize(ref _octets, checked((int)Math.Min(Array.MaxLength, Math.Max(_octets.Length * 2L, _octetCount + (long)octets.Length))));
        octets.CopyTo(_octets.AsSpan(_octetCount));
        _octetCount += octets.Length;
        return _octetCount - octets.Length;
    }

    /// <summary>The place of a name of the draft, which is written at its first use.</summary>
    public int Name(int number)
    {
        if (_written[number] >= 0) return _written[number];
        var wire = draft.Names[number];
        _name.TryRead(wire, out _);
        return _written[number] = Write(_name.View, wire);
    }

    /// <summary>The place of a name that is none of the draft's.</summary>
    public int Name(ReadOnlySpan<byte> wire)
    {
        _name.TryRead(wire, out _);
        return Write(_name.View, wire);
    }

    private int Write(NameView view, ReadOnlySpan<byte> wire)
    {
        Span<byte> offsets = stackalloc byte[NameView.MaxLabels + 1];
        Span<int> hashes = stackalloc int[NameView.MaxLabels + 1];
        for (var i = 0; i <= view.Labels; i++) (offsets[i], hashes[i]) = ((byte)view.Offset(i), (int)view.Hash(i));
        var place = Append(offsets[..(view.Labels + 1)]);
        Append(view.Canonical);
        var hasUpperCase = !wire.SequenceEqual(view.Canonical);
        if (hasUpperCase) Append(wire);
        var at = _wordCount;
        Append(place, view.Length | (view.Labels << StoredName.LabelsShift) | (hasUpperCase ? StoredName.HasUpperCase : 0));
        Append(hashes[..(view.Labels + 1)]);
        return at;
    }

    /// <summary>Renders the records of one set; its owner and its names are written already.</summary>
    public void Set(int owner, ReadOnlySpan<int> records, uint ttl)
    {
        var at = _wordCount;
        var start = _octetCount;
        Append((int)draft.RecordAt(records[0]).Type, records.Length, start, 0, owner, 0);
        Span<byte> header = stackalloc byte[RrSet.HeaderLength];
        foreach (var number in records)
        {
            ref readonly var record = ref draft.RecordAt(number);
            BinaryPrimitives.WriteUInt16BigEndian(header, 0xC00C);
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)record.Type);
            BinaryPrimitives.WriteUInt16BigEndian(header[4..], 1);
            BinaryPrimitives.WriteUInt32BigEndian(header[RrSet.TtlAt..], ttl);
            BinaryPrimitives.WriteUInt16BigEndian(header[RrSet.LengthAt..], record.RdataLength);
            Append(header);
            foreach (var (position, name) in draft.NamesOf(record)) Append(_octetCount - start + position, _written[name]);
            _words[at + RrSet.NamesWord] += record.Names;
            Append(draft.RdataOf(record));
        }
        _words[at + RrSet.LengthWord] = _octetCount - start;
    }

    /// <summary>The finished zone, in arrays of just its size.</summary>
    public ZoneStore Finish(ReadOnlySpan<int> nodes)
    {
        Array.Resize(ref _words, _wordCount);
        Array.Resize(ref _octets, _octetCount);
        var slots = new (uint Hash, int Node)[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, nodes.Length * 2))];
        Array.Fill(slots, (0u, ZoneStore.Nothing));
        foreach (var node in nodes)
        {
            var hash = (uint)_words[_words[node + ZoneNode.NameWord] + StoredName.FixedWords];
            var slot = hash & (uint)(slots.Length - 1);
            while (slots[slot].Node >= 0) slot = (slot + 1) & (uint)(slots.Length - 1);
            slots[slot] = (hash, node);
        }
        return new ZoneStore(slots, _words, _octets);
    }

    private static int[] NewWritten(int count)
    {
        var written = new int[count];
        Array.Fill(written, ZoneStore.Nothing);
        return written;
    }
}
