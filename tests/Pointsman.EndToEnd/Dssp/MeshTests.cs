using Pointsman.Dssp;
using Pointsman.Model;

namespace Pointsman.EndToEnd.Dssp;

/// <summary>Real streams over loopback, real certificates, a real clock.</summary>
public sealed class MeshTests
{
    [Fact]
    [Trait("mission", "P5.1")]
    public async Task Three_sites_form_a_full_mesh_and_hold_equal_columns()
    {
        using var folder = new DsspFolder("test", "a", "b", "c");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(), "a", "b", "c");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        await using var b = await DsspSite.StartAsync(cluster, "b");
        await using var c = await DsspSite.StartAsync(cluster, "c");
        DsspSite[] all = [a, b, c];

        await DsspSite.Until(() => all.All(site => site.Endpoint.States.Count == 3), "every site knows three: " + string.Join("\n", all.SelectMany(site => site.Logged)));

        // Exactly one stream a pair: each end has two, and they stay.
        foreach (var site in all) Assert.All(await site.Endpoint.PeersAsync(), peer => Assert.True(peer.Established));
        var first = a.StateOf(2)!.Sequence;
        await DsspSite.Until(() => a.StateOf(2)!.Sequence > first, "periodic updates go on");
        Assert.All(all, site => Assert.Equal(2, site.Endpoint.Counters.StreamsOpened - site.Endpoint.Counters.StreamsClosed));
    }

    [Fact]
    [Trait("mission", "P5.5")]
    [Trait("mission", "P4.4")]
    public async Task Bad_news_arrives_long_before_the_period_and_makes_the_receiver_suspicious()
    {
        using var folder = new DsspFolder("test", "a", "b", "c");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(TimeSpan.FromMinutes(10)), "a", "b", "c");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        await using var b = await DsspSite.StartAsync(cluster, "b");
        await DsspSite.Until(() => a.StateOf(2) is not null && b.StateOf(1) is not null, "both know each other");

        a.Say(new LocalReport { Observations = [DsspSite.Seen(3, HealthState.Down)] });
        await DsspSite.Until(() => b.StateOf(1) is { IsEvent: true } && !b.Suspected.IsEmpty, "the EVENT, and what it makes the receiver suspect");

        Assert.Equal(EventReasons.RemoteVipUnreachable, b.StateOf(1)!.Reasons);
        Assert.Equal([DsspFolder.VipOf(3)], b.Suspected);
        Assert.Equal(HealthState.Down, b.StateOf(1)!.Observations.Single().State);
    }

    [Fact]
    [Trait("mission", "P5.6")]
    public async Task A_lost_stream_keeps_the_column_and_comes_back_by_itself()
    {
        using var folder = new DsspFolder("test", "a", "b");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(TimeSpan.FromMinutes(1)), "a", "b");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        var b = await DsspSite.StartAsync(cluster, "b", incarnation: 7);
        await DsspSite.Until(() => a.StateOf(2) is not null, "a knows b");
        await b.DisposeAsync();
        await DsspSite.Until(() => a.Endpoint.Counters.StreamsClosed > 0, "the stream ends");
        Assert.Equal(7UL, a.StateOf(2)!.Incarnation);
        Assert.Empty(a.Suspected);

        // It lost its disk and its clock went back: the Hello lifts it above what a remembers [S21].
        await using var again = await DsspSite.StartAsync(cluster, "b", incarnation: 3);
        await DsspSite.Until(() => a.StateOf(2)!.Incarnation == 8, "the restarted site is believed again");
    }

    [Fact]
    public async Task A_leaving_site_says_so_before_it_goes()
    {
        using var folder = new DsspFolder("test", "a", "b");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(TimeSpan.FromMinutes(1)), "a", "b");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        var b = await DsspSite.StartAsync(cluster, "b");
        await DsspSite.Until(() => a.StateOf(2) is not null, "a knows b");
        b.Local = new LocalReport { SelfReport = SelfReport.Leaving };
        await b.Endpoint.LeaveAsync();
        await b.DisposeAsync();
        await DsspSite.Until(() => a.StateOf(2) is { SelfReport: SelfReport.Leaving, Reasons: EventReasons.Leaving }, "a knows that b left");
    }

    [Fact]
    public async Task A_reload_keeps_the_streams_and_columns_of_peers_that_stay_and_drops_the_others()
    {
        using var folder = new DsspFolder("test", "a", "b", "c");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(), "a", "b", "c");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        await using var b = await DsspSite.StartAsync(cluster, "b");
        await using var c = await DsspSite.StartAsync(cluster, "c");
        await DsspSite.Until(() => a.Endpoint.States.Count == 3, "a knows all");
        await DsspSite.Until(() => b.Endpoint.States.Count == 3 && c.Endpoint.States.Count == 3, "all know all");
        var opened = b.Endpoint.Counters.StreamsOpened;

        var without = cluster with { Sites = [.. cluster.Sites.Where(site => site.Name != "c")], Digest = "01" };
        await a.Endpoint.ReconfigureAsync(without, cluster.Sites[0].Nodes[0].Dssp);

        Assert.Null(a.StateOf(3));
        Assert.NotNull(a.StateOf(2));
        Assert.Single(await a.Endpoint.PeersAsync());
        await DsspSite.Until(() => b.Alarms.Any(alarm => alarm is { Kind: AlarmKind.ConfigurationDiffers, Active: true }), "b is alarmed");
        Assert.Equal(opened, b.Endpoint.Counters.StreamsOpened);
        Assert.True(b.StateOf(1)!.ConfigurationDigest == "01");
    }

    [Fact]
    public async Task An_address_in_use_is_said_plainly()
    {
        using var folder = new DsspFolder("test", "a", "b");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(), "a", "b");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        var error = await Assert.ThrowsAsync<IOException>(() => DsspSite.StartAsync(cluster, "a"));
        Assert.Contains("cannot listen for DSSP on " + cluster.Sites[0].Nodes[0].Dssp, error.Message, StringComparison.Ordinal);
        Assert.Contains("in use", error.Message, StringComparison.OrdinalIgnoreCase);
    }
}
