using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// The owner's damping of its own preference order [S7]: averages breathe, a published order should not. A site overtakes its neighbour
/// only when it is better by more than 3 % and by more than 0.2 ms, and by one place an update. While either has few samples
/// the order follows the averages freely, so that the first probes after a start freeze nothing.
/// Rejected: damping at the receivers. Each would have its own history, and no two would have the same table.
/// </summary>
/// <remarks>
/// Call it once a published update, with what was published last: one call moves a site by one place at most. It is idempotent at rest.
/// </remarks>
public static class Ordering
{
    /// <summary>Successful probes before a site's place is damped: enough for the average to have left its first value behind.</summary>
    public const int FreeSamples = 5;

    /// <summary>What a better time must be better by, both: below 3 % it is noise of the path, below 0.2 ms noise of the machine.</summary>
    public const double MarginRatio = 0.03;

    /// <inheritdoc cref="MarginRatio"/>
    public const long MarginMicros = 200;

    /// <summary>The next order of one service as this site publishes it; [P3.2, P5.2].</summary>
    /// <param name="previous">As published last; empty at first.</param>
    /// <param name="measured">Every other site that is up for me, in the order of names (which settles ties [S3]).</param>
    public static ImmutableArray<SiteId> Next(ImmutableArray<SiteId> previous, ImmutableArray<Measurement> measured)
    {
        var order = new List<Measurement>(measured.Length);
        foreach (var id in previous)
        {
            // Down sites leave at once [S4]; sites still settling find their place anew below.
            if (Find(measured, id) is { Samples: >= FreeSamples } settled && !order.Exists(one => one.Site == id)) order.Add(settled);
        }
        SwapNeighbours(order);
        var free = measured.Where(one => !order.Exists(placed => placed.Site == one.Site)).OrderBy(one => one.ResponseMicros).ToList();
        foreach (var one in free) order.Insert(PlaceFor(one, order, measured), one);
        return [.. order.Select(one => one.Site)];
    }

    /// <summary>All services' orders, for one update. A service that I see nobody of has an empty order.</summary>
    /// <param name="mine">My own probes, live.</param>
    public static ImmutableArray<PreferenceOrder> Next(
        Cluster cluster,
        SiteId self,
        FrozenDictionary<VipKey, Observation> mine,
        ImmutableArray<PreferenceOrder> previous)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(mine);
        var before = previous.IsDefault ? [] : previous;
        return [.. cluster.Services.Select(service => new PreferenceOrder(
            service.Id,
            Next(before.FirstOrDefault(order => order.Service == service.Id)?.Sites ?? [], Measured(cluster, service, self, mine))))];
    }

    /// <summary>The sites of one service that are up for me, in the order of names; never myself [S2].</summary>
    public static ImmutableArray<Measurement> Measured(Cluster cluster, Service service, SiteId self, FrozenDictionary<VipKey, Observation> mine)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(mine);
        var measured = ImmutableArray.CreateBuilder<Measurement>();
        var rows = ServiceRows.Of(cluster, service);
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.Sites[row].Id == self) continue;
            if (SiteSight.Of(rows.Vips[row].AsSpan(), mine).Best is { } best)
                measured.Add(new Measurement(rows.Sites[row].Id, best.ResponseMicros, best.Samples));
        }
        return measured.ToImmutable();
    }

    /// <summary>One pass; a pair that was swapped is passed over, so that nobody moves twice.</summary>
    private static void SwapNeighbours(List<Measurement> order)
    {
        for (var place = 0; place + 1 < order.Count; place++)
        {
            if (!IsClearlyBetter(order[place + 1], order[place])) continue;
            (order[place], order[place + 1]) = (order[place + 1], order[place]);
            place++;
        }
    }

    private static bool IsClearlyBetter(Measurement behind, Measurement ahead)
    {
        var gain = ahead.ResponseMicros - behind.ResponseMicros;
        return gain > MarginMicros && gain > ahead.ResponseMicros * MarginRatio;
    }

    /// <summary>Before the first that is slower; on a tie the name decides.</summary>
    private static int PlaceFor(Measurement one, List<Measurement> order, ImmutableArray<Measurement> names)
    {
        for (var place = 0; place < order.Count; place++)
        {
            var other = order[place];
            if (one.ResponseMicros < other.ResponseMicros) return place;
            if (one.ResponseMicros == other.ResponseMicros && names.IndexOf(one) < names.IndexOf(other)) return place;
        }
        return order.Count;
    }

    private static Measurement? Find(ImmutableArray<Measurement> measured, SiteId id)
    {
        foreach (var one in measured)
        {
            if (one.Site == id) return one;
        }
        return null;
    }
}

/// <summary>One site as I measure it now: the lowest average among its VIPs that are up [S1].</summary>
/// <param name="Samples">Successful probes in the average.</param>
public readonly record struct Measurement(SiteId Site, long ResponseMicros, long Samples);
