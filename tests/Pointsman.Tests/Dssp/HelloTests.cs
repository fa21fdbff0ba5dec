using Pointsman.Dssp;
using Pointsman.Model;

namespace Pointsman.Tests.Dssp;

/// <summary>The greeting: versions, identity, incarnations.</summary>
public sealed class HelloTests
{
    [Fact]
    public void Each_side_greets_first_and_tells_what_it_remembers()
    {
        var speaker = new TestSpeaker().Meet(2);
        speaker.Hear(2, TestMesh.State(2, 7, incarnation: 3));
        speaker.Tick();
        var hello = speaker.Machine.Connected(new SiteId(3), speaker.Now).OfType<SendFrame>().Single().Frame.Hello!;
        Assert.Equal(("test", "a", new SiteId(1), 100UL, "aa"), (hello.Cluster, hello.SiteName, hello.Site, hello.Incarnation, hello.ConfigurationDigest));
        Assert.Equal([new Remembered(new SiteId(1), 100, 1), new Remembered(new SiteId(2), 3, 7)], hello.Remembers);
    }

    [Fact]
    public void A_peer_gets_the_last_word_as_soon_as_it_has_greeted()
    {
        var speaker = new TestSpeaker();
        speaker.Tick();
        speaker.After(20_000);
        Assert.DoesNotContain(speaker.Machine.Connected(new SiteId(2), speaker.Now), effect => effect is SendFrame { Frame.State: not null });
        var word = speaker.Hear(2, TestMesh.HelloOf(2)).SentTo(2).Single();
        // The word of 20 s ago, with its age: it is not made younger by being sent again.
        Assert.Equal(TestMesh.Start, word.SentAt);
        Assert.Equal(1UL, word.Sequence);
    }

    public static TheoryData<string, Hello, CloseReason> Strangers => new()
    {
        { "another cluster", TestMesh.HelloOf(2) with { Cluster = "other" }, CloseReason.WrongCluster },
        { "another site's name", TestMesh.HelloOf(2) with { SiteName = "c" }, CloseReason.WrongSite },
        { "another site's number", TestMesh.HelloOf(2) with { Site = new SiteId(3) }, CloseReason.WrongSite },
        { "only versions of the future", TestMesh.HelloOf(2) with { VersionLowest = 8, VersionHighest = 9 }, CloseReason.UnsupportedVersion },
        { "only versions of the past", TestMesh.HelloOf(2) with { VersionLowest = 0, VersionHighest = 0 }, CloseReason.UnsupportedVersion },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public void A_stranger_is_refused(string what, Hello hello, CloseReason reason)
    {
        var speaker = new TestSpeaker();
        speaker.Tick();
        speaker.Machine.Connected(new SiteId(2), speaker.Now);
        var effects = speaker.Hear(2, hello);
        Assert.True(effects.Closed()?.Reason == reason, what);
        Assert.Empty(effects.SentTo(2));
        Assert.False(speaker.Machine.Peers.First().Established);
    }

    [Fact]
    public void A_newer_version_that_still_speaks_ours_is_spoken_with_in_ours()
    {
        var speaker = new TestSpeaker();
        speaker.Machine.Connected(new SiteId(2), speaker.Now);
        Assert.Null(speaker.Hear(2, TestMesh.HelloOf(2) with { VersionLowest = 1, VersionHighest = 5 }).Closed());
        Assert.Equal((true, DsspLimits.VersionHighest), (speaker.Machine.Peers.First().Established, speaker.Machine.Peers.First().Version));
    }

    [Fact]
    public void A_state_before_the_Hello_and_a_second_Hello_and_no_Hello_at_all_cost_the_stream()
    {
        var speaker = new TestSpeaker();
        speaker.Machine.Connected(new SiteId(2), speaker.Now);
        Assert.Equal(CloseReason.NoHello, speaker.Hear(2, TestMesh.State(2, 1)).Closed()?.Reason);
        Assert.Equal(CloseReason.SecondHello, speaker.Meet(2).Hear(2, TestMesh.HelloOf(2)).Closed()?.Reason);
        speaker.Machine.Connected(new SiteId(3), speaker.Now);
        Assert.Equal([10.0], speaker.Run(TimeSpan.FromSeconds(20)).Where(one => one.Effect is ClosePeer { Reason: CloseReason.NoHello, Peer.Value: 3 }).Select(one => one.Seconds));
    }

    [Fact]
    public void A_node_that_was_forgotten_by_its_own_disk_goes_on_above_what_others_remember_of_it()
    {
        var speaker = new TestSpeaker(incarnation: 3);
        speaker.Tick();
        speaker.Machine.Connected(new SiteId(2), speaker.Now);
        speaker.Hear(2, TestMesh.HelloOf(2, new Remembered(new SiteId(1), 500, 44)));
        Assert.Equal(501UL, speaker.Machine.Incarnation);
        Assert.Equal(501UL, speaker.Tick().SentTo(2).Single().Incarnation);
        // Once outgrown, the same memory moves it no more.
        speaker.Meet(3);
        speaker.Machine.Disconnected(new SiteId(2));
        speaker.Machine.Connected(new SiteId(2), speaker.Now);
        speaker.Hear(2, TestMesh.HelloOf(2, new Remembered(new SiteId(1), 500, 44)));
        Assert.Equal(501UL, speaker.Machine.Incarnation);
    }

    [Fact]
    public void The_same_incarnation_with_a_larger_sequence_is_outgrown_too()
    {
        var speaker = new TestSpeaker(incarnation: 3);
        speaker.Tick();
        speaker.Machine.Connected(new SiteId(2), speaker.Now);
        speaker.Hear(2, TestMesh.HelloOf(2, new Remembered(new SiteId(1), 3, 44)));
        Assert.Equal(4UL, speaker.Machine.Incarnation);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 62)]
    public void A_memory_that_no_earlier_life_can_have_left_is_an_alarm_and_not_followed(ulong claimed)
    {
        var speaker = new TestSpeaker(incarnation: 1_700_000_000_000);
        speaker.Tick();
        speaker.Machine.Connected(new SiteId(2), speaker.Now);
        var effects = speaker.Hear(2, TestMesh.HelloOf(2, new Remembered(new SiteId(1), claimed, 1)));
        Assert.Equal(1_700_000_000_000UL, speaker.Machine.Incarnation);
        Assert.True(effects.OfType<AlarmChanged>().Single() is { Kind: AlarmKind.IncarnationImplausible, Active: true });
    }

    [Fact]
    public void A_reload_keeps_columns_and_streams_of_peers_that_stay_and_drops_the_rest()
    {
        var speaker = new TestSpeaker().Meet(2, 3);
        speaker.Hear(2, TestMesh.State(2, 1));
        speaker.Hear(3, TestMesh.State(3, 1));
        var next = TestMesh.Cluster();
        var effects = speaker.Machine.Reconfigure(next with { Sites = [.. next.Sites.Where(site => site.Name != "c")], Digest = "bb" }, speaker.Now);
        Assert.Equal(CloseReason.NotConfigured, effects.Closed()?.Reason);
        Assert.Single(effects.OfType<StateAged>(), aged => aged.Site == new SiteId(3));
        Assert.Equal([new SiteId(2)], speaker.Machine.States.Keys);
        Assert.True(speaker.Machine.Peers.First().Established);
        Assert.True(effects.OfType<AlarmChanged>().Single() is { Kind: AlarmKind.ConfigurationDiffers, Peer.Value: 2, Active: true });
        // A site that is configured no more cannot come in either.
        Assert.Equal(CloseReason.NotConfigured, speaker.Machine.Connected(new SiteId(3), speaker.Now).Closed()?.Reason);
    }
}
