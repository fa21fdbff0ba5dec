using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Tests.Policy.Oracle;

/// <summary>A policy with anything in it that a configuration may have.</summary>
internal sealed class RandomPolicy(Random random, ImmutableArray<SiteId> sites)
{
    private static readonly Metric[] s_tiers = [Metric.Geography, Metric.Distance, Metric.Cost, Metric.Static];
    private static readonly Metric[] s_weights = [Metric.ResponseTime, Metric.Capacity, Metric.Throughput];

    private static readonly ClientSelector[] s_selectors =
    [
        new(ClientSelectorKind.Country, "DE"), new(ClientSelectorKind.Country, "US"), new(ClientSelectorKind.Country, "CL"), new(ClientSelectorKind.Continent, "EU"),
        new(ClientSelectorKind.Continent, "AS"), new(ClientSelectorKind.Region, "ripe"), new(ClientSelectorKind.Region, "lacnic"), new(ClientSelectorKind.Union, "eu"), ClientSelector.Unknown,
    ];

    public ServicePolicy Make() => new()
    {
        Metrics = [.. s_tiers.Where(_ => Chance(30)).OrderBy(_ => random.Next()), .. s_weights.Where(_ => Chance(50)).DefaultIfEmpty(Metric.ResponseTime)],
        FewSites = Chance(50) ? FewSites.Capacity : FewSites.Weights,
        FewSitesBelow = random.Next(8),
        SiteWeights = Chance(60) ? FrozenDictionary<SiteId, int>.Empty : Some(20).ToFrozenDictionary(site => site, _ => random.Next(0, 5)),
        Weights = [.. Enumerable.Range(0, random.Next(1, 17)).Select(_ => random.Next(0, 8))],
        Turn = Chance(80) ? TurnKind.Rotate : TurnKind.Sticky,
        WhenAllDown = (WhenAllDown)random.Next(4),
        LastResort = Chance(80) ? sites[random.Next(sites.Length)] : null,
        StaticOrder = Some(40),
        Orders = [.. Rules(2).Select(clients => new ClientOrder(clients, Some(40)))],
        Restrictions = Chance(50) ? [] : [.. Rules(3).Select(clients => new ClientRestriction(clients, Some(40), Chance(50) ? OrElse.Nothing : OrElse.Anywhere))],
        Vote = (VoteRule)random.Next(3),
        DownBudget = Chance(60) ? null : new DownBudget(Chance(70) ? random.Next(5) : null, Chance(50) ? random.Next(1_000_001) : null),
        DefaultRegion = Chance(20) ? "apnic" : null,
    };

    private bool Chance(int percent) => random.Next(100) < percent;

    private ImmutableArray<SiteId> Some(int percent) => [.. sites.Where(_ => Chance(percent)).OrderBy(_ => random.Next())];

    private List<ImmutableArray<ClientSelector>> Rules(int most) =>
        [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => s_selectors.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).ToImmutableArray())];
}
