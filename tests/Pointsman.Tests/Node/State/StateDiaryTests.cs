using Pointsman.Model;
using Pointsman.Node.State;
using Pointsman.Tests.Policy;

namespace Pointsman.Tests.Node.State;

public sealed class StateDiaryTests
{
    private readonly EventLog log = new(TimeProvider.System);
    private readonly World world = new("a", "b");
    private readonly StateDiary diary;

    public StateDiaryTests() => diary = new StateDiary(log);

    [Theory]
    [InlineData(FewSites.Capacity, 1, 1)] // one connection of a thousand
    [InlineData(FewSites.Capacity, 60, 1)] // 940 of 1,940 free: 48.5 %
    [InlineData(FewSites.Capacity, 300, 2)] // 700 of 1,700 free: 41.2 %
    [InlineData(FewSites.Capacity, 1000, 2)] // nothing left
    [InlineData(FewSites.Weights, 1000, 1)] // connections are no part of the weights
    public void Shares_by_capacity_are_told_again_when_they_have_moved_by_a_twentieth(FewSites fewSites, int active, int told)
    {
        world.Policy = new ServicePolicy { FewSites = fewSites };
        Load("a", 0);
        Load("b", 0);
        diary.Compiled(world.Plan("a"));
        Load("b", active);
        diary.Compiled(world.Plan("a"));
        Assert.Equal(told, log.After(0).Length);
    }

    [Fact]
    public void A_slow_drift_is_told_too()
    {
        world.Policy = new ServicePolicy { FewSites = FewSites.Capacity };
        for (var active = 0; active <= 500; active++)
        {
            Load("a", 0);
            Load("b", active);
            diary.Compiled(world.Plan("a"));
        }
        Assert.InRange(log.After(0).Length, 3, 5); // from 50 % to 33 %
    }

    [Fact]
    public void What_the_down_budget_keeps_is_an_event_when_it_begins_and_when_it_is_over()
    {
        var wide = new World("a", "b", "c", "d", "e") { Policy = new ServicePolicy { DownBudget = new DownBudget(1, null) } };
        diary.Compiled(wide.Plan("e"));
        foreach (var tested in new[] { "a", "b" }) wide.Times[(tested, "e")] = null;
        diary.Compiled(wide.Plan("e"));
        diary.Compiled(wide.Plan("e"));
        wide.Times[("a", "e")] = 10_000;
        diary.Compiled(wide.Plan("e"));
        var alarms = log.After(0).Where(entry => entry.Kind.StartsWith("down-budget", StringComparison.Ordinal)).ToList();
        Assert.Equal(["down-budget", "down-budget-over"], alarms.Select(entry => entry.Kind));
        Assert.Contains("b: my own probe of", alarms[0].Text, StringComparison.Ordinal);
    }

    private void Load(string site, int active) => world.Loads[site] = (active, 1000, VipCondition.Up);
}
