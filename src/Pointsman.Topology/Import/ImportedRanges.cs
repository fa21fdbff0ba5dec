using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pointsman.Topology.Import;

/// <summary>What one row says: a range of keys and the number of the record. The line is for messages.</summary>
internal readonly record struct ImportedRange(UInt128 First, UInt128 Last, int Record, int Line) : IComparable<ImportedRange>
{
    /// <summary>By the beginning; of two with the same, the wider one first.</summary>
    public int CompareTo(ImportedRange other)
    {
        var order = First.CompareTo(other.First);
        if (order == 0) order = other.Last.CompareTo(Last);
        return order != 0 ? order : Line.CompareTo(other.Line);
    }
}

/// <summary>
/// The rows of one table and family. Most tables hold IPv4 in ascending order, and both halves of that are used: a row takes 16 octets
/// instead of 40 while all are IPv4 addresses, and rows that came in order are not sorted.
/// </summary>
internal sealed class ImportedRanges
{
    private const int Shift = 96;

    private readonly record struct Narrow(uint First, uint Last, int Record, int Line) : IComparable<Narrow>
    {
        public ImportedRange Wide => new((UInt128)First << Shift, ((UInt128)Last << Shift) | AddressKey.HostBits(128 - Shift), Record, Line);

        public int CompareTo(Narrow other)
        {
            var order = First.CompareTo(other.First);
            if (order == 0) order = other.Last.CompareTo(Last);
            return order != 0 ? order : Line.CompareTo(other.Line);
        }
    }

    private readonly List<ImportedRange> _wide = [];
    private List<Narrow> _narrow = [];
    private ImportedRange _last;
    private bool _isSorted = true;

    public int Count => _narrow.Count + _wide.Count;

    public ImportedRange this[int index] => _wide.Count > 0 ? _wide[index] : _narrow[index].Wide;

    [MethodImpl(LoadPath.FastAtOnce)]
    public void Add(ImportedRange range)
    {
        _isSorted &= Count == 0 || _last.CompareTo(range) < 0;
        _last = range;
        var narrow = new Narrow((uint)(range.First >> Shift), (uint)(range.Last >> Shift), range.Record, range.Line);
        if (_wide.Count == 0 && narrow.Wide == range)
        {
            _narrow.Add(narrow);
            return;
        }
        foreach (var earlier in _narrow) _wide.Add(earlier.Wide);
        _narrow = [];
        _wide.Add(range);
    }

    public void Sort()
    {
        if (_isSorted) return;
        CollectionsMarshal.AsSpan(_narrow).Sort();
        CollectionsMarshal.AsSpan(_wide).Sort();
        _isSorted = true;
    }
}
