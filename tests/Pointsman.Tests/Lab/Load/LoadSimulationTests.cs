using Pointsman.Lab.Load;

namespace Pointsman.Tests.Lab.Load;

public sealed class LoadSimulationTests
{
    [Fact]
    public void One_seed_tells_one_story()
    {
        static string Tell(int seed)
        {
            var result = LoadSimulation.Run(SampleWorlds.Six(seed: seed) with { Duration = TimeSpan.FromMinutes(3), WarmUp = TimeSpan.FromMinutes(1) });
            return string.Join(' ', result.Totals.Select(site => $"{site.Sent} {site.Accepted} {site.HandedOn}"));
        }

        Assert.Equal(Tell(3), Tell(3));
        Assert.NotEqual(Tell(3), Tell(4));
    }

    [Fact]
    public void Every_user_is_accepted_refused_or_lost_and_counted_once()
    {
        var scenario = SampleWorlds.Six(load: 1.1);
        var dark = new Happening(TimeSpan.FromMinutes(2), "frankfurt down", new SiteDark(scenario.Cluster.FindSite("frankfurt")!.Id, true));
        var result = LoadSimulation.Run(scenario with { Duration = TimeSpan.FromMinutes(4), Happenings = [dark] });
        Assert.True(result.UsersRefused > 0 && result.Totals.Sum(site => site.Lost) > 0, "a world with too many users and a dead site refuses and loses some");
        Assert.Equal(result.Users, result.Totals.Sum(site => site.Accepted + site.Refused + site.Lost));

    }

    [Fact]
    public void All_ways_of_answering_meet_the_same_users()
    {
        var scenario = SampleWorlds.Six() with { Duration = TimeSpan.FromMinutes(3), WarmUp = TimeSpan.FromMinutes(1) };
        var users = LoadSimulation.All.Select(by => LoadSimulation.Run(scenario, by).Users).Distinct();
        Assert.Single(users);
    }

    [Fact]
    [Trait("mission", "P6.5")]
    public void No_site_ever_holds_more_than_its_maximum()
    {
        var result = LoadSimulation.Run(SampleWorlds.Six(load: 1.3) with { Duration = TimeSpan.FromMinutes(5) });
        Assert.Equal(0, LoadMeasures.MostAboveMaximum(result));
    }

    [Fact]
    [Trait("mission", "P4.4")]
    public void A_dead_site_leaves_the_answers_within_the_bound_of_its_probes()
    {
        var scenario = SampleWorlds.Six();
        var probe = scenario.TheService.Probe;
        var bound = (probe.Fall * 1.05 * probe.Interval) + probe.Timeout + TimeSpan.FromSeconds(1);
        var dark = new Happening(TimeSpan.FromMinutes(2), "frankfurt down", new SiteDark(scenario.Cluster.FindSite("frankfurt")!.Id, true));
        var result = LoadSimulation.Run(scenario with { Duration = TimeSpan.FromMinutes(6), Happenings = [dark] });
        Assert.True(result.DeadAnswers > 0, "nobody can know at once");
        Assert.True(result.LastDeadAnswer <= bound, $"{result.LastDeadAnswer} after its death, the bound is {bound}");
    }
}
