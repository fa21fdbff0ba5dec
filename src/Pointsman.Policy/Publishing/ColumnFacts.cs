using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pointsman.Model;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// What one column's observations come to, for whoever looks at all columns every second: a column changes once an interval, and with a hundred sites to read
/// all of them anew each time would be a core's work. Made once for each list of observations, which never changes, and gone with it.
/// </summary>
internal sealed class ColumnFacts
{
    private static readonly ConditionalWeakTable<Observation[], ColumnFacts> known = [];

    private readonly FrozenDictionary<SiteId, ImmutableArray<Observation>> bySite;
    private readonly FrozenDictionary<ServiceId, Longest> longest;

    private ColumnFacts(Observation[] observations)
    {
        bySite = observations.GroupBy(seen => seen.Vip.Site).ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        var sites = observations.GroupBy(seen => (seen.Vip.Service, seen.Vip.Site)).ToArray();
        Sites = [.. sites.Select(group => group.Key)];
        Down = [.. sites.Where(group => group.Any(seen => seen.State == HealthState.Down) && group.All(seen => seen.State is HealthState.Down or HealthState.Disabled)).Select(group => group.Key)];
        longest = observations.Where(seen => seen.IsUp).GroupBy(seen => seen.Vip.Service).ToFrozenDictionary(group => group.Key, group =>
        {
            var first = group.MaxBy(seen => seen.Samples)!;
            return new Longest(first.Vip.Site, first.Samples, group.Where(seen => seen.Vip.Site != first.Vip.Site).Select(seen => seen.Samples).DefaultIfEmpty().Max());
        });
    }

    /// <summary>Sites of a service that it probes.</summary>
    public ImmutableArray<(ServiceId Service, SiteId Site)> Sites { get; }

    /// <summary>Sites of a service of which it sees nothing up.</summary>
    public ImmutableArray<(ServiceId Service, SiteId Site)> Down { get; }

    public static ColumnFacts Of(SiteState state) =>
        known.GetValue(ImmutableCollectionsMarshal.AsArray(state.Observations) ?? [], static observations => new ColumnFacts(observations));

    /// <summary>What it sees of one site.</summary>
    public ImmutableArray<Observation> Sees(SiteId site) => bySite.TryGetValue(site, out var seen) ? seen : [];

    /// <summary>The most probes that an average of the service has, of any site that is up but one.</summary>
    public long LongestBut(SiteId site, ServiceId service) => !longest.TryGetValue(service, out var most) ? 0 : most.Site != site ? most.Samples : most.Next;

    /// <param name="Next">Of the best of the other sites.</param>
    private readonly record struct Longest(SiteId Site, long Samples, long Next);
}
