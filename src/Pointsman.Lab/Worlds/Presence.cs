using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Publishing;
using Pointsman.Topology;

namespace Pointsman.Lab.Worlds;

/// <summary>
/// The sites of a whole cluster, each reduced to whether anything of it is up: all that the rule of isolation asks [S10]. One stand-in VIP a site, down
/// when all of its VIPs are: so the rule itself decides, and costs the same for a thousand services as for one.
/// </summary>
internal sealed class Presence
{
    private readonly Cluster standIn;
    private readonly Dictionary<SiteId, ImmutableArray<VipKey>> vipsOf;
    private readonly Dictionary<SiteId, VipKey> standInOf;

    public Presence(Cluster cluster, Places places)
    {
        PlaceOf = cluster.Sites.ToDictionary(site => site.Id, site => SitePlaces.Of(cluster, site, places));
        vipsOf = cluster.Services.SelectMany(service => service.Vips).GroupBy(vip => vip.Site).ToDictionary(group => group.Key, group => group.Select(vip => vip.Key).ToImmutableArray());
        var vips = cluster.Services.SelectMany(service => service.Vips).DistinctBy(vip => vip.Site).Select(vip => vip with { Service = default }).ToImmutableArray();
        standInOf = vips.ToDictionary(vip => vip.Site, vip => vip.Key);
        standIn = cluster with { Services = [new Service { Id = default, Name = "presence", Vips = vips }] };
    }

    public IReadOnlyDictionary<SiteId, Place> PlaceOf { get; }

    public bool IsMuted(SiteId self, Circumstances circumstances)
    {
        var mine = standInOf.Where(pair => pair.Key != self).Select(pair => new Observation
        {
            Vip = pair.Value,
            State = vipsOf[pair.Key].Any(vip => circumstances.Answers(self, vip)) ? HealthState.Up : HealthState.Down,
        });
        return Isolation.IsMuted(standIn, self, mine.ToFrozenDictionary(seen => seen.Vip));
    }
}
