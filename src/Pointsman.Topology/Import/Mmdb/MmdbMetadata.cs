using System.Globalization;

namespace Pointsman.Topology.Import.Mmdb;

/// <summary>
/// What a MaxMind DB says of itself, at its end: everything else in the file is found and measured by it, so that each number is held against
/// the file's length before it is used.
/// <code>
///   | search tree: nodes of two records | 16 zero octets | data section | "\xAB\xCD\xEFMaxMind.com" | metadata map |
/// </code>
/// (MaxMind DB file format specification, version 2.0.)
/// </summary>
internal sealed record MmdbMetadata
{
    /// <summary>The specification's own bound for the metadata and its marker.</summary>
    private const int MaxTailBytes = 128 * 1024;

    private const int SeparatorBytes = 16;
    private const int OldestEpoch = 0;

    /// <summary>Of the tree's nodes.</summary>
    public required uint NodeCount { get; init; }

    /// <summary>24, 28 or 32 bits.</summary>
    public required int RecordBits { get; init; }

    public required bool IsIPv6 { get; init; }

    /// <summary>What the file calls itself, such as <c>GeoLite2-City</c>.</summary>
    public required string Type { get; init; }

    public required DateOnly? Built { get; init; }

    public int NodeBytes => RecordBits / 4;
    public int TreeBytes => (int)(NodeCount * (uint)NodeBytes);
    public int DataStart => TreeBytes + SeparatorBytes;
    public required int DataEnd { get; init; }

    private static ReadOnlySpan<byte> Marker => [0xAB, 0xCD, 0xEF, (byte)'M', (byte)'a', (byte)'x', (byte)'M', (byte)'i', (byte)'n', (byte)'d', (byte)'.', (byte)'c', (byte)'o', (byte)'m'];

    public static bool IsIn(ReadOnlySpan<byte> file) => file[Math.Max(0, file.Length - MaxTailBytes)..].LastIndexOf(Marker) >= 0;

    /// <summary>Null with the reason when the file cannot be what it says it is.</summary>
    public static MmdbMetadata? Read(ReadOnlySpan<byte> file, out string problem)
    {
        var tail = Math.Max(0, file.Length - MaxTailBytes);
        var marker = file[tail..].LastIndexOf(Marker);
        problem = "has no metadata";
        if (marker < 0) return null;
        var dataEnd = tail + marker;

        var reader = new MmdbReader(file[(dataEnd + Marker.Length)..], MmdbReader.MaxValues);
        if (!TryReadFields(ref reader, out var fields))
        {
            problem = "has metadata that cannot be read";
            return null;
        }
        problem = Problem(fields, dataEnd);
        return problem.Length > 0 ? null : new MmdbMetadata
        {
            NodeCount = (uint)fields.NodeCount,
            RecordBits = (int)fields.RecordBits,
            IsIPv6 = fields.IPVersion == 6,
            Type = fields.Type,
            Built = fields.Epoch is > OldestEpoch and < 253_402_300_800 ? DateOnly.FromDateTime(DateTime.UnixEpoch.AddSeconds(fields.Epoch)) : null,
            DataEnd = dataEnd,
        };
    }

    private record struct Fields(ulong NodeCount, ulong RecordBits, ulong IPVersion, ulong Major, ulong Epoch, string Type);

    private static string Problem(in Fields fields, int dataEnd)
    {
        if (fields.Major != 2) return string.Create(CultureInfo.InvariantCulture, $"is of format version {fields.Major}, must be 2");
        if (fields.RecordBits is not (24 or 28 or 32)) return string.Create(CultureInfo.InvariantCulture, $"has records of {fields.RecordBits} bits, must be 24, 28 or 32");
        if (fields.IPVersion is not (4 or 6)) return string.Create(CultureInfo.InvariantCulture, $"is for IP version {fields.IPVersion}, must be 4 or 6");
        if (fields.NodeCount is 0 or > int.MaxValue || (fields.NodeCount * fields.RecordBits / 4) + SeparatorBytes > (ulong)dataEnd)
            return string.Create(CultureInfo.InvariantCulture, $"announces a tree of {fields.NodeCount} nodes and is too short for it: was the file cut?");
        return "";
    }

    private static bool TryReadFields(ref MmdbReader reader, out Fields fields)
    {
        fields = new Fields(0, 0, 0, 0, 0, "");
        if (!reader.TryRead(out var map) || map.Kind != MmdbKind.Map) return false;
        for (var pair = 0; pair < map.Size; pair++)
        {
            if (!reader.TryReadKey(out var key)) return false;
            var number = key.SequenceEqual("node_count"u8) || key.SequenceEqual("record_size"u8) || key.SequenceEqual("ip_version"u8)
                || key.SequenceEqual("binary_format_major_version"u8) || key.SequenceEqual("build_epoch"u8);
            if (number)
            {
                if (!reader.TryRead(out var value) || value.Kind != MmdbKind.Unsigned) return false;
                if (key.SequenceEqual("node_count"u8)) fields.NodeCount = value.Number;
                else if (key.SequenceEqual("record_size"u8)) fields.RecordBits = value.Number;
                else if (key.SequenceEqual("ip_version"u8)) fields.IPVersion = value.Number;
                else if (key.SequenceEqual("build_epoch"u8)) fields.Epoch = value.Number;
                else fields.Major = value.Number;
            }
            else if (key.SequenceEqual("database_type"u8))
            {
                if (!reader.TryRead(out var value) || value.Kind != MmdbKind.String) return false;
                fields.Type = MmdbText.Of(reader.BytesOf(value)) ?? "";
            }
            else if (!reader.TrySkip()) return false;
        }
        return true;
    }
}
