using System.Buffers.Binary;

namespace Pointsman.Dns.Answering.Options;

/// <summary>Appends options to an OPT record, within the room that the answer has left.</summary>
internal ref struct OptionWriter(Span<byte> room, int position)
{
    /// <summary>OPTION-CODE and OPTION-LENGTH.</summary>
    public const int HeaderLength = 4;

    private readonly Span<byte> _room = room;

    public int Position { get; private set; } = position;

    /// <summary>Octets that one more option's value may have; below zero = there is no room for one.</summary>
    public readonly int Left => _room.Length - Position - HeaderLength;

    /// <summary>The place of the value of one more option, whose room was reserved or has been looked for.</summary>
    public Span<byte> Add(OptionCode code, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_room[Position..], (ushort)code);
        BinaryPrimitives.WriteUInt16BigEndian(_room[(Position + 2)..], (ushort)length);
        Position += HeaderLength + length;
        return _room.Slice(Position - length, length);
    }
}
