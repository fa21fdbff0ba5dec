using Pointsman.Lab.Load;
using Pointsman.Model;

namespace Pointsman.Tests.Lab.Load;

/// <summary>What is promised of load holds over seeds; a slice of them here, another one by changing the first.</summary>
public sealed class StabilityTests
{
    private const int FirstSeed = 1;
    private const int Seeds = 2;

    public static TheoryData<int> SomeSeeds => [.. Enumerable.Range(FirstSeed, Seeds)];

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    [Trait("mission", "P3.11")]
    public void A_site_lost_at_peak_and_back_again(int seed)
    {
        var scenario = SampleWorlds.Six(load: 0.65, seed: seed);
        Holds(scenario with { Duration = TimeSpan.FromMinutes(36), Happenings = [Dark(scenario, "frankfurt", 6, true), Dark(scenario, "frankfurt", 20, false)] });
    }

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    [Trait("mission", "P2.5")]
    public void A_region_with_three_times_as_many_users_as_its_site_can_take(int seed)
    {
        var scenario = SampleWorlds.Six(load: 0.6, seed: seed);
        Holds(scenario with { Duration = TimeSpan.FromMinutes(26), Happenings = [Crowded(scenario, "frankfurt", 6, 3)] });
    }

    [Fact]
    public void Resolvers_that_floor_and_stretch_more_than_most_do()
    {
        var scenario = SampleWorlds.Six(load: 0.6) with { Resolvers = new ResolverHabits { Floor = TimeSpan.FromMinutes(1), Floored = 0.3, Stretching = 0.09 } };
        Holds(scenario with { Duration = TimeSpan.FromMinutes(26), Happenings = [Dark(scenario, "atlanta", 6, true)] });
    }

    [Fact]
    [Trait("mission", "P5.8")]
    public void A_hundred_sites_of_which_one_is_lost_while_a_region_grows()
    {
        var scenario = SampleWorlds.Many(100, load: 0.6);
        var happenings = new[] { Crowded(scenario, "tokyo", 1, 2), Dark(scenario, "s002", 2, true) };
        // Seventeen sites of one region fill within a minute: who is handed on from one full site to the next eight times over is refused.
        Holds(scenario with { WarmUp = TimeSpan.FromMinutes(3), Duration = TimeSpan.FromMinutes(9), Happenings = [.. happenings] }, mostRefused: 0.001);
    }

    [Fact]
    public void The_checks_find_what_the_comparisons_do_wrong()
    {
        var scenario = SampleWorlds.Six();
        scenario = scenario with { Duration = TimeSpan.FromMinutes(26), Happenings = [Crowded(scenario, "frankfurt", 4, 3)] };
        Assert.Contains(Stability.Check(LoadSimulation.Run(scenario, AnsweredBy.NearestOnly)), wrong => wrong.Contains("more than 110 %", StringComparison.Ordinal));
        Assert.Contains(Stability.Check(LoadSimulation.Run(scenario, AnsweredBy.WinnerTakesAll)), wrong => wrong.Contains("swung by", StringComparison.Ordinal));
    }

    /// <summary>Room elsewhere is none for users who may not go there; without the rule the same crowd at the same site is a breach.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_site_that_is_too_small_for_those_who_may_go_nowhere_else_breaks_no_promise(bool isRule)
    {
        var scenario = SampleWorlds.Six();
        var frankfurt = scenario.Cluster.FindSite("frankfurt")!.Id;
        var rule = new ClientRestriction([new ClientSelector(ClientSelectorKind.Country, "DE")], [frankfurt]);
        if (isRule) scenario = SampleWorlds.Six(policy: SampleWorlds.Geographic with { Restrictions = [rule] });
        scenario = scenario with { Duration = TimeSpan.FromMinutes(12), Happenings = [Crowded(scenario, "frankfurt", 2, 3)] };
        var result = LoadSimulation.Run(scenario, isRule ? AnsweredBy.Decision : AnsweredBy.NearestOnly);
        var fullest = Enumerable.Range(240, 400).Min(second => LoadMeasures.WorstOffered(result, second));
        Assert.True(fullest > LoadMeasures.TooMuch, "the crowd is too large for one site in both");
        Assert.Equal(!isRule, LoadMeasures.LongestOverload(result).Length > Stability.LongestOverload(scenario));
    }

    private static void Holds(LoadScenario scenario, double mostRefused = 0)
    {
        var result = LoadSimulation.Run(scenario);
        Assert.True(Stability.Check(result) is { Count: 0 }, $"seed {scenario.Seed}: {string.Join("; ", Stability.Check(result))}");
        Assert.True(result.UsersRefused <= mostRefused * result.Users, $"seed {scenario.Seed}: {result.UsersRefused} of {result.Users} refused");
    }

    private static Happening Dark(LoadScenario scenario, string site, int minute, bool isDark) =>
        new(TimeSpan.FromMinutes(minute), isDark ? $"{site} down" : $"{site} up", new SiteDark(scenario.Cluster.FindSite(site)!.Id, isDark));

    private static Happening Crowded(LoadScenario scenario, string region, int minute, int times)
    {
        var index = scenario.Regions.Select(one => one.Name).ToList().IndexOf(region);
        return new Happening(TimeSpan.FromMinutes(minute), $"{region} x{times}", new DemandTo(index, scenario.Regions[index].UsersPerSecond * times, TimeSpan.FromMinutes(1)));
    }
}
