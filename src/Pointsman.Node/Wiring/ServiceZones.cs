using System.Collections.Immutable;
using System.Net;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Model;

namespace Pointsman.Node.Wiring;

/// <summary>
/// A service that stands in no configured zone was delegated by itself: it gets a zone of its own with nothing but SOA and NS, one name server
/// a site, with the addresses that its nodes listen on [P1.1].
/// </summary>
internal static class ServiceZones
{
    public static IEnumerable<Zone> Missing(Cluster cluster, ImmutableArray<Zone> configured)
    {
        var zones = new ZoneSet(configured);
        foreach (var service in cluster.Services)
        {
            var origin = DomainName.Parse(service.Name);
            if (zones.Find(origin) is not null) continue;
            var servers = cluster.Sites
                .Select(site => (Name: $"ns-{site.Name}.{service.Name}", Addresses: site.Nodes.SelectMany(node => node.Dns).Select(listen => listen.Address).Where(IsReachable).Distinct().ToArray()))
                .Where(server => server.Addresses.Length > 0)
                .Select(server => (Name: DomainName.Parse(server.Name), server.Addresses))
                .ToArray();
            var builder = ZoneBuilder.Minimal(origin, servers.Length > 0 ? [.. servers.Select(server => server.Name)] : [origin]);
            foreach (var (name, addresses) in servers)
            {
                foreach (var address in addresses) builder.AddAddress(name, 3600, address);
            }

            if (builder.TryBuild(out var zone, out _)) yield return zone;
        }
    }

    // A wildcard bind says nothing of where the node is reached.
    private static bool IsReachable(IPAddress address) => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
}
