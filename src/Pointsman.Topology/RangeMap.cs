using System.Runtime.CompilerServices;

namespace Pointsman.Topology;

/// <summary>
/// The whole key space cut into consecutive ranges, each with a value: the disjoint table that layers and prefixes become. Range i runs from
/// <c>Starts[i]</c> to just before <c>Starts[i + 1]</c>; the first starts at zero and the last ends at the top, so every key has exactly one.
/// Prefixes were rejected as the form to merge in: cutting a hole into a prefix makes up to 128 of them, into a range two.
/// </summary>
internal sealed class RangeMap(KeyColumn starts, int[] values)
{
    public KeyColumn Starts { get; } = starts;
    public int[] Values { get; } = values;
    public int Count => Starts.Count;

    public static RangeMap Uniform(int value)
    {
        var map = new RangeMapBuilder(1);
        map.Append(UInt128.Zero, value);
        return map.Build();
    }

    /// <summary>The same ranges, each with what <paramref name="values"/> has at its value; neighbours stay apart.</summary>
    public RangeMap Through(IReadOnlyList<int> values) => new(Starts, Array.ConvertAll(Values, value => values[value]));

    public UInt128 LastKey(int index) => index + 1 < Starts.Count ? Starts[index + 1] - 1 : UInt128.MaxValue;

    /// <summary>The index of the range that holds a key.</summary>
    public int Find(UInt128 key) => Starts.FindLast(key);

    /// <summary>
    /// The length of the largest prefix around <paramref name="key"/> that lies wholly in range <paramref name="index"/>: it must be one bit
    /// longer than what the key shares with the nearest key outside, on either side.
    /// </summary>
    [MethodImpl(LoadPath.FastAtOnce)]
    public int Depth(int index, UInt128 key)
    {
        var depth = 0;
        if (index > 0) depth = AddressKey.CommonPrefixLength(key, Starts[index] - 1) + 1;
        if (index + 1 < Starts.Count) depth = Math.Max(depth, AddressKey.CommonPrefixLength(key, Starts[index + 1]) + 1);
        return depth;
    }

    /// <summary>This map, with <paramref name="below"/> showing through wherever this one has <paramref name="none"/>.</summary>
    [MethodImpl(LoadPath.FastAtOnce)]
    public RangeMap Over(RangeMap below, int none)
    {
        var merged = new RangeMapBuilder(Count + below.Count);
        int upper = 0, lower = 0;
        var start = UInt128.Zero;
        while (true)
        {
            merged.Append(start, Values[upper] == none ? below.Values[lower] : Values[upper]);
            var upperEnds = LastKey(upper);
            var lowerEnds = below.LastKey(lower);
            var ends = upperEnds < lowerEnds ? upperEnds : lowerEnds;
            if (ends == UInt128.MaxValue) return merged.Build();
            if (upperEnds == ends) upper++;
            if (lowerEnds == ends) lower++;
            start = ends + 1;
        }
    }
}

/// <summary>Collects ranges in ascending order of their starts and joins neighbours of equal value.</summary>
internal sealed class RangeMapBuilder(int capacity = 16)
{
    private readonly KeyColumn _starts = new(capacity);
    private int[] _values = new int[Math.Max(1, capacity)];

    /// <summary>A start equal to the last one replaces it: of two statements about the same range the later holds.</summary>
    [MethodImpl(LoadPath.FastAtOnce)]
    public void Append(UInt128 start, int value)
    {
        if (_starts.Count > 0 && _starts[_starts.Count - 1] == start) _starts.RemoveLast();
        var count = _starts.Count;
        if (count > 0 && _values[count - 1] == value) return;
        if (count == _values.Length) Array.Resize(ref _values, count * 2);
        _starts.Add(start);
        _values[count] = value;
    }

    /// <summary>The map, in arrays of just its size; the builder is used up.</summary>
    public RangeMap Build()
    {
        _starts.Trim();
        if (_values.Length != _starts.Count) Array.Resize(ref _values, _starts.Count);
        return new RangeMap(_starts, _values);
    }
}
