using Pointsman.Lab.Verification;
using Pointsman.Model;
using Pointsman.Tests.Policy;

namespace Pointsman.Tests.Lab.Verification;

public sealed class CapacityOutlookTests
{
    private readonly World world = new("a", "b", "c");

    private IEnumerable<(string Down, long Wanted, long Left)> Of(int failures, int percent) =>
        CapacityOutlook.Of(world.Cluster, world.Cluster.Services, new Failures(failures, [.. world.Cluster.Sites.Select(site => site.Id)], false, false), percent)
            .Select(shortage => (string.Join(' ', shortage.Sites.Select(world.Name)), shortage.Wanted, shortage.Left));

    public CapacityOutlookTests()
    {
        world.Loads["a"] = (0, 1000, VipCondition.Up);
        world.Loads["b"] = (0, 3000, VipCondition.Up);
        world.Loads["c"] = (0, 1000, VipCondition.Up);
    }

    [Theory]
    [InlineData(1, 40, null)]
    [InlineData(1, 41, "b")]
    [InlineData(2, 20, null)]
    [InlineData(2, 21, "b c")]
    [InlineData(0, 100, null)]
    public void The_largest_sites_lost_are_the_worst(int failures, int percent, string? down) => Assert.Equal(down, Of(failures, percent).Select(shortage => shortage.Down).FirstOrDefault());

    [Fact]
    public void What_is_wanted_and_what_is_left_are_told() => Assert.Equal([("b", 2500L, 2000L)], Of(1, 50));

    [Fact]
    public void One_site_without_a_maximum_has_room_without_end()
    {
        world.Loads.Remove("a");
        Assert.Empty(Of(2, 100));
    }
}
