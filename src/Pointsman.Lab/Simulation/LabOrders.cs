using System.Collections.Immutable;
using Pointsman.Dssp;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// The operators' orders that one node holds, on its disk too: the real set, and the real rule of who may say what. They are given to the site's own node and
/// go out in its words. Signed ones are not simulated: what a signature is worth is no question of time or of what is cut.
/// </summary>
internal sealed class LabOrders(LabNode node)
{
    private OverrideSet known = OverrideSet.Empty;

    public ImmutableArray<Override> InForce { get; private set; } = [];

    public Rulings Rulings { get; private set; } = Rulings.None;

    /// <summary>An operator wants something of the own site.</summary>
    public bool IsAny => InForce.Any(one => one.Key.Site == node.Site.Id);

    /// <summary>What goes out with the own words: what was lifted too, so that it stays lifted.</summary>
    public ImmutableArray<Override> ToPassOn => [.. known.All.Where(one => one.Key.Site == node.Site.Id)];

    private DateTimeOffset Wall => DateTimeOffset.FromUnixTimeMilliseconds((long)node.Clock.WallMilliseconds);

    /// <summary>About the whole own site.</summary>
    public void Give(OverrideKind kind)
    {
        var key = new OverrideKey(node.Site.Id, null);
        Take(known.Merge(new Override { Key = key, Kind = kind, Who = "operator", Since = Wall, Stamp = Override.StampAfter(known[key]?.Stamp ?? 0, Wall) }));
    }

    public void Hear(SiteId from, ImmutableArray<Override> orders)
    {
        if (orders.IsDefaultOrEmpty) return;
        Take(orders.Where(order => OverrideCheck.Refuses(order, from, Wall) == OverrideRefusal.None).Aggregate(known, static (set, order) => set.Merge(order)));
    }

    public void Lose() => Take(OverrideSet.Empty);

    private void Take(OverrideSet next)
    {
        if (ReferenceEquals(next, known)) return;
        known = next;
        InForce = known.InForce(Wall);
        Rulings = Rulings.Of(InForce);
    }
}
