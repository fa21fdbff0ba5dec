using System.Runtime.CompilerServices;

namespace Pointsman.Topology;

/// <summary>
/// Ascending keys, kept no wider than they are: 32 bits each while all are IPv4 addresses, 64 while none reaches past a /64, else 128. Half a
/// million prefixes are 2 MB then instead of 8.
/// </summary>
internal sealed class KeyColumn(int capacity)
{
    private const int NarrowShift = 96, MiddleShift = 64;

    private uint[]? _narrow = new uint[Math.Max(1, capacity)];
    private ulong[]? _middle;
    private UInt128[]? _wide;

    public int Count { get; private set; }

    public UInt128 this[int index]
    {
        get
        {
            // Else a key that was removed would still be read.
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            if (_narrow is { } narrow) return (UInt128)narrow[index] << NarrowShift;
            return _middle is { } middle ? (UInt128)middle[index] << MiddleShift : _wide![index];
        }
    }

    [MethodImpl(LoadPath.FastAtOnce)]
    public void Add(UInt128 key)
    {
        if (_narrow is { } narrow && key << (128 - NarrowShift) != UInt128.Zero)
            (_narrow, _middle) = (null, Array.ConvertAll(narrow, each => (ulong)each << (NarrowShift - MiddleShift)));
        if (_middle is { } middle && key << (128 - MiddleShift) != UInt128.Zero)
            (_middle, _wide) = (null, Array.ConvertAll(middle, each => (UInt128)each << MiddleShift));
        var index = Count++;
        if (_narrow is not null)
        {
            if (index == _narrow.Length) Array.Resize(ref _narrow, index * 2);
            _narrow[index] = (uint)(key >> NarrowShift);
        }
        else if (_middle is not null)
        {
            if (index == _middle.Length) Array.Resize(ref _middle, index * 2);
            _middle[index] = (ulong)(key >> MiddleShift);
        }
        else
        {
            if (index == _wide!.Length) Array.Resize(ref _wide, index * 2);
            _wide[index] = key;
        }
    }

    public void RemoveLast() => Count--;

    /// <summary>Gives back what is not used.</summary>
    public void Trim()
    {
        if (_narrow is not null) Array.Resize(ref _narrow, Count);
        if (_middle is not null) Array.Resize(ref _middle, Count);
        if (_wide is not null) Array.Resize(ref _wide, Count);
    }

    /// <summary>The index of the last key that is not greater; −1 when all are.</summary>
    public int FindLast(UInt128 key)
    {
        // What is cut off a key is zero in all of ours, so the comparison comes out the same.
        var found = _narrow is { } narrow ? narrow.AsSpan(0, Count).BinarySearch((uint)(key >> NarrowShift))
            : _middle is { } middle ? middle.AsSpan(0, Count).BinarySearch((ulong)(key >> MiddleShift))
            : _wide.AsSpan(0, Count).BinarySearch(key);
        return found >= 0 ? found : ~found - 1;
    }
}
