using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Pointsman.Dns.Wire;

/// <summary>Walks over a message from outside. Every read tells whether it stayed inside; none throws, allocates or follows a pointer.</summary>
internal ref struct MessageReader(ReadOnlySpan<byte> message, int position = 0)
{
    private readonly ReadOnlySpan<byte> _message = message;

    public int Position { get; private set; } = position;

    public readonly bool AtEnd => Position == _message.Length;

    public bool TryReadOctet(out byte value)
    {
        value = 0;
        if (_message.Length - Position < 1) return false;
        value = _message[Position++];
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadUInt16(out ushort value)
    {
        value = 0;
        if (_message.Length - Position < 2) return false;
        value = BinaryPrimitives.ReadUInt16BigEndian(_message[Position..]);
        Position += 2;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadUInt32(out uint value)
    {
        value = 0;
        if (_message.Length - Position < 4) return false;
        value = BinaryPrimitives.ReadUInt32BigEndian(_message[Position..]);
        Position += 4;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadSpan(int length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (_message.Length - Position < length) return false;
        value = _message.Slice(Position, length);
        Position += length;
        return true;
    }

    /// <summary>An uncompressed name, into <paramref name="name"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadName(NameBuffer name)
    {
        if (!name.TryRead(_message[Position..], out var consumed)) return false;
        Position += consumed;
        return true;
    }

    /// <summary>Passes a name that may end in a compression pointer, without following it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySkipName(out bool isRoot)
    {
        isRoot = false;
        var start = Position;
        // Bounded by the 255 octets of a name (RFC 1035 §2.3.4).
        while (Position - start < NameView.MaxLength)
        {
            if (!TryReadOctet(out var length)) return false;
            if (length == 0)
            {
                isRoot = Position == start + 1;
                return true;
            }
            if (length >= 0xC0) return TryReadOctet(out _);
            if (length > 63 || !TryReadSpan(length, out _)) return false;
        }
        return false;
    }
}
