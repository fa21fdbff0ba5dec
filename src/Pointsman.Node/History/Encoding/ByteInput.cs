namespace Pointsman.Node.History.Encoding;

/// <summary>Bytes being read. A file on a disk may hold anything: whatever does not fit ends in <see cref="InvalidDataException"/> and nothing else.</summary>
internal sealed class ByteInput(ReadOnlyMemory<byte> bytes)
{
    private int position;

    public int Left => bytes.Length - position;

    public byte Byte()
    {
        if (Left < 1) throw Short();
        return bytes.Span[position++];
    }

    public ulong Number()
    {
        ulong value = 0;
        // Ten octets of seven bits hold any number of 64.
        for (var shift = 0; shift < 70; shift += 7)
        {
            var octet = Byte();
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80) return value;
        }

        throw new InvalidDataException("a number of more than 64 bits");
    }

    public long Signed()
    {
        var value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>How many of something follow. Each takes an octet at least, so that a lie about their number costs no memory.</summary>
    public int Count()
    {
        var count = Number();
        return count <= (ulong)Left ? (int)count : throw new InvalidDataException("more things than octets");
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > Left) throw Short();
        position += count;
        return bytes.Span.Slice(position - count, count);
    }

    public string Text() => System.Text.Encoding.UTF8.GetString(Bytes(Count()));

    private static InvalidDataException Short() => new("it ends too early");
}
