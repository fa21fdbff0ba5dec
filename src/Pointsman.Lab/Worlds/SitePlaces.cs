using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Lab.Worlds;

/// <summary>Where a site stands: as configured, else where the first of its VIPs' addresses is that any table places [P2.6].</summary>
public static class SitePlaces
{
    public static Place Of(Cluster cluster, Site site, Places places)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(places);
        if (site.Location is { } location) return Places.PlaceOf(location.Country, location.Region, location.Latitude, location.Longitude);
        return cluster.Services.SelectMany(service => service.Vips).Where(vip => vip.Site == site.Id)
            .Select(vip => places.Lookup(vip.Address.Address).Place)
            .FirstOrDefault(place => place.IsKnown, Place.Unknown);
    }
}
