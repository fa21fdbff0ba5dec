using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Rules;
using Pointsman.Policy.Tables;
using Pointsman.Topology;

namespace Pointsman.Policy.Plans;

/// <summary>
/// What one service's rules about clients (<c>policy.restrict</c>, <c>policy.orders</c>) come to for a place, by row. Selectors ask only for the country,
/// the continent and the region: the hundred thousand cities of a table are a few hundred questions.
/// </summary>
internal sealed class ClientRules
{
    private readonly ConcurrentDictionary<(string? Country, string? Continent, string? Region, bool IsKnown), ClientRule> known = new();
    private readonly ServicePolicy policy;
    private readonly ImmutableArray<Site> sites;
    private readonly ImmutableArray<int[]> staticRanks;

    public ClientRules(ServiceRows service)
    {
        policy = service.Service.Policy;
        sites = service.Sites;
        staticRanks = [.. policy.Orders.Select(rule => RanksOf(rule.Order)), RanksOf(policy.StaticOrder)];
    }

    /// <summary>False: all clients get the same of it.</summary>
    public bool DependOnPlace => !policy.Restrictions.IsEmpty || (policy.Metrics.Contains(Metric.Static) && !policy.Orders.IsEmpty);

    /// <summary>Equal keys, equal rules for the same places, whatever the rows' names.</summary>
    public string Key
    {
        get
        {
            var restrictions = policy.Restrictions.Select(rule => $"{Words(rule.Clients)}>{string.Join(',', sites.Select(site => rule.Sites.Contains(site.Id) ? 1 : 0))}{rule.OrElse}");
            var orders = policy.Orders.Select((rule, number) => $"{Words(rule.Clients)}>{string.Join(',', staticRanks[number])}");
            return $"{string.Join(';', restrictions)}|{string.Join(';', orders)}|{string.Join(',', staticRanks[^1])}";
        }
    }

    public ClientRule For(Place client)
    {
        var key = (client.Country, client.Continent, client.Region, client.IsKnown);
        if (known.TryGetValue(key, out var rule)) return rule;
        var order = 0;
        while (order < policy.Orders.Length && !ClientSelectors.AnyMatches(policy.Orders[order].Clients, client)) order++;
        var named = order < policy.Orders.Length ? policy.Orders[order].Order.Length : policy.StaticOrder.Length;
        return known[key] = new ClientRule([.. sites.Select(site => ReachOf(client, site.Id))], staticRanks[order], named, order < policy.Orders.Length ? order : null);
    }

    private Reach ReachOf(Place client, SiteId site) =>
        !Restrictions.Allows(policy, client, site) ? Reach.Never
        : Restrictions.Prefers(policy, client, site) ? Reach.Preferred
        : Reach.OrElse;

    private int[] RanksOf(ImmutableArray<SiteId> order) => [.. sites.Select(site => order.IndexOf(site.Id) is >= 0 and var place ? place : order.Length)];

    private static string Words(ImmutableArray<ClientSelector> clients) => string.Join('+', clients);
}

/// <param name="Reach">By row.</param>
/// <param name="StaticRanks">By row: its place in the static order, 0 the best.</param>
/// <param name="Named">How many sites that order names: the place of every other.</param>
/// <param name="Order">Which of <c>policy.orders</c> that order is; null = <c>policy.order</c>.</param>
internal sealed record ClientRule(Reach[] Reach, int[] StaticRanks, int Named, int? Order);
