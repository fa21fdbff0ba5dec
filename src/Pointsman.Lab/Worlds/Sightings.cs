using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pointsman.Model;
using Pointsman.Policy.Publishing;
using Pointsman.Topology;

namespace Pointsman.Lab.Worlds;

/// <summary>
/// What every site's probes see of every other site's VIPs. Each observation is made once, up and down, and circumstances choose between the two;
/// what is the same under several (a site lost, or its only address) is made once too.
/// </summary>
internal sealed class Sightings
{
    /// <summary>Sights kept for the next time: of 100 sites some ten failures each.</summary>
    private const int MostKnown = 4096;

    private readonly Cluster cluster;
    private readonly Dictionary<SiteId, ImmutableArray<(Observation Up, Observation Down)>> byTester = [];
    private readonly ConcurrentDictionary<(SiteId Tester, string Down), Sight> known = [];

    /// <param name="placeOf">Where the sites stand.</param>
    /// <param name="measuredAt">When all probes ended.</param>
    /// <param name="samples">How many of them are in each average.</param>
    public Sightings(Cluster cluster, IReadOnlyDictionary<SiteId, Place> placeOf, Instant measuredAt, long samples)
    {
        this.cluster = cluster;
        foreach (var tester in cluster.Sites)
        {
            byTester[tester.Id] =
            [
                .. cluster.Services.SelectMany(
                    service => service.Vips.Where(vip => vip.Site != tester.Id),
                    (service, vip) =>
                    {
                        var micros = PathTime.ProbeMicros(service.Probe, PathTime.RoundTripMicros(placeOf[tester.Id], placeOf[vip.Site]));
                        return (
                            new Observation { Vip = vip.Key, State = HealthState.Up, ResponseMicros = micros, Samples = samples, MeasuredAt = measuredAt, Reason = "answers" },
                            new Observation { Vip = vip.Key, State = HealthState.Down, MeasuredAt = measuredAt, Reason = "no answer" });
                    }),
            ];
        }
    }

    /// <summary>What a tester sees, and the orders that it makes of it.</summary>
    public Sight By(SiteId tester, Circumstances circumstances)
    {
        var all = byTester[tester];
        var down = new StringBuilder();
        for (var index = 0; index < all.Length; index++)
        {
            if (!circumstances.Answers(tester, all[index].Up.Vip)) down.Append(CultureInfo.InvariantCulture, $"{index},");
        }
        var key = (tester, down.ToString());
        if (known.TryGetValue(key, out var sight)) return sight;
        // Sets of failures without end: what was seen first is as likely to be seen again as what was seen last.
        if (known.Count >= MostKnown) known.Clear();
        ImmutableArray<Observation> seen = [.. all.Select(one => circumstances.Answers(tester, one.Up.Vip) ? one.Up : one.Down)];
        var mine = seen.ToFrozenDictionary(one => one.Vip);
        return known[key] = new Sight(seen, mine, Ordering.Next(cluster, tester, mine, []));
    }
}

/// <param name="Seen">In the order of services and VIPs.</param>
/// <param name="Mine">The same by VIP.</param>
internal sealed record Sight(ImmutableArray<Observation> Seen, FrozenDictionary<VipKey, Observation> Mine, ImmutableArray<PreferenceOrder> Orders);
