using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>What is true, whatever anybody believes: which sites serve, which ways are cut, how long each takes.</summary>
public sealed class World
{
    private readonly HashSet<(SiteId From, SiteId To)> cuts = [];
    private readonly Dictionary<(SiteId Tester, SiteId Tested), long> micros = [];
    private readonly Dictionary<SiteId, VipCondition> conditions = [];
    private readonly Dictionary<SiteId, int> loads = [];
    private readonly HashSet<SiteId> dark = [];

    /// <summary>One way only; a probe or a stream needs both.</summary>
    public void Cut(SiteId from, SiteId to) => cuts.Add((from, to));

    public void Heal(SiteId from, SiteId to) => cuts.Remove((from, to));

    public void HealAll() => cuts.Clear();

    public bool Passes(SiteId from, SiteId to) => !cuts.Contains((from, to)) && !dark.Contains(from) && !dark.Contains(to);

    public bool PassesBothWays(SiteId one, SiteId other) => Passes(one, other) && Passes(other, one);

    /// <summary>A dark site answers nothing and says nothing: its node, its VIPs and its line are gone.</summary>
    public void SetDark(SiteId site, bool isDark)
    {
        if (isDark) dark.Add(site);
        else dark.Remove(site);
    }

    public bool IsDark(SiteId site) => dark.Contains(site);

    public VipCondition ConditionOf(SiteId site) => conditions.GetValueOrDefault(site);

    public void SetCondition(SiteId site, VipCondition condition) => conditions[site] = condition;

    /// <summary>Connections at a site's VIP.</summary>
    public int LoadOf(SiteId site) => loads.GetValueOrDefault(site);

    public void SetLoad(SiteId site, int connections) => loads[site] = connections;

    /// <summary>Whether a probe of the one by the other would come through.</summary>
    public bool Answers(SiteId tester, SiteId tested) =>
        PassesBothWays(tester, tested) && ConditionOf(tested) is not (VipCondition.Down or VipCondition.Disabled);

    public void SetTime(SiteId tester, SiteId tested, long probeMicros) => micros[(tester, tested)] = probeMicros;

    /// <summary>A whole probe's time; where none was set, one made of the two numbers, different for every pair and direction.</summary>
    public long TimeOf(SiteId tester, SiteId tested) =>
        micros.TryGetValue((tester, tested), out var set) ? set : 10_000 + (1_000 * ((tester.Value * 7) + (tested.Value * 13)) % 37_000);
}
