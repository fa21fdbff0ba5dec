using System.Buffers.Binary;

namespace Pointsman.Topology.Import.Mmdb;

/// <summary>The kinds of values that mean something here; every other kind is <see cref="Other"/> and can only be passed over.</summary>
internal enum MmdbKind { Map, Array, String, Unsigned, Real, Other }

/// <summary>The head of a value. A map's or an array's items begin at <paramref name="Start"/>.</summary>
/// <param name="Size">Pairs of a map, items of an array, octets of a string.</param>
/// <param name="IsPointed">Reached through a pointer: the reader stands behind that, not in the value.</param>
internal readonly record struct MmdbValue(MmdbKind Kind, int Size, int Start, ulong Number, double Real, bool IsPointed);

/// <summary>
/// Reads the data section of a MaxMind DB value by value, as octets of somebody who means harm: no recursion, every offset held against the
/// section, pointers followed one step only (the format forbids chains), and each value taken from a budget, because maps that point at one another
/// make a small file read for ever.
/// </summary>
internal ref struct MmdbReader(ReadOnlySpan<byte> data, long budget)
{
    /// <summary>For one record or the metadata; a city's has some two hundred.</summary>
    public const int MaxValues = 100_000;

    private const int Extended = 0, Pointer = 1, Text = 2, DoubleNumber = 3, UInt16Number = 5, UInt32Number = 6, Map = 7, UInt64Number = 9, List = 11, Flag = 14, FloatNumber = 15;

    // The sizes that one, two and three octets more can say begin where the shorter form ends.
    private const int OneMore = 29, TwoMore = 285, ThreeMore = 65_821;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>Where the next value begins.</summary>
    public int Position { get; set; }

    /// <summary>How many values may still be read.</summary>
    public long Budget { get; set; } = budget;

    /// <summary>A text's octets.</summary>
    public readonly ReadOnlySpan<byte> BytesOf(MmdbValue text) => Data.Slice(text.Start, text.Size);

    /// <summary>The next value; behind it afterwards, but for a map or an array that stands here: at its first item.</summary>
    public bool TryRead(out MmdbValue value)
    {
        value = default;
        if (!TryReadHead(out var type, out var size)) return false;
        if (type != Pointer) return TryReadBody(type, size, false, out value);
        var behind = Position;
        Position = size;
        if (!TryReadHead(out type, out size) || type == Pointer || !TryReadBody(type, size, true, out value)) return false;
        Position = behind;
        return true;
    }

    /// <summary>A map's next key.</summary>
    public bool TryReadKey(out ReadOnlySpan<byte> key)
    {
        key = default;
        if (!TryRead(out var value) || value.Kind != MmdbKind.String) return false;
        key = BytesOf(value);
        return true;
    }

    /// <summary>Passes over one value with all that is in it; pointers are not followed.</summary>
    public bool TrySkip()
    {
        // Bounded by the budget: each turn takes one from it.
        for (var left = 1L; left > 0; left--)
        {
            if (!TryReadHead(out var type, out var size)) return false;
            if (type == Map) left += 2L * size;
            else if (type == List) left += size;
            else if (type is not (Pointer or Flag))
            {
                if (size > Data.Length - Position) return false;
                Position += size;
            }
        }
        return true;
    }

    /// <summary>Type and size; of a pointer, where it points to.</summary>
    private bool TryReadHead(out int type, out int size)
    {
        (type, size) = (0, 0);
        if (Budget-- <= 0 || (uint)Position >= (uint)Data.Length) return false;
        var control = Data[Position++];
        type = control >> 5;
        if (type == Pointer) return TryReadPointer(control, out size);
        if (type == Extended)
        {
            if (Position >= Data.Length) return false;
            type = Data[Position++] + 7;
            // Seven and below have a short form, which must be used.
            if (type <= Map) return false;
        }
        size = control & 31;
        if (size < OneMore) return true;
        var more = size - OneMore + 1;
        if (!TryReadNumber(more, out var number)) return false;
        size = (int)number + more switch { 1 => OneMore, 2 => TwoMore, _ => ThreeMore };
        return true;
    }

    private bool TryReadPointer(byte control, out int target)
    {
        target = 0;
        var form = control >> 3 & 3;
        if (!TryReadNumber(form + 1, out var number)) return false;
        // Each form counts from where the shorter one ends; the longest holds a whole offset.
        var offset = form switch
        {
            0 => ((control & 7UL) << 8) + number,
            1 => ((control & 7UL) << 16) + number + 2048,
            2 => ((control & 7UL) << 24) + number + 526_336,
            _ => number,
        };
        if (offset >= (ulong)Data.Length) return false;
        target = (int)offset;
        return true;
    }

    private bool TryReadBody(int type, int size, bool isPointed, out MmdbValue value)
    {
        value = new MmdbValue(MmdbKind.Other, size, Position, 0, 0, isPointed);
        switch (type)
        {
            case Map:
                value = value with { Kind = MmdbKind.Map };
                return true;
            case List:
                value = value with { Kind = MmdbKind.Array };
                return true;
            case Flag:
                return true;
        }
        if (size > Data.Length - Position) return false;
        var body = Data.Slice(Position, size);
        Position += size;
        switch (type)
        {
            case Text:
                value = value with { Kind = MmdbKind.String };
                return true;
            case UInt16Number or UInt32Number or UInt64Number:
                if (size > (type == UInt16Number ? 2 : type == UInt32Number ? 4 : 8)) return false;
                value = value with { Kind = MmdbKind.Unsigned, Number = Unsigned(body) };
                return true;
            case DoubleNumber:
                if (size != 8) return false;
                value = value with { Kind = MmdbKind.Real, Real = BinaryPrimitives.ReadDoubleBigEndian(body) };
                return true;
            case FloatNumber:
                if (size != 4) return false;
                value = value with { Kind = MmdbKind.Real, Real = BinaryPrimitives.ReadSingleBigEndian(body) };
                return true;
            default:
                return true;
        }
    }

    private bool TryReadNumber(int octets, out ulong number)
    {
        number = 0;
        if (octets > Data.Length - Position) return false;
        number = Unsigned(Data.Slice(Position, octets));
        Position += octets;
        return true;
    }

    private static ulong Unsigned(ReadOnlySpan<byte> octets)
    {
        ulong number = 0;
        foreach (var octet in octets) number = number << 8 | octet;
        return number;
    }
}
