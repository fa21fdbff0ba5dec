using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>The rows of one service's tables [S1]: the sites that offer it, ordered by name (ordinal), each with its VIPs. A row's index is its place here.</summary>
internal sealed class ServiceRows
{
    // Neither changes: who asks with every probe that ends must not sort all sites each time. They go with the configuration that they were made of.
    private static readonly ConditionalWeakTable<Cluster, ConditionalWeakTable<Service, ServiceRows>> known = [];

    private readonly Dictionary<SiteId, int> indexes = [];
    private readonly int[] firstPlaces;
    private readonly Vip[] inOrder;

    public ServiceRows(Cluster cluster, Service service)
    {
        Service = service;
        var vips = service.Vips.ToLookup(vip => vip.Site);
        Sites = [.. cluster.Sites.Where(site => vips.Contains(site.Id)).OrderBy(site => site.Name, StringComparer.Ordinal)];
        Vips = [.. Sites.Select(site => vips[site.Id].ToImmutableArray())];
        inOrder = [.. Vips.SelectMany(ofSite => ofSite)];
        firstPlaces = new int[Sites.Length];
        for (int row = 0, place = 0; row < Sites.Length; place += Vips[row++].Length) (indexes[Sites[row].Id], firstPlaces[row]) = (row, place);
        var largest = service.Vips.IsEmpty ? null : service.Vips.Max(vip => vip.MaxConnections);
        Capacities = [.. Vips.Select((own, row) => service.Policy.SiteWeights.GetValueOrDefault(Sites[row].Id, 1) == 0 ? 0 : own.Sum(vip => (long)(vip.MaxConnections ?? largest ?? 1)))];
    }

    public static ServiceRows Of(Cluster cluster, Service service) =>
        known.GetValue(cluster, static _ => []).GetValue(service, one => new ServiceRows(cluster, one));

    public Service Service { get; }
    public ImmutableArray<Site> Sites { get; }
    public ImmutableArray<ImmutableArray<Vip>> Vips { get; }

    /// <summary>By row: the connections that its VIPs may have, as configured. A VIP without a maximum counts as the largest one; where none has one all count alike; who is weighed 0 has none.</summary>
    public ImmutableArray<long> Capacities { get; }

    public int Count => Sites.Length;
    public int VipCount => inOrder.Length;

    /// <summary>−1 for a site that does not offer the service.</summary>
    public int IndexOf(SiteId site) => indexes.GetValueOrDefault(site, -1);

    /// <summary>Where a row's VIPs begin among all the service's, row after row.</summary>
    public int FirstPlaceOf(int row) => firstPlaces[row];

    /// <summary>A VIP's place among all the service's; −1 for one that it does not have.</summary>
    /// <param name="guess">Looked at first: who reads in order finds it there.</param>
    public int PlaceOf(VipKey vip, int guess)
    {
        if (guess < inOrder.Length && inOrder[guess].Site == vip.Site && inOrder[guess].Key == vip) return guess;
        var row = IndexOf(vip.Site);
        if (row < 0) return -1;
        for (var index = 0; index < Vips[row].Length; index++)
        {
            if (Vips[row][index].Key == vip) return firstPlaces[row] + index;
        }
        return -1;
    }
}
