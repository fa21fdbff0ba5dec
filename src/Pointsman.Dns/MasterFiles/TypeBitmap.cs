using Pointsman.Dns.Wire;

namespace Pointsman.Dns.MasterFiles;

/// <summary>A set of types as windows of 256 bits (RFC 4034 §4.1.2).</summary>
internal static class TypeBitmap
{
    public static void Append(List<byte> target, IEnumerable<RrType> types)
    {
        foreach (var window in types.Select(t => (ushort)t).Distinct().GroupBy(t => t >> 8).OrderBy(w => w.Key))
        {
            var bits = new byte[(window.Max() & 0xFF) / 8 + 1];
            foreach (var type in window) bits[(type & 0xFF) / 8] |= (byte)(0x80 >> (type & 7));
            target.AddRange([(byte)window.Key, (byte)bits.Length, .. bits]);
        }
    }

    /// <summary>Windows ascending, each of 1 to 32 octets, to the end.</summary>
    public static bool Fits(ReadOnlySpan<byte> octets)
    {
        var last = -1;
        while (!octets.IsEmpty)
        {
            if (octets.Length < 2 || octets[0] <= last || octets[1] is 0 or > 32 || octets.Length < 2 + octets[1]) return false;
            last = octets[0];
            octets = octets[(2 + octets[1])..];
        }
        return true;
    }
}
