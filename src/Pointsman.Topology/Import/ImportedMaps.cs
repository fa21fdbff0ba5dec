using System.Collections.Immutable;

namespace Pointsman.Topology.Import;

/// <summary>
/// One table read: ranges of record numbers, 0 where it says nothing. A table has places, or systems, or both, or (subscribers alone) places
/// of systems, whose addresses another table knows.
/// </summary>
internal sealed record ImportedMaps(RangeMap IPv4, RangeMap IPv6, int Records)
{
    public static ImportedMaps Nothing { get; } = new(RangeMap.Uniform(PlaceTable.NoRecord), RangeMap.Uniform(PlaceTable.NoRecord), 0);

    /// <summary>The tables that a file of <c>topology import</c> was made of.</summary>
    public ImmutableArray<(TableOrigin Origin, int Records)> Inner { get; init; } = [];

    /// <summary>Ranges of the systems' numbers; null when the table has none.</summary>
    public (RangeMap IPv4, RangeMap IPv6)? Systems { get; init; }

    /// <summary>The record of each system that a subscribers table places; null when it places none.</summary>
    public IReadOnlyDictionary<uint, int>? BySystem { get; init; }
}
