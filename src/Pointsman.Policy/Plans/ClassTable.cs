using System.Collections.Immutable;
using Pointsman.Policy.Decisions;
using Pointsman.Topology;

namespace Pointsman.Policy.Plans;

/// <summary>
/// Client address → class: places whose tier orders can only be equal are one class, whatever is up, so that the scope is a property of
/// the class and not of health, weights or turn [S16]. Class 0 is that of a client of unknown place. Kept across snapshots.
/// </summary>
internal sealed class ClassTable
{
    /// <summary>
    /// Many cities and many sites make as many orders as there are cities. Past this many classes the far end of the orders is no longer told
    /// apart: the nearest sites matter, the order of the twentieth does not.
    /// </summary>
    private const int MaximumClasses = 4096;

    private readonly PrefixTable? table;

    private ClassTable(TierRules rules, ImmutableArray<TierOrder> orders, PrefixTable? table)
    {
        (Rules, Orders, this.table) = (rules, orders, table);
        var shapes = new Dictionary<SiteReach, int>();
        Reaches = [.. orders.Select(order => SiteReach.Of(order)).Distinct()];
        foreach (var reach in Reaches) shapes[reach] = shapes.Count;
        ReachOf = [.. orders.Select(order => shapes[SiteReach.Of(order)])];
    }

    public TierRules Rules { get; }

    /// <summary>By class.</summary>
    public ImmutableArray<TierOrder> Orders { get; }

    /// <summary>What restrictions leave to the classes, each different one once: one, and that everything, where there are none.</summary>
    public ImmutableArray<SiteReach> Reaches { get; }

    /// <summary>By class: index into <see cref="Reaches"/>.</summary>
    public ImmutableArray<int> ReachOf { get; }

    public static ClassTable Build(TierRules rules, Places places)
    {
        if (!rules.DependsOnPlace) return new ClassTable(rules, [rules.OrderFor(Place.Unknown)], null);

        var byPlace = new Dictionary<Place, TierOrder>();
        foreach (var place in places.All) byPlace[place] = rules.OrderFor(place);
        var depth = byPlace.Values.Max(order => order.TierCount);
        while (depth > 1 && byPlace.Values.Distinct().Count() > MaximumClasses)
        {
            depth /= 2;
            foreach (var place in places.All) byPlace[place] = byPlace[place].CutTo(depth);
        }

        var classes = new Dictionary<TierOrder, ushort>();
        var orders = ImmutableArray.CreateBuilder<TierOrder>();
        ushort ClassOf(Place place)
        {
            var order = byPlace[place];
            if (classes.TryGetValue(order, out var known)) return known;
            classes[order] = (ushort)orders.Count;
            orders.Add(order);
            return (ushort)(orders.Count - 1);
        }

        // Places.All names the unknown place first, and always in one order: class numbers are equal at every node.
        foreach (var place in places.All) ClassOf(place);
        var unaddressed = new ClassTable(rules, orders.ToImmutable(), null);
        if (orders.Count == 1) return unaddressed;
        // A ceiling may put a network's few strangers with the rest of it; never where a restriction keeps them apart.
        return new ClassTable(rules, unaddressed.Orders, PrefixTable.Build(places, ClassOf, partOf: number => unaddressed.ReachOf[number]));
    }

    /// <summary>The same table for another service whose rules make equal orders.</summary>
    public ClassTable With(TierRules rules) => ReferenceEquals(rules, Rules) ? this : new ClassTable(rules, Orders, table);

    /// <summary>On the query path: no allocation.</summary>
    public ClassScope Find(in Client client)
    {
        // Nothing known of the address is nothing known of the place, and holds for everybody.
        if (table is null || client.PrefixLength == 0) return new ClassScope(0, 0);
        return table.Lookup(client.IsIPv6, client.Bits);
    }
}
