using System.Buffers;
using System.Text;

namespace Pointsman.Health.Probes;

/// <summary>The beginning of what a server sent, as an operator reads it: text in quotes, or hexadecimal where it is none.</summary>
internal static class Quoted
{
    private const int MostText = 40;
    private const int MostHex = 16;
    private static readonly SearchValues<byte> printed = SearchValues.Create([.. "\t\r\n"u8, .. Enumerable.Range(' ', '~' - ' ' + 1).Select(static value => (byte)value)]);

    public static string Of(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty) return "nothing";
        if (octets.IndexOfAnyExcept(printed) >= 0) return $"hex:{Convert.ToHexStringLower(octets[..Math.Min(octets.Length, MostHex)])}{(octets.Length > MostHex ? "…" : "")}";
        var text = Encoding.ASCII.GetString(octets[..Math.Min(octets.Length, MostText)]).TrimEnd().Replace("\r\n", " ", StringComparison.Ordinal);
        return $"'{text}{(octets.Length > MostText ? "…" : "")}'";
    }
}
