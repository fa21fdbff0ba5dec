using System.Collections.Concurrent;
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
    /// <summary>As many as a mask has bits; a cluster has at most 100 sites.</summary>
    private const int MostSites = 128;

    private readonly Cluster standIn;
    private readonly (SiteId Site, ImmutableArray<VipKey> Vips)[] present;
    private readonly ConcurrentDictionary<(SiteId Self, UInt128 Gone), bool> known = [];

    public Presence(Cluster cluster, Places places)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cluster.Sites.Length, MostSites, nameof(cluster));
        PlaceOf = cluster.Sites.ToDictionary(site => site.Id, site => SitePlaces.Of(cluster, site, places));
        present = [.. cluster.Services.SelectMany(service => service.Vips).GroupBy(vip => vip.Site).Select(group => (group.Key, group.Select(vip => vip.Key).ToImmutableArray()))];
        var vips = cluster.Services.SelectMany(service => service.Vips).DistinctBy(vip => vip.Site).Select(vip => vip with { Service = default }).ToImmutableArray();
        standIn = cluster with { Services = [new Service { Id = default, Name = "presence", Vips = vips }] };
    }

    public IReadOnlyDictionary<SiteId, Place> PlaceOf { get; }

    public bool IsMuted(SiteId self, Circumstances circumstances)
    {
        // Who is gone for the tester, a bit for each site: the same again for every service and, mostly, for every tester.
        var gone = UInt128.Zero;
        for (var index = 0; index < present.Length; index++)
        {
            if (present[index].Site != self && !present[index].Vips.Any(vip => circumstances.Answers(self, vip))) gone |= UInt128.One << index;
        }
        return known.GetOrAdd((self, gone), key => Judge(key.Self, key.Gone));
    }

    private bool Judge(SiteId self, UInt128 gone) => Isolation.IsMuted(standIn, self, present
        .Select((one, index) => new Observation
        {
            Vip = new VipKey(default, one.Site, one.Vips[0].Address),
            State = (gone >> index & UInt128.One) == UInt128.One ? HealthState.Down : HealthState.Up,
        })
        .Where(seen => seen.Vip.Site != self)
        .ToFrozenDictionary(seen => seen.Vip));
}
