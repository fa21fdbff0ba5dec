using System.Runtime.InteropServices;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// The records of a zone as they were read, before it is known whether they make one: flat lists of numbers, so that a hundred thousand records
/// are a handful of arrays to let go of afterwards.
/// </summary>
internal sealed class ZoneDraft
{
    private const int None = -1;

    /// <summary>One owner; its records are a chain in the order in which they came.</summary>
    public struct Owner
    {
        public int Name { get; init; }
        public uint Hash { get; init; }
        public int Labels { get; init; }
        public int First { get; set; }
        public int Last { get; set; }
    }

    public struct Record
    {
        public int Next { get; set; }
        public uint Ttl { get; set; }
        public RrType Type { get; init; }

        /// <summary>The same record came before: it counts once.</summary>
        public bool IsRepeated { get; set; }
        public int Rdata { get; init; }
        public ushort RdataLength { get; init; }
        public ushort Names { get; init; }
        public int FirstName { get; init; }
        public ZonePlace Place { get; init; }
    }

    private readonly List<Owner> _owners = [];
    private readonly List<Record> _records = [];
    private readonly List<(int Position, int Name)> _rdataNames = [];
    private readonly byte[] _left = new byte[NameView.MaxLength];
    private byte[] _rdata = new byte[1024];
    private int _rdataLength;
    private int[] _slots = [.. Enumerable.Repeat(None, 64)];

    public NamePool Names { get; } = new();
    public int OwnerCount => _owners.Count;
    public int RecordCount => _records.Count;

    /// <summary>Octets of names and RDATA so far.</summary>
    public long Length => (long)Names.Length + _rdataLength;

    public ref Owner this[int owner] => ref CollectionsMarshal.AsSpan(_owners)[owner];
    public ref Record RecordAt(int record) => ref CollectionsMarshal.AsSpan(_records)[record];
    public ReadOnlySpan<byte> WireOf(int owner) => Names[_owners[owner].Name];
    public DomainName NameOf(int owner) => DomainName.TryFromWire(WireOf(owner), out var name) ? name : DomainName.Root;
    public ReadOnlySpan<byte> RdataOf(in Record record) => _rdata.AsSpan(record.Rdata, record.RdataLength);

    /// <summary>Position in the RDATA and number of each name that may be compressed.</summary>
    public ReadOnlySpan<(int Position, int Name)> NamesOf(in Record record) => CollectionsMarshal.AsSpan(_rdataNames).Slice(record.FirstName, record.Names);

    public int OwnerOf(DomainName name)
    {
        var known = Find(name.View, 0);
        return known >= 0 ? known : AddOwner(name.View.Hash(0), name.Wire, name.Labels);
    }

    /// <summary>The owner that is <paramref name="name"/> without its first <paramref name="skipped"/> labels, or -1.</summary>
    public int Find(NameView name, int skipped)
    {
        var hash = name.Hash(skipped);
        var mask = (uint)(_slots.Length - 1);
        // Ends at an empty slot: at least half of them are.
        for (var slot = hash & mask; _slots[slot] != None; slot = (slot + 1) & mask)
            if (_owners[_slots[slot]].Hash == hash && IsSame(WireOf(_slots[slot]), name.Suffix(skipped))) return _slots[slot];
        return None;
    }

    private bool IsSame(ReadOnlySpan<byte> wire, ReadOnlySpan<byte> canonical)
    {
        if (wire.Length != canonical.Length) return false;
        if (wire.SequenceEqual(canonical)) return true;
        LowerCase.Copy(wire, _left);
        return _left.AsSpan(0, wire.Length).SequenceEqual(canonical);
    }

    public int AddOwner(uint hash, ReadOnlySpan<byte> wire, int labels)
    {
        if ((_owners.Count + 1) * 2 > _slots.Length)
        {
            _slots = new int[_slots.Length * 2];
            Array.Fill(_slots, None);
            for (var owner = 0; owner < _owners.Count; owner++) Enter(owner);
        }
        _owners.Add(new Owner { Name = Names.Add(hash, wire), Hash = hash, Labels = labels, First = None, Last = None });
        Enter(_owners.Count - 1);
        return _owners.Count - 1;
    }

    private void Enter(int owner)
    {
        var slot = _owners[owner].Hash & (uint)(_slots.Length - 1);
        while (_slots[slot] != None) slot = (slot + 1) & (uint)(_slots.Length - 1);
        _slots[slot] = owner;
    }

    public void Add(int owner, RrType type, uint ttl, ReadOnlySpan<byte> rdata, ReadOnlySpan<(int Position, DomainName Name)> names, ZonePlace place)
    {
        if (_rdataLength + rdata.Length > _rdata.Length) Array.Resize(ref _rdata, Math.Max(_rdata.Length * 2, _rdataLength + rdata.Length));
        rdata.CopyTo(_rdata.AsSpan(_rdataLength));
        var number = _records.Count;
        _records.Add(new Record
        {
            Next = None,
            Ttl = ttl,
            Type = type,
            Rdata = _rdataLength,
            RdataLength = (ushort)rdata.Length,
            Names = (ushort)names.Length,
            FirstName = _rdataNames.Count,
            Place = place,
        });
        _rdataLength += rdata.Length;
        foreach (var (position, name) in names) _rdataNames.Add((position, Names.Add(name)));
        ref var of = ref this[owner];
        if (of.Last == None) of.First = number;
        else RecordAt(of.Last).Next = number;
        of.Last = number;
    }

    /// <summary>The records of one owner that count: by type, and within a type as they came.</summary>
    public void Collect(int owner, List<int> records)
    {
        records.Clear();
        var isSorted = true;
        for (var record = this[owner].First; record != None; record = RecordAt(record).Next)
        {
            if (RecordAt(record).IsRepeated) continue;
            isSorted &= records.Count == 0 || RecordAt(records[^1]).Type <= RecordAt(record).Type;
            records.Add(record);
        }
        if (!isSorted) records.Sort((left, right) => (RecordAt(left).Type, left).CompareTo((RecordAt(right).Type, right)));
    }

    /// <summary>How many from <paramref name="first"/> on are of its type.</summary>
    public int Run(List<int> records, int first)
    {
        var next = first + 1;
        while (next < records.Count && RecordAt(records[next]).Type == RecordAt(records[first]).Type) next++;
        return next - first;
    }
}
