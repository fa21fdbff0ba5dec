using Pointsman.Lab.Scenarios;
using Pointsman.Lab.Simulation;
using Pointsman.Model;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Tests.Lab;

public sealed class SimulationTests
{
    /// <summary>A slice of the seeds; another one is run by changing the first.</summary>
    private const int FirstSeed = 1;
    private const int Seeds = 40;

    public static TheoryData<int> SomeSeeds => [.. Enumerable.Range(FirstSeed, Seeds)];

    [Fact]
    [Trait("mission", "P5.8")]
    public void A_hundred_sites_come_to_one_table()
    {
        // One probe of everybody by everybody: what is tested is the mesh of 4,950 streams.
        var lab = new LabCluster(new LabSettings
        {
            Sites = [.. Enumerable.Range(1, 100).Select(number => $"s{number:000}")],
            Probe = new ProbeSettings { Interval = TimeSpan.FromHours(1) },
        });
        lab.Run(TimeSpan.FromSeconds(8));
        Assert.Empty(Checks.Converged(lab));
        Assert.Empty(Checks.AllUp(lab));
    }

    [Fact]
    public void One_seed_tells_one_story()
    {
        static string Tell(int seed) => Scenario.Tell($"cluster A B C D E seed={seed} interval=9s\nstorm faults=12\nheal all\nrun 3m\nevents\nword A\ntable\n----\n").Text;

        Assert.Equal(Tell(7), Tell(7));
        Assert.NotEqual(Tell(7), Tell(8).Replace("seed=8", "seed=7", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("mission", "P5.1")]
    [Trait("mission", "P5.7")]
    public void A_day_of_six_quiet_sites_is_periodic_updates_and_nothing_else()
    {
        var lab = new LabCluster(new LabSettings { Sites = ["A", "B", "C", "D", "E", "F"], Probe = new ProbeSettings { Interval = TimeSpan.FromSeconds(30) } });
        lab.Run(TimeSpan.FromMinutes(10));
        var (frames, events) = (lab.FramesSent, lab.Nodes.Sum(node => node.EventsPublished));
        lab.Run(TimeSpan.FromHours(24));
        Assert.Equal(30 * 24 * 60, lab.FramesSent - frames);
        Assert.Equal(events, lab.Nodes.Sum(node => node.EventsPublished));
        Assert.Empty(Checks.Lawful(lab));
        Assert.Empty(Checks.Converged(lab));
        Assert.Empty(Checks.AllUp(lab));
    }

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    [Trait("mission", "P5.7")]
    public void Under_load_all_nodes_share_out_alike(int seed)
    {
        var random = new Random(seed);
        var lab = new LabCluster(new LabSettings { Sites = ["A", "B", "C", "D", "E"], Seed = seed, Interval = seed % 2 == 0 ? null : TimeSpan.FromSeconds(20) });
        lab.Run(TimeSpan.FromSeconds(90));
        for (var change = 0; change < 10; change++)
        {
            lab.SetLoad(lab.Cluster.Sites[random.Next(5)].Id, random.Next(1100));
            lab.Run(TimeSpan.FromSeconds(random.Next(40)));
        }
        lab.SetLoad(lab.Cluster.Sites[0].Id, 950);
        lab.Run(TimeSpan.FromSeconds(30));
        // No word is on its way; what is measured may go on changing what is said.
        var word = lab.Nodes.Select(node => node.States[node.Site.Id].Edition).ToArray();
        for (var second = 0; second < 120; second++)
        {
            lab.Run(TimeSpan.FromSeconds(1));
            var now = lab.Nodes.Select(node => node.States[node.Site.Id].Edition).ToArray();
            if (now.SequenceEqual(word)) break;
            word = now;
        }
        Assert.Empty(Checks.Lawful(lab));
        Assert.Empty(Checks.Converged(lab));
        Assert.Single(lab.Nodes.Select(Shares).Distinct());
        Assert.Contains(lab.Nodes, node => node.States.Values.Any(state => state.Vips.Any(report => report.AdmitMillionths < VipReport.AdmitAll)));
    }

    private static string Shares(LabNode node)
    {
        var service = Plan.Compile(node.Snapshot(), Places.Shipped).Services[0];
        return string.Join(' ', service.ScheduleOf(0)!.Distribution.Parts);
    }
}
