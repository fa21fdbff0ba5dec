using System.Text;
using Pointsman.Topology;

namespace Pointsman.Benchmarks;

/// <summary>
/// The same networks as a MaxMind DB, in the shape of a country database: what its maker's library is asked with, and what an import reads. Records
/// of 24 bits, the smallest and fastest.
/// </summary>
internal static class MadeUpDatabase
{
    private const int RecordBytes = 3;
    private const int Unset = -1;

    /// <summary>A country's code for each place: AA, AB, … in the order of the countries that there are.</summary>
    public static string[] Codes { get; } = [.. Enumerable.Range(0, 26 * 26).Select(i => $"{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}").Where(Topology.Places.IsCountry).Take(MadeUpNetworks.Places)];

    public static byte[] Of(List<(Prefix Prefix, int Place)> networks, bool isIPv6)
    {
        var (left, right) = (new List<int> { Unset }, new List<int> { Unset });
        foreach (var (prefix, place) in networks)
        {
            var bits = MadeUpNetworks.Number(prefix.Network);
            var (node, width) = (0, isIPv6 ? 128 : 32);
            for (var bit = 0; bit < prefix.Length; bit++)
            {
                var side = (bits >> (width - 1 - bit) & 1) == 0 ? left : right;
                if (bit == prefix.Length - 1) side[node] = -2 - place;
                else
                {
                    if (side[node] == Unset)
                    {
                        side[node] = left.Count;
                        left.Add(Unset);
                        right.Add(Unset);
                    }
                    node = side[node];
                }
            }
        }
        var data = new List<byte>();
        var offsets = new List<int>();
        foreach (var code in Codes)
        {
            offsets.Add(data.Count);
            data.AddRange([0xE2, .. Text("continent"), 0xE1, .. Text("code"), .. Text("EU"), .. Text("country"), 0xE1, .. Text("iso_code"), .. Text(code)]);
        }
        var file = new List<byte>((left.Count * RecordBytes * 2) + data.Count + 1000);
        for (var node = 0; node < left.Count; node++)
            foreach (var record in (int[])[left[node], right[node]])
            {
                var value = record >= 0 ? record : record == Unset ? left.Count : left.Count + 16 + offsets[-2 - record];
                file.AddRange([(byte)(value >> 16), (byte)(value >> 8), (byte)value]);
            }
        file.AddRange(new byte[16]);
        file.AddRange(data);
        file.AddRange([0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8, 0xE9, .. Text("node_count"), .. Number(left.Count), .. Text("record_size"), .. Short(RecordBytes * 8), .. Text("ip_version"),
            .. Short(isIPv6 ? 6 : 4), .. Text("database_type"), .. Text("Made-Up-Country"), .. Text("languages"), 0x01, 0x04, .. Text("en"), .. Text("binary_format_major_version"), .. Short(2),
            .. Text("binary_format_minor_version"), .. Short(0), .. Text("build_epoch"), 0x04, 0x02, .. Number(1_760_000_000).AsSpan(1), .. Text("description"), 0xE1, .. Text("en"), .. Text("made up")]);
        return [.. file];
    }

    private static byte[] Text(string text) => [(byte)(0x40 | text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Short(int number) => [0xA1, (byte)number];

    private static byte[] Number(int number) => [0xC4, (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
}
