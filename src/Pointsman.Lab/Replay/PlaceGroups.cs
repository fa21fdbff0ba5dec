using System.Collections.Immutable;
using Pointsman.Policy.Decisions;
using Pointsman.Topology;

namespace Pointsman.Lab.Replay;

/// <summary>Addresses → country and region, for who looks up millions: the cities of a country are one group.</summary>
internal sealed class PlaceGroups
{
    private readonly PrefixTable table;

    public PlaceGroups(Places places)
    {
        var groups = new Dictionary<(string? Country, string? Region), ushort>();
        var all = ImmutableArray.CreateBuilder<(string? Country, string? Region)>();
        foreach (var place in places.All)
        {
            // As many as there are countries, some in two regions: far from the most that a table holds.
            if (all.Count == ushort.MaxValue || !groups.TryAdd((place.Country, place.Region), (ushort)all.Count)) continue;
            all.Add((place.Country, place.Region));
        }
        All = all.ToImmutable();
        table = PrefixTable.Build(places, place => groups.GetValueOrDefault((place.Country, place.Region)), ScopeCeilings.None);
    }

    /// <summary>The unknown one first.</summary>
    public ImmutableArray<(string? Country, string? Region)> All { get; }

    public int Find(in Client client) => client.PrefixLength == 0 ? 0 : table.Lookup(client.IsIPv6, client.Bits).Class;
}
