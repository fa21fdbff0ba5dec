using Pointsman.Policy.Publishing;

namespace Pointsman.Tests.Policy.Publishing;

public sealed class IsolationTests
{
    [Theory]
    [InlineData(6, 2, false, "2 of 5 peers are not more than half")]
    [InlineData(6, 3, true, "3 of 5 are")]
    [InlineData(4, 1, false, "1 of 3")]
    [InlineData(4, 2, true, "2 of 3")]
    [InlineData(3, 2, false, "below four sites the vote needs me")]
    public void More_than_half_of_my_peers_down_mutes_my_votes(int sites, int down, bool muted, string _)
    {
        var world = new World([.. Enumerable.Range(0, sites).Select(index => $"s{index}")]);
        for (var peer = 1; peer <= down; peer++) world.Times[($"s{peer}", "s0")] = null;
        Assert.Equal(muted, Isolation.IsMuted(world.Cluster, world.Id("s0"), world.Snapshot("s0").Mine));
    }

    [Fact]
    public void A_peer_that_was_never_probed_is_not_down()
    {
        var world = new World("a", "b", "c", "d");
        foreach (var peer in new[] { "b", "c", "d" }) world.Times.Remove((peer, "a"));
        Assert.False(Isolation.IsMuted(world.Cluster, world.Id("a"), world.Snapshot("a").Mine));
    }
}
