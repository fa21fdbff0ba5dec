using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// What two nodes compare to know that they hold the same table: SHA-256 over the fresh columns' (site, incarnation, edition) and the
/// resulting weights, cut to 64 bits. The edition and not the sequence, so that a periodic UPDATE that changes nothing does not change it.
/// </summary>
internal static class TableDigest
{
    public static string Of(Service service, ColumnSet columns, ImmutableArray<HandOffRow> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, service.Id.Value, columns.All.Length, lines.Length);
        foreach (var column in columns.All.OrderBy(column => column.Site))
            Append(hash, column.Site.Value, (long)column.State.Incarnation, (long)column.State.Edition);
        foreach (var line in lines.OrderBy(line => line.Site.Id)) Append(hash, line.Site.Id.Value, line.Weight, (long)line.Standing);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private static void Append(IncrementalHash hash, long first, long second, long third)
    {
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, first);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], second);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], third);
        hash.AppendData(bytes);
    }
}
