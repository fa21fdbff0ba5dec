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
    private readonly SortedDictionary<SiteId, (HeldColumn? Column, Instant Since)> held = [];

    public ImmutableDictionary<SiteId, SiteState> States { get; private set; } = ImmutableDictionary<SiteId, SiteState>.Empty;

    /// <summary>True when <paramref name="state"/> is newer than what is held and took its place.</summary>
    public bool TryMerge(SiteState state, Instant now, out SiteState? previous)
    {
        if (States.TryGetValue(state.Site, out previous) && !IsNewer(state, previous)) return false;
        States = States.SetItem(state.Site, state);
        ages[state.Site] = new Ages(state.IsFresh(now), state.IsCapacityFresh(now));
        Note(state, now);
        return true;
    }

    public static bool IsNewer(SiteState left, SiteState right) =>
        left.Incarnation > right.Incarnation || (left.Incarnation == right.Incarnation && left.Sequence > right.Sequence);

    public bool Remove(SiteId site)
    {
        ages.Remove(site);
        held.Remove(site);
        var known = States.ContainsKey(site);
        States = States.Remove(site);
        return known;
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
            Note(state, now);
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

    /// <summary>The fresh columns as tables are made of them, by site.</summary>
    public IEnumerable<HeldColumn> Fresh() => held.Values.Select(one => one.Column).OfType<HeldColumn>();

    /// <summary>Null = none, or a stale one.</summary>
    /// <param name="since">When it became so; null = since the start.</param>
    public HeldColumn? HeldOf(SiteId site, out Instant? since)
    {
        var known = held.TryGetValue(site, out var one);
        since = known ? one.Since : null;
        return one.Column;
    }

    private void Note(SiteState state, Instant now)
    {
        HeldColumn? column = state.IsFresh(now) ? new HeldColumn(state.Site, state.Incarnation, state.Edition) : null;
        if (!held.TryGetValue(state.Site, out var before) || before.Column != column) held[state.Site] = (column, now);
    }

    private static Instant Earlier(Instant? left, Instant right) => left is { } instant && instant < right ? instant : right;

    private readonly record struct Ages(bool Fresh, bool CapacityFresh);
}
