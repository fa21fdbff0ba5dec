using System.Buffers.Binary;
using System.Text;

namespace Pointsman.Topology.Import;

/// <summary>Numbers and texts of a <see cref="PlacesFile"/>, none taken past the end.</summary>
internal ref struct OctetReader(ReadOnlySpan<byte> octets)
{
    /// <summary>Ours are of 200 characters at most, paths of files longer.</summary>
    private const int MaxTextBytes = 4096;

    private ReadOnlySpan<byte> _rest = octets;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>
    /// How many items follow. A count past what is left is a lie, and no array is made for it; and one past <paramref name="most"/> is refused as well: an
    /// item of an octet in the file, and a packed file has a thousand octets for each of its own, is many octets in memory.
    /// </summary>
    /// <param name="itemOctets">What an item has at least.</param>
    public bool TryReadCount(int itemOctets, int most, out int count)
    {
        var isRead = TryReadNumber((ulong)Math.Min(_rest.Length / itemOctets, most), out var number);
        count = (int)number;
        return isRead;
    }

    public bool TryReadNumber(ulong most, out ulong number)
    {
        number = 0;
        for (var index = 0; index < _rest.Length && index < 10; index++)
        {
            var octet = _rest[index];
            number |= (ulong)(octet & 0x7F) << (7 * index);
            if (octet > 0x7F) continue;
            _rest = _rest[(index + 1)..];
            return number <= most;
        }
        return false;
    }

    /// <summary>A number of up to 128 bits, moved left by its trailing zeros.</summary>
    public bool TryReadDistance(int zeros, out UInt128 distance)
    {
        distance = UInt128.Zero;
        for (var index = 0; index < _rest.Length && index < 19; index++)
        {
            var octet = _rest[index];
            distance |= (UInt128)(uint)(octet & 0x7F) << (7 * index);
            if (octet > 0x7F) continue;
            _rest = _rest[(index + 1)..];
            if (zeros > 128) return false;
            var moved = zeros == 128 ? UInt128.Zero : distance << zeros;
            var isWhole = zeros == 128 ? distance == UInt128.Zero : moved >> zeros == distance;
            distance = moved;
            return isWhole;
        }
        return false;
    }

    public bool TryReadOctets(int count, out ReadOnlySpan<byte> octets)
    {
        octets = default;
        if (count > _rest.Length) return false;
        octets = _rest[..count];
        _rest = _rest[count..];
        return true;
    }

    public bool TryReadText(out string text)
    {
        text = "";
        if (!TryReadNumber(MaxTextBytes, out var length) || !TryReadOctets((int)length, out var octets)) return false;
        text = Encoding.UTF8.GetString(octets);
        return !text.AsSpan().ContainsAnyInRange('\0', '\u001F');
    }

    public bool TryReadDouble(out double number)
    {
        number = 0;
        if (!TryReadOctets(8, out var octets)) return false;
        number = BinaryPrimitives.ReadDoubleLittleEndian(octets);
        return true;
    }
}
