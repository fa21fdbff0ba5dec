using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>
/// The newest word of every site: a join-semilattice. Merging takes the larger (incarnation, sequence), so that any order of arrival, any
/// loss and any duplication end in the same columns. Age never changes a column; it is only told once when one stops being fresh [S7].
/// </summary>
internal sealed class Columns
{
    private readonly Dictionary<SiteId, Ages> ages = [];

    public ImmutableDictionary<SiteId, SiteState> States { get; private set; } = ImmutableDictionary<SiteId, SiteState>.Empty;

    /// <summary>True when <paramref name="state"/> is newer than what is held and took its place.</summary>
    public bool TryMerge(SiteState state, Instant now, out SiteState? previous)
    {
        if (States.TryGetValue(state.Site, out previous) && !IsNewer(state, previous)) return false;
        States = States.SetItem(state.Site, state);
        ages[state.Site] = new Ages(state.IsFresh(now), state.IsCapacityFresh(now));
        return true;
    }

    public static bool IsNewer(SiteState left, SiteState right) =>
        left.Incarnation > right.Incarnation || (left.Incarnation == right.Incarnation && left.Sequence > right.Sequence);

    public bool Remove(SiteId site)
    {
        ages.Remove(site);
        var held = States.ContainsKey(site);
        States = States.Remove(site);
        return held;
    }

    /// <summary>Tells of every column that aged since the last call.</summary>
    public void Age(Instant now, List<IDsspEffect> effects)
    {
        foreach (var (site, state) in States)
        {
            var was = ages[site];
            var isNow = new Ages(was.Fresh && state.IsFresh(now), was.CapacityFresh && state.IsCapacityFresh(now));
            if (isNow == was) continue;
            ages[site] = isNow;
            effects.Add(new StateAged(site));
        }
    }

    /// <summary>When <see cref="Age"/> will next have something to tell; null = never, as things stand.</summary>
    public Instant? NextAgeing()
    {
        Instant? next = null;
        foreach (var (site, state) in States)
        {
            var age = ages[site];
            if (age.Fresh && state.Validity is { } validity) next = Earlier(next, state.SentAt + validity);
            if (age.CapacityFresh) next = Earlier(next, state.SentAt + state.CapacityValidity);
        }

        // Fresh means "not older than": one microsecond later it is.
        return next is { } instant ? new Instant(instant.Micros + 1) : null;
    }

    private static Instant Earlier(Instant? left, Instant right) => left is { } instant && instant < right ? instant : right;

    private readonly record struct Ages(bool Fresh, bool CapacityFresh);
}
