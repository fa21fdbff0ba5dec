using Pointsman.Model;
using Pointsman.Node.Admin;
using Pointsman.Tests.Policy;

namespace Pointsman.Tests.Node.Admin;

public sealed class NodeViewsTests
{
    [Fact]
    public void A_site_that_calls_itself_down_is_down_in_the_table_and_the_reason_says_by_whose_word()
    {
        var world = new World("a", "b", "c", "d");
        world.Loads["b"] = (0, 10, VipCondition.Down);
        var table = NodeViews.Table(world.Plan("a"), world.Cluster.Services[0]);
        Assert.Equal("down", table.Sites["b"].State);
        Assert.Contains("says so", table.Sites["b"].Reason, StringComparison.Ordinal);
        Assert.Equal("up", table.Sites["c"].State);
        Assert.Null(table.Sites["c"].Reason);
    }
}
