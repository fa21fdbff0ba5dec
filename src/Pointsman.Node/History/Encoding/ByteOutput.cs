using System.Numerics;

namespace Pointsman.Node.History.Encoding;

/// <summary>Bytes being written: whole numbers in as many octets as they need, seven bits each, the least significant first.</summary>
internal sealed class ByteOutput
{
    // A buffer that one large snapshot made is not kept for the small ones that follow.
    private const int KeptBytes = 1 << 20;

    private byte[] buffer = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        if (buffer.Length > KeptBytes) buffer = new byte[4096];
    }

    public void Byte(byte value)
    {
        Room(1);
        buffer[Length++] = value;
    }

    public void Number(ulong value)
    {
        Room(10);
        for (; value >= 0x80; value >>= 7) buffer[Length++] = (byte)(value | 0x80);
        buffer[Length++] = (byte)value;
    }

    /// <summary>A signed number: the sign in the lowest bit, so that small ones of either sign are short.</summary>
    public void Signed(long value) => Number((ulong)((value << 1) ^ (value >> 63)));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Text(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetByteCount(text);
        Number((ulong)bytes);
        Room(bytes);
        Length += System.Text.Encoding.UTF8.GetBytes(text, buffer.AsSpan(Length));
    }

    private void Room(int more)
    {
        if (buffer.Length - Length >= more) return;
        Array.Resize(ref buffer, (int)BitOperations.RoundUpToPowerOf2((uint)(Length + more)));
    }
}
