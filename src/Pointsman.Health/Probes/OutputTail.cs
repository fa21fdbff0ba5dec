using System.Text;

namespace Pointsman.Health.Probes;

/// <summary>The last bytes of a stream of any length. Mutable.</summary>
internal sealed class OutputTail(int mostBytes)
{
    private readonly byte[] kept = new byte[mostBytes];
    private int length;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > kept.Length) bytes = bytes[^kept.Length..];
        var old = Math.Min(length, kept.Length - bytes.Length);
        kept.AsSpan(length - old, old).CopyTo(kept);
        bytes.CopyTo(kept.AsSpan(old));
        length = old + bytes.Length;
    }

    /// <summary>The last line with anything on it, as far as it was kept; empty when there is none.</summary>
    public string LastLine()
    {
        var text = kept.AsSpan(0, length).TrimEnd(" \t\r\n"u8);
        return Encoding.UTF8.GetString(text[(text.LastIndexOf((byte)'\n') + 1)..]).Trim();
    }
}
