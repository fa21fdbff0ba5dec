using System.Collections.Immutable;

namespace Pointsman.Topology;

/// <summary>The five registries' service regions, which the patent's Table VI calls "regions". [P2.1]</summary>
public static class Regions
{
    /// <summary>Lower case, in alphabetical order.</summary>
    public static ImmutableArray<string> All { get; } = ["afrinic", "apnic", "arin", "lacnic", "ripe"];

    /// <summary>Reads a registry's name as the registries themselves write it (<c>RIPE NCC</c>, <c>ripencc</c>), in any case.</summary>
    internal static string? Find(ReadOnlySpan<char> text)
    {
        foreach (var region in All)
            if (text.Equals(region, StringComparison.OrdinalIgnoreCase)) return region;
        return text.Equals("RIPE NCC", StringComparison.OrdinalIgnoreCase) || text.Equals("ripencc", StringComparison.OrdinalIgnoreCase) ? "ripe" : null;
    }
}
