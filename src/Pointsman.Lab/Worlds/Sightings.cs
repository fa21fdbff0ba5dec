using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Lab.Worlds;

/// <summary>What every site's probes see of every other site's VIPs. Each sight is made once, up and down: circumstances only choose between the two.</summary>
internal sealed class Sightings
{
    private readonly Dictionary<SiteId, ImmutableArray<(Observation Up, Observation Down)>> byTester = [];

    /// <param name="placeOf">Where the sites stand.</param>
    /// <param name="measuredAt">When all probes ended.</param>
    /// <param name="samples">How many of them are in each average.</param>
    public Sightings(Cluster cluster, IReadOnlyDictionary<SiteId, Place> placeOf, Instant measuredAt, long samples)
    {
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

    /// <summary>In the order of services and VIPs.</summary>
    public ImmutableArray<Observation> By(SiteId tester, Circumstances circumstances)
    {
        var all = byTester[tester];
        var seen = ImmutableArray.CreateBuilder<Observation>(all.Length);
        foreach (var (up, down) in all) seen.Add(circumstances.Answers(tester, up.Vip) ? up : down);
        return seen.MoveToImmutable();
    }
}
