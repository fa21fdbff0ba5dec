using CsCheck;
using Pointsman.Dssp;
using Pointsman.Model;

namespace Pointsman.Tests.Dssp;

/// <summary>What is believed of what is heard, and what is not.</summary>
public sealed class ListeningTests
{
    [Fact]
    public void Only_a_larger_incarnation_or_sequence_is_accepted()
    {
        var listener = new TestSpeaker().Meet(2);
        Assert.Single(listener.Hear(2, TestMesh.State(2, 5)).OfType<StateAccepted>());
        Assert.Empty(listener.Hear(2, TestMesh.State(2, 5)).OfType<StateAccepted>());
        Assert.Empty(listener.Hear(2, TestMesh.State(2, 4)).OfType<StateAccepted>());
        Assert.Single(listener.Hear(2, TestMesh.State(2, 1, incarnation: 2)).OfType<StateAccepted>());
        Assert.Empty(listener.Hear(2, TestMesh.State(2, 9, incarnation: 1)).OfType<StateAccepted>());
        Assert.Equal((2UL, 1UL), (listener.Machine.States[new SiteId(2)].Incarnation, listener.Machine.States[new SiteId(2)].Sequence));
        Assert.Equal(3, listener.Machine.Peers.Single(peer => peer.Site == new SiteId(2)).StatesOld);
    }

    [Fact]
    public void Merging_is_commutative_and_idempotent() =>
        Gen.Select(Gen.Int[2, 4], Gen.ULong[1, 3], Gen.ULong[1, 6]).Array[0, 30].SelectMany(words => Gen.Shuffle(words.Concat(words).ToArray()).Select(other => (words, other))).Sample(both =>
        {
            // A word is a function of its (site, incarnation, sequence), as a published word is.
            Assert.Equal(Merge(both.words), Merge(both.other));
        });

    private static string Merge((int Site, ulong Incarnation, ulong Sequence)[] words)
    {
        var columns = new Columns();
        foreach (var (site, incarnation, sequence) in words) columns.TryMerge(TestMesh.State(site, sequence, incarnation), TestMesh.Start, out _);
        return string.Join(' ', columns.States.Values.OrderBy(state => state.Site).Select(state => $"{state.Site}:{state.Incarnation}.{state.Sequence}"));
    }

    public static TheoryData<string, SiteState, CloseReason> Lies => new()
    {
        { "it speaks for another site", TestMesh.State(3, 1), CloseReason.WrongOrigin },
        { "it speaks for me", TestMesh.State(1, 1), CloseReason.WrongOrigin },
        { "it reports another site's VIP", TestMesh.State(2, 1) with { Vips = [TestMesh.Own(3)] }, CloseReason.BadContent },
        { "it admits less than nobody", TestMesh.State(2, 1) with { Vips = [TestMesh.Own(2) with { AdmitMillionths = -1 }] }, CloseReason.BadContent },
        { "it admits more than all", TestMesh.State(2, 1) with { Vips = [TestMesh.Own(2) with { AdmitMillionths = VipReport.AdmitAll + 1 }] }, CloseReason.BadContent },
        { "it wants less than nothing", TestMesh.State(2, 1) with { Vips = [TestMesh.Own(2) with { ConnectionsTarget = -1 }] }, CloseReason.BadContent },
        { "it observes its own VIP", TestMesh.State(2, 1) with { Observations = [TestMesh.Seen(2)] }, CloseReason.BadContent },
        { "it ranks itself", TestMesh.State(2, 1) with { Orders = [TestMesh.Order(1, 2)] }, CloseReason.BadContent },
        { "it ranks a site twice", TestMesh.State(2, 1) with { Orders = [TestMesh.Order(1, 3, 1)] }, CloseReason.BadContent },
        { "two orders for a service", TestMesh.State(2, 1) with { Orders = [TestMesh.Order(1), TestMesh.Order(3)] }, CloseReason.BadContent },
        { "one VIP observed twice", TestMesh.State(2, 1) with { Observations = [TestMesh.Seen(1), TestMesh.Seen(1, HealthState.Down)] }, CloseReason.BadContent },
        { "a negative time", TestMesh.State(2, 1) with { Observations = [TestMesh.Seen(1) with { ResponseMicros = -1 }] }, CloseReason.BadContent },
        { "a time of years", TestMesh.State(2, 1) with { Observations = [TestMesh.Seen(1) with { ResponseMicros = long.MaxValue }] }, CloseReason.BadContent },
        { "an edition of the future", TestMesh.State(2, 1) with { Edition = 2 }, CloseReason.BadContent },
        { "a million observations", TestMesh.State(2, 1) with { Observations = [.. Enumerable.Repeat(TestMesh.Seen(1), 1_000_000)] }, CloseReason.BadContent },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_lie_costs_the_stream_and_the_last_good_word_stays(string what, SiteState lie, CloseReason reason)
    {
        var listener = new TestSpeaker().Meet(2);
        listener.Hear(2, TestMesh.State(2, 1) with { Incarnation = 0 });
        var before = listener.Machine.States;
        Assert.True(listener.Hear(2, lie).Closed()?.Reason == reason, what);
        Assert.Equal(before, listener.Machine.States);
        // And nothing more is heard on that stream.
        Assert.Empty(listener.Hear(2, TestMesh.State(2, 9)));
    }

    [Fact]
    public void A_corrupt_frame_costs_the_stream_and_the_last_good_word_stays()
    {
        var listener = new TestSpeaker().Meet(2);
        listener.Hear(2, TestMesh.State(2, 1));
        Assert.Equal(CloseReason.BadFrame, listener.Machine.ReceivedCorrupt(new SiteId(2), "no frame", listener.Now).Closed()?.Reason);
        Assert.Equal(1UL, listener.Machine.States[new SiteId(2)].Sequence);
    }

    [Fact]
    public void A_flood_costs_the_stream_and_an_honest_pace_does_not()
    {
        var listener = new TestSpeaker().Meet(2, 3);
        var closed = Enumerable.Range(1, 500).Select(number => listener.Hear(2, TestMesh.State(2, (ulong)number)).Closed()).First(close => close is not null);
        Assert.Equal(CloseReason.TooFast, closed!.Reason);
        for (var number = 1; number <= 1000; number++)
        {
            listener.After(48);
            Assert.Null(listener.Hear(3, TestMesh.State(3, (ulong)number)).Closed());
        }
    }

    [Fact]
    [Trait("mission", "P5.6")]
    public void A_lost_stream_changes_nothing_that_is_known()
    {
        var listener = new TestSpeaker().Meet(2);
        listener.Hear(2, TestMesh.State(2, 1));
        listener.Tick();
        var before = listener.Machine.States[new SiteId(2)];
        listener.Machine.Disconnected(new SiteId(2));
        Assert.DoesNotContain(listener.Tick(), effect => effect is StateAged or VipSuspected or AlarmChanged);
        Assert.Equal(before, listener.Machine.States[new SiteId(2)]);
        Assert.True(before.IsFresh(listener.Now + TimeSpan.FromMinutes(3)));
    }

    [Fact]
    [Trait("mission", "P4.4")]
    [Trait("mission", "P5.5")]
    public void A_VIP_that_another_site_found_down_is_suspected_once_and_mine_never()
    {
        var listener = new TestSpeaker().Meet(2, 3);
        var bad = TestMesh.State(2, 1) with { IsEvent = true, Observations = [TestMesh.Seen(4, HealthState.Down), TestMesh.Seen(1, HealthState.Down), TestMesh.Seen(3)] };
        Assert.Equal([new VipSuspected(TestMesh.VipOf(4), new SiteId(2))], listener.Hear(2, bad).OfType<VipSuspected>());
        // Said again it is no news; said by another site within the second it is already being probed.
        Assert.Empty(listener.Hear(2, bad with { Sequence = 2 }).OfType<VipSuspected>());
        Assert.Empty(listener.Hear(3, TestMesh.State(3, 1) with { Observations = [TestMesh.Seen(4, HealthState.Down)] }).OfType<VipSuspected>());
    }

    [Fact]
    public void An_unknown_VIP_is_never_suspected()
    {
        var listener = new TestSpeaker().Meet(2);
        Assert.Empty(listener.Hear(2, TestMesh.State(2, 1) with { Observations = [TestMesh.Seen(77, HealthState.Down)] }).OfType<VipSuspected>());
    }

    [Fact]
    public void A_column_ages_by_the_validity_that_its_sender_stated()
    {
        var listener = new TestSpeaker().Meet(2);
        listener.Hear(2, TestMesh.State(2, 1) with { Period = TimeSpan.FromSeconds(4), Validity = TimeSpan.FromSeconds(12) });
        var aged = listener.Run(TimeSpan.FromSeconds(30)).Where(one => one.Effect is StateAged { Site.Value: 2 }).Select(one => Math.Round(one.Seconds, 3));
        // Capacity after one and a half periods, the column after its validity; each is told once.
        Assert.Equal([6.0, 12.0], aged);
    }

    [Fact]
    public void Another_configuration_is_an_alarm_and_never_a_fault()
    {
        var listener = new TestSpeaker().Meet(2);
        var effects = listener.Hear(2, TestMesh.State(2, 1) with { ConfigurationDigest = "bb" });
        Assert.Single(effects.OfType<StateAccepted>());
        Assert.True(effects.OfType<AlarmChanged>().Single() is { Kind: AlarmKind.ConfigurationDiffers, Active: true });
        Assert.Empty(listener.Hear(2, TestMesh.State(2, 2) with { ConfigurationDigest = "bb" }).OfType<AlarmChanged>());
        // However often it changes its word, it is looked at anew after a while only.
        Assert.Empty(listener.Hear(2, TestMesh.State(2, 3)).OfType<AlarmChanged>());
        Assert.Equal(listener.Now + DsspLimits.TablesSettle, listener.Machine.NextWake(listener.Now));
        Assert.True(listener.After(DsspLimits.TablesSettle.TotalMilliseconds).OfType<AlarmChanged>().Single() is { Active: false });
    }

    [Theory]
    [InlineData(7, 8, true, "site b has configuration bb (generation 7), this node aa (generation 8): that of b is the older")]
    [InlineData(9, 8, false, "site b has configuration bb (generation 9), this node aa (generation 8): this node's is the older")]
    [InlineData(8, 8, null, "site b has configuration bb (generation 8), this node aa (generation 8): two that differ have one number")]
    [InlineData(0, 8, null, "site b has configuration bb, this node aa (generation 8)")]
    public void The_alarm_says_which_of_two_numbered_configurations_is_the_older(int theirs, int ours, bool? theirsIsOlder, string text)
    {
        var listener = new TestSpeaker(TestMesh.Cluster() with { Generation = ours }).Meet(2);
        var effects = listener.Hear(2, TestMesh.State(2, 1) with { ConfigurationDigest = "bb", ConfigurationGeneration = theirs });
        Assert.Equal(text, effects.OfType<AlarmChanged>().Single().Text);
        Assert.Equal((true, theirsIsOlder), (listener.Machine.Peers.First().ConfigurationDiffers, listener.Machine.Peers.First().ConfigurationIsOlder));
    }

    [Fact]
    public void Of_a_peer_of_version_1_the_generation_is_known_from_its_Hello_until_its_configuration_changes()
    {
        var listener = new TestSpeaker(TestMesh.Cluster() with { Generation = 8 });
        listener.Machine.Connected(new SiteId(2), listener.Now);
        listener.Hear(2, TestMesh.HelloOf(2) with { VersionHighest = 1, ConfigurationDigest = "bb", ConfigurationGeneration = 7 });
        listener.Hear(2, TestMesh.State(2, 1) with { ConfigurationDigest = "bb" });
        Assert.True(listener.Machine.Peers.First().ConfigurationIsOlder);
        listener.Hear(2, TestMesh.State(2, 2) with { ConfigurationDigest = "cc" });
        listener.After(DsspLimits.TablesSettle.TotalMilliseconds);
        Assert.Null(listener.Machine.Peers.First().ConfigurationIsOlder);
    }

    [Fact]
    public void Any_frames_in_any_order_never_throw_and_only_their_senders_columns_move() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 5], Gen.Int[0, 6], Gen.ULong[0, 5], Gen.Int[0, 3000]).Array[0, 80].Sample(steps =>
        {
            var listener = new TestSpeaker();
            foreach (var (kind, peer, origin, number, milliseconds) in steps)
            {
                var site = new SiteId(peer);
                var before = listener.Machine.States;
                switch (kind)
                {
                    case 0:
                        listener.Machine.Connected(site, listener.Now);
                        break;
                    case 1:
                        listener.Machine.Disconnected(site);
                        break;
                    case 2:
                        listener.Hear(peer, TestMesh.HelloOf(Math.Max(1, origin), new Remembered(new SiteId(1), number * 1000, number)));
                        break;
                    case 3:
                        listener.After(milliseconds);
                        before = before.SetItems(listener.Machine.States.Where(pair => pair.Key == new SiteId(1)));
                        break;
                    default:
                        listener.Hear(peer, TestMesh.State(origin, number));
                        break;
                }

                var moved = listener.Machine.States.Where(pair => !before.TryGetValue(pair.Key, out var was) || was != pair.Value).Select(pair => pair.Key.Value);
                Assert.All(moved, one => Assert.Equal(peer, one));
            }
        });
}
