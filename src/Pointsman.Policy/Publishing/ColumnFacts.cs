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

    // By site, to be found by halving: cheaper to make than a table, and a word is read by many and asked by each but once a second.
    private readonly int[] sites;
    private readonly Observation[] bySite;
    private readonly Dictionary<ServiceId, Longest> longest = [];
    private ImmutableArray<(ServiceId, SiteId)> probed;

    private ColumnFacts(Observation[] observations)
    {
        bySite = [.. observations];
        sites = new int[observations.Length];
        var isAnyDown = false;
        for (var index = 0; index < observations.Length; index++)
        {
            var seen = observations[index];
            sites[index] = seen.Vip.Site.Value;
            isAnyDown |= seen.State == HealthState.Down;
            if (!seen.IsUp) continue;
            longest[seen.Vip.Service] = longest.TryGetValue(seen.Vip.Service, out var most) ? most.With(seen.Vip.Site, seen.Samples) : new Longest(seen.Vip.Site, seen.Samples, 0);
        }
        Array.Sort(sites, bySite);
        Down = !isAnyDown ? [] :
        [
            .. observations.GroupBy(seen => (seen.Vip.Service, seen.Vip.Site))
                .Where(group => group.Any(seen => seen.State == HealthState.Down) && group.All(seen => seen.State is HealthState.Down or HealthState.Disabled)).Select(group => group.Key),
        ];
    }

    /// <summary>Sites of a service that it probes.</summary>
    public ImmutableArray<(ServiceId Service, SiteId Site)> Sites => probed.IsDefault ? probed = [.. bySite.Select(seen => (seen.Vip.Service, seen.Vip.Site)).Distinct()] : probed;

    /// <summary>Sites of a service of which it sees nothing up.</summary>
    public ImmutableArray<(ServiceId Service, SiteId Site)> Down { get; }

    public static ColumnFacts Of(SiteState state) =>
        known.GetValue(ImmutableCollectionsMarshal.AsArray(state.Observations) ?? [], static observations => new ColumnFacts(observations));

    /// <summary>What it sees of one site, in no particular order.</summary>
    public ReadOnlySpan<Observation> Sees(SiteId site)
    {
        var found = Array.BinarySearch(sites, site.Value);
        if (found < 0) return [];
        var (first, past) = (found, found + 1);
        while (first > 0 && sites[first - 1] == site.Value) first--;
        while (past < sites.Length && sites[past] == site.Value) past++;
        return bySite.AsSpan(first, past - first);
    }

    /// <summary>The most probes that an average of the service has, of any site that is up but one.</summary>
    public long LongestBut(SiteId site, ServiceId service) => !longest.TryGetValue(service, out var most) ? 0 : most.Site != site ? most.Samples : most.Next;

    /// <param name="Next">Of the best of the other sites.</param>
    private readonly record struct Longest(SiteId Site, long Samples, long Next)
    {
        public Longest With(SiteId site, long samples) =>
            samples > Samples ? new Longest(site, samples, site == Site ? Next : Samples)
            : site != Site && samples > Next ? this with { Next = samples }
            : this;
    }
}
