using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Model.Probes;

namespace Pointsman.Health;

/// <summary>What one site has to probe, out of the one configuration. Pure.</summary>
public static class Targets
{
    /// <summary>Everything: <see cref="Remote"/>, then <see cref="Local"/>.</summary>
    /// <param name="source">Where the node's probes leave from, where the probe itself does not say; null = as its site says.</param>
    public static ImmutableArray<ProbeTarget> For(Cluster cluster, SiteId self, SourceAddresses? source = null) =>
        [.. Remote(cluster, self, source), .. Local(cluster, self, source)];

    /// <summary>
    /// Every VIP of every other site, for every service [P4.1]: four other sites with five VIPs each are twenty targets. In a large mesh those that this site is one of the
    /// <see cref="Probers"/> of.
    /// </summary>
    public static IEnumerable<ProbeTarget> Remote(Cluster cluster, SiteId self, SourceAddresses? source = null)
    {
        var through = cluster.FindSite(self)?.ProbeThrough;
        var from = From(cluster, self, source);
        foreach (var service in cluster.Services)
        {
            var mine = service.Vips.Select(vip => vip.Site).Distinct().Where(site => site != self && IsMine(cluster, service.Id, site, self)).ToHashSet();
            foreach (var vip in service.Vips)
            {
                if (!mine.Contains(vip.Site)) continue;
                var connectTo = through is not null && through.TryGetValue(vip.Site, out var relay) ? vip.Address with { Address = relay } : vip.Address;
                yield return Of(service, new TargetKey(vip.Key), connectTo, service.Probe, from, cluster, vip.Disabled);
            }
        }
    }

    /// <summary>
    /// The real servers of this site's own VIPs [P4.3]. A VIP without a hunt group is served by something else, which then is its one
    /// real server: the key's server is the VIP's own address.
    /// </summary>
    public static IEnumerable<ProbeTarget> Local(Cluster cluster, SiteId self, SourceAddresses? source = null)
    {
        var from = From(cluster, self, source);
        foreach (var service in cluster.Services)
        {
            foreach (var vip in service.Vips)
            {
                if (vip.Site != self) continue;
                if (vip.Servers.IsDefaultOrEmpty) yield return Of(service, new TargetKey(vip.Key, vip.Address), vip.Address, service.ServerProbe, from, cluster, vip.Disabled);
                foreach (var server in vip.Servers)
                {
                    yield return Of(service, new TargetKey(vip.Key, server.Address), server.Address, service.ServerProbe, from, cluster, server.Disabled);
                }
            }
        }
    }

    private static bool IsMine(Cluster cluster, ServiceId service, SiteId site, SiteId self) => Probers.IsFullMesh(cluster) || Probers.Of(cluster, service, site).Contains(self);

    private static SourceAddresses From(Cluster cluster, SiteId self, SourceAddresses? source) =>
        (source ?? SourceAddresses.None).Else(cluster.FindSite(self)?.ProbeSource ?? SourceAddresses.None);

    private static ProbeTarget Of(Service service, TargetKey key, Endpoint connectTo, ProbeSettings settings, SourceAddresses from, Cluster cluster, bool disabled) => new()
    {
        Key = key,
        ConnectTo = connectTo,
        Source = settings.Source.Else(from).For(connectTo.Address.AddressFamily),
        Settings = settings,
        Disabled = disabled,
        HostName = service.Name,
        SiteName = cluster.FindSite(key.Vip.Site)?.Name ?? "",
    };
}
