using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>The rows of one service's tables [S1]: the sites that offer it, ordered by name (ordinal), each with its VIPs. A row's index is its place here.</summary>
internal sealed class ServiceRows
{
    private readonly Dictionary<SiteId, int> indexes = [];

    public ServiceRows(Cluster cluster, Service service)
    {
        Service = service;
        var vips = service.Vips.ToLookup(vip => vip.Site);
        Sites = [.. cluster.Sites.Where(site => vips.Contains(site.Id)).OrderBy(site => site.Name, StringComparer.Ordinal)];
        Vips = [.. Sites.Select(site => vips[site.Id].ToImmutableArray())];
        for (var row = 0; row < Sites.Length; row++) indexes[Sites[row].Id] = row;
        var largest = service.Vips.IsEmpty ? null : service.Vips.Max(vip => vip.MaxConnections);
        Capacities = [.. Vips.Select((own, row) => service.Policy.SiteWeights.GetValueOrDefault(Sites[row].Id, 1) == 0 ? 0 : own.Sum(vip => (long)(vip.MaxConnections ?? largest ?? 1)))];
    }

    public Service Service { get; }
    public ImmutableArray<Site> Sites { get; }
    public ImmutableArray<ImmutableArray<Vip>> Vips { get; }

    /// <summary>By row: the connections that its VIPs may have, as configured. A VIP without a maximum counts as the largest one; where none has one all count alike; who is weighed 0 has none.</summary>
    public ImmutableArray<long> Capacities { get; }

    public int Count => Sites.Length;

    /// <summary>−1 for a site that does not offer the service.</summary>
    public int IndexOf(SiteId site) => indexes.GetValueOrDefault(site, -1);
}
