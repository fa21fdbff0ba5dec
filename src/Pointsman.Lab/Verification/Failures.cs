using System.Collections.Immutable;
using System.Numerics;
using Pointsman.Lab.Worlds;
using Pointsman.Model;

namespace Pointsman.Lab.Verification;

/// <summary>Which failures are tried, beside none at all.</summary>
/// <param name="Sites">Up to so many sites at once.</param>
/// <param name="Of">The sites that may fail.</param>
/// <param name="Addresses">Each address of each site alone.</param>
/// <param name="Links">Each link between two sites alone.</param>
public sealed record Failures(int Sites, ImmutableArray<SiteId> Of, bool Addresses, bool Links)
{
    /// <summary>So many sets of sites, the empty one among them; bounded by <see cref="long.MaxValue"/>.</summary>
    public long SetsOfSites
    {
        get
        {
            BigInteger sets = 1, all = 1;
            for (var size = 1; size <= Math.Min(Sites, Of.Length); size++)
            {
                sets = sets * (Of.Length - size + 1) / size;
                all += sets;
            }
            return all > long.MaxValue ? long.MaxValue : (long)all;
        }
    }

    /// <summary>The circumstances, none first, then by size, in the order of the sites.</summary>
    /// <param name="cluster">The whole cluster: an address that fails takes the VIPs of every service with it.</param>
    public IEnumerable<Circumstances> For(Service service, Cluster cluster)
    {
        for (var size = 0; size <= Math.Min(Sites, Of.Length); size++)
        {
            foreach (var sites in Sets(size, 0)) yield return new Circumstances { DownSites = sites };
        }
        if (Addresses)
        {
            foreach (var address in service.Vips.Where(vip => Of.Contains(vip.Site)).Select(vip => (vip.Site, vip.Address.Address)).Distinct())
                yield return new Circumstances { DownVips = VipsAt(cluster, address.Site, address.Address) };
        }
        if (!Links) yield break;
        for (var one = 0; one < Of.Length; one++)
        {
            for (var other = one + 1; other < Of.Length; other++) yield return new Circumstances { CutLinks = [new Link(Of[one], Of[other])] };
        }
    }

    /// <summary>So many circumstances for one service.</summary>
    public long CountFor(Service service)
    {
        var addresses = Addresses ? service.Vips.Where(vip => Of.Contains(vip.Site)).Select(vip => (vip.Site, vip.Address.Address)).Distinct().Count() : 0;
        var links = Links ? (long)Of.Length * (Of.Length - 1) / 2 : 0;
        return SetsOfSites > long.MaxValue / 2 ? SetsOfSites : SetsOfSites + addresses + links;
    }

    public static ImmutableArray<VipKey> VipsAt(Cluster cluster, SiteId site, System.Net.IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return [.. cluster.Services.SelectMany(service => service.Vips).Where(vip => vip.Site == site && vip.Address.Address.Equals(address)).Select(vip => vip.Key)];
    }

    private IEnumerable<ImmutableArray<SiteId>> Sets(int size, int from)
    {
        if (size == 0)
        {
            yield return [];
            yield break;
        }
        for (var first = from; first <= Of.Length - size; first++)
        {
            foreach (var rest in Sets(size - 1, first + 1)) yield return rest.Insert(0, Of[first]);
        }
    }
}
