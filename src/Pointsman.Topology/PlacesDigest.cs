using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Pointsman.Topology;

/// <summary>
/// One number for a whole table, so that two nodes can tell whether they would place every user alike. Over the content as merged; the files'
/// names are left out, because two nodes may keep the same file in different folders.
/// </summary>
internal static class PlacesDigest
{
    public static string Of(Places places)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var place in places.All)
        {
            AppendText(hash, place.Country);
            AppendText(hash, place.Continent);
            AppendText(hash, place.Region);
            AppendText(hash, place.Name);
            AppendNumber(hash, place.Latitude);
            AppendNumber(hash, place.Longitude);
        }
        AppendMap(hash, places.IPv4);
        AppendMap(hash, places.IPv6);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void AppendMap(IncrementalHash hash, RangeMap map)
    {
        const int Each = 20, Together = 200;
        Span<byte> bytes = stackalloc byte[Each * Together];
        for (var index = 0; index < map.Count;)
        {
            var used = 0;
            for (; index < map.Count && used < bytes.Length; index++, used += Each)
            {
                BinaryPrimitives.WriteUInt128BigEndian(bytes[used..], map.Starts[index]);
                BinaryPrimitives.WriteInt32BigEndian(bytes[(used + 16)..], map.Values[index]);
            }
            hash.AppendData(bytes[..used]);
        }
        // An end that no start can look like: the two maps must not run into each other.
        bytes[..Each].Fill(0xFF);
        hash.AppendData(bytes[..Each]);
    }

    private static void AppendText(IncrementalHash hash, string? text)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text?.Length ?? -1);
        hash.AppendData(length);
        if (text is not null) hash.AppendData(Encoding.UTF8.GetBytes(text));
    }

    private static void AppendNumber(IncrementalHash hash, double? number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, number ?? double.NaN);
        hash.AppendData(bytes);
    }
}
