using System.Collections.Immutable;

namespace Pointsman.Topology;

/// <summary>Databases made into one file, or every mistake found in them.</summary>
/// <param name="Content">The file's octets; null when there are errors.</param>
/// <param name="Tables">What was read, also of tables with mistakes.</param>
public sealed record PlacesImport(byte[]? Content, ImmutableArray<ImportedTable> Tables, ImmutableArray<ImportError> Errors)
{
    /// <summary>Ranges of IPv4 in which the same place holds throughout, those of which nothing is known included.</summary>
    public int IPv4Ranges { get; init; }

    public int IPv6Ranges { get; init; }

    /// <summary>Distinct places.</summary>
    public int Places { get; init; }

    public ImmutableArray<ImportError> Warnings { get; init; } = [];
}
