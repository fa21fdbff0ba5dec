using Pointsman.Model;

namespace Pointsman.Tests.Policy.Stages;

/// <summary>The three weights, alone and multiplied, seen through the shares of the answers.</summary>
public sealed class WeightTests
{
    [Fact]
    [Trait("mission", "P3.10")]
    public void Capacity_shares_by_what_is_free_of_each_sites_own_maximum()
    {
        var world = Loaded(Metric.Capacity);
        // Free: a 900 of 1000, b 500 of 1000, c 100 of 1000, d nothing known: as the least.
        Assert.Equal([900, 500, 100, 100], Counts(world, 1600));
    }

    [Fact]
    [Trait("mission", "P3.10")]
    public void Weights_multiply()
    {
        var world = Loaded(Metric.Capacity, Metric.ResponseTime);
        // All four prefer each other in the order of names: totals a 18, b 14, c 10, d 6 by 6, 4, 2.
        Assert.Equal([18L, 14, 10, 6], world.Plan("a").Services[0].Table.Sites.Select(row => row.Weight));
        var counts = Counts(world, 1024);
        double[] exact = [18 * 900, 14 * 500, 10 * 100, 6 * 100];
        for (var site = 0; site < 4; site++) Assert.InRange(counts[site], (exact[site] / exact.Sum() * 1024) - 1, (exact[site] / exact.Sum() * 1024) + 1);
    }

    [Fact]
    [Trait("mission", "P3.10")]
    public void Throughput_shares_by_the_mean_of_what_the_testers_measured()
    {
        var world = new World("a", "b", "c", "d") { Policy = new ServicePolicy { Metrics = [Metric.Throughput] } };
        var bytes = new Dictionary<string, long> { ["a"] = 4_000_000, ["b"] = 2_000_000, ["c"] = 1_000_000, ["d"] = 0 };
        foreach (var tester in world.Names)
        {
            world.Said[tester] = state => state with
            {
                Observations = [.. state.Observations.Select(seen => seen with { ThroughputBytesPerSecond = bytes[world.Name(seen.Vip.Site)] })],
            };
        }
        Assert.Equal([400, 200, 100, 100], Counts(world, 800));
    }

    [Fact]
    public void A_peers_absurd_numbers_do_no_harm()
    {
        var world = Loaded(Metric.Capacity, Metric.Throughput, Metric.ResponseTime);
        foreach (var tester in world.Names)
        {
            world.Said[tester] = state => state with
            {
                Observations = [.. state.Observations.Select(seen => seen with { ThroughputBytesPerSecond = long.MaxValue })],
                Vips = [.. state.Vips.Select(report => report with { ConnectionsActive = int.MinValue, ConnectionsMax = int.MaxValue })],
            };
        }
        Assert.All(Counts(world, 1024), count => Assert.InRange(count, 1, 1024));
    }

    private static World Loaded(params Metric[] metrics)
    {
        var world = new World("a", "b", "c", "d") { Policy = new ServicePolicy { Metrics = [.. metrics], Weights = [6, 4, 2] } };
        world.Loads["a"] = (100, 1000, VipCondition.Up);
        world.Loads["b"] = (500, 1000, VipCondition.Up);
        world.Loads["c"] = (900, 1000, VipCondition.Up);
        // Past its target it would also admit fewer, which is another stage's matter.
        world.Said["c"] = state => state with { Vips = [.. state.Vips.Select(report => report with { AdmitMillionths = VipReport.AdmitAll })] };
        world.Said["d"] = state => state with { Vips = [] };
        return world;
    }

    private static int[] Counts(World world, int turns) => [.. world.Count(world.Plan("a"), "198.51.100.1", turns).Values];
}
