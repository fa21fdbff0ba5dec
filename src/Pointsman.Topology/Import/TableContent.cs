using System.Buffers.Binary;
using System.IO.Compression;

namespace Pointsman.Topology.Import;

internal enum TableFormat { Csv, Delegated, Mmdb, Places }

/// <summary>
/// What a file is, told by what is in it: names lie, and a database that was renamed or packed is still the same database. Packed by gzip it is
/// unpacked, up to a bound, because that is how databases are handed out; an archive of several files is named for what it is.
/// </summary>
internal static class TableContent
{
    /// <summary>Eight times the largest city database in use, and what an array may hold with room to spare: a small file that unpacks to more is an attack.</summary>
    private const int MaxUnpackedBytes = 1 << 30;

    /// <summary>How far into a file the first line that tells the format may stand, behind remarks.</summary>
    private const int MaxRemarkBytes = 64 * 1024;

    /// <summary>How far into a file octets that no text holds are looked for.</summary>
    private const int MaxProbedBytes = 8 * 1024;

    /// <summary>A search tree of numbers has as many in its first hundred nodes; a damaged text has not.</summary>
    private const int MostZeros = 64;

    private const int TarMagicAt = 257;

    /// <summary>Header, an empty block, checksum and length.</summary>
    private const int MinGzipBytes = 20;

    private static ReadOnlySpan<byte> Gzip => [0x1F, 0x8B];
    private static ReadOnlySpan<byte> Zip => "PK\u0003\u0004"u8;
    private static ReadOnlySpan<byte> Xz => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'];
    private static ReadOnlySpan<byte> Zstandard => [0x28, 0xB5, 0x2F, 0xFD];
    private static ReadOnlySpan<byte> Bzip2 => "BZh"u8;

    /// <summary>The content without its packing; null with the reason when there is none to read.</summary>
    public static ReadOnlyMemory<byte>? Unpack(ReadOnlyMemory<byte> content, out string problem)
    {
        problem = "";
        var bytes = content;
        if (content.Span.StartsWith(Gzip) && content.Length >= MinGzipBytes)
        {
            if (Inflate(content, out problem) is not { } unpacked) return null;
            bytes = unpacked;
        }
        if (Packing(bytes.Span) is not { } packing) return bytes;
        problem = $"is {packing}: unpack it and name the table inside";
        return null;
    }

    /// <summary>
    /// Text holds hardly a zero octet, and one with a few is better told where they are. What tells a MaxMind DB stands at its end, so one that was cut
    /// off in the download comes out as no text.
    /// </summary>
    public static bool IsText(ReadOnlySpan<byte> content) => content[..Math.Min(content.Length, MaxProbedBytes)].Count((byte)0) <= MostZeros;

    public static TableFormat FormatOf(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith(PlacesFile.Magic)) return TableFormat.Places;
        if (Mmdb.MmdbMetadata.IsIn(content)) return TableFormat.Mmdb;
        return IsDelegated(content) ? TableFormat.Delegated : TableFormat.Csv;
    }

    private static string? Packing(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Zip)) return "a zip archive";
        if (bytes.StartsWith(Xz)) return "packed by xz";
        if (bytes.StartsWith(Zstandard)) return "packed by zstd";
        if (bytes.StartsWith(Bzip2)) return "packed by bzip2";
        if (bytes.StartsWith(Gzip)) return "packed by gzip, twice or cut short";
        return bytes.Length > TarMagicAt + 5 && bytes.Slice(TarMagicAt, 5).SequenceEqual("ustar"u8) ? "a tar archive" : null;
    }

    private static ReadOnlyMemory<byte>? Inflate(ReadOnlyMemory<byte> content, out string problem)
    {
        problem = "";
        try
        {
            using var packed = new GZipStream(new ReadOnlyMemoryStream(content), CompressionMode.Decompress);
            var unpacked = new byte[(int)Math.Clamp(content.Length * 4L, 4096, MaxUnpackedBytes)];
            var length = 0;
            // Bounded: each turn adds an octet at least, up to the bound.
            for (int read; (read = packed.Read(unpacked, length, unpacked.Length - length)) > 0;)
            {
                length += read;
                if (length < unpacked.Length) continue;
                if (length == MaxUnpackedBytes)
                {
                    problem = FormattableString.Invariant($"unpacks to more than {MaxUnpackedBytes} octets");
                    return null;
                }
                Array.Resize(ref unpacked, (int)Math.Min(MaxUnpackedBytes, length * 2L));
            }
            // The framework takes a file that was cut for one that ends: then half a table would be a table. RFC 1952 §2.3.1: the length stands at the end.
            if (BinaryPrimitives.ReadUInt32LittleEndian(content.Span[^4..]) == (uint)length) return unpacked.AsMemory(0, length);
            problem = "is packed by gzip and does not end as it should: was the file cut?";
            return null;
        }
        catch (InvalidDataException damage)
        {
            problem = $"is packed by gzip and damaged: {damage.Message}";
            return null;
        }
    }

    /// <summary>A registry's file has bars and no commas in its first line that is no remark.</summary>
    private static bool IsDelegated(ReadOnlySpan<byte> content)
    {
        content = content[..Math.Min(content.Length, MaxRemarkBytes)];
        foreach (var range in content.Split((byte)'\n'))
        {
            var line = content[range].Trim(" \t\r\uFEFF"u8);
            if (line.IsEmpty || line[0] == '#') continue;
            return line.Count((byte)'|') >= DelegatedImporter.FewestBars;
        }
        return false;
    }
}
