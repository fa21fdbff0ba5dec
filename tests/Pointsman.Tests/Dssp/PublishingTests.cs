using CsCheck;
using Pointsman.Dssp;
using Pointsman.Model;

namespace Pointsman.Tests.Dssp;

/// <summary>What is said, to whom, and when.</summary>
public sealed class PublishingTests
{
    [Fact]
    [Trait("mission", "P5.1")]
    public void The_first_word_goes_to_all_at_once_and_then_one_a_period()
    {
        var speaker = new TestSpeaker().Meet(2, 3);
        var told = speaker.Run(TimeSpan.FromMinutes(3));
        foreach (var peer in (int[])[2, 3])
        {
            var sent = told.Where(one => one.Effect is SendFrame send && send.Peer == new SiteId(peer)).ToArray();
            Assert.Equal([0.0, 60.0, 120.0, 180.0], sent.Select(one => one.Seconds));
            Assert.Equal([1UL, 2UL, 3UL, 4UL], sent.Select(one => ((SendFrame)one.Effect).Frame.State!.Sequence));
        }

        Assert.Equal(4, told.Count(one => one.Effect is StateAccepted { State.Site.Value: 1 }));
    }

    [Fact]
    [Trait("mission", "P5.4")]
    public void Each_peer_has_its_own_period_and_one_that_is_off_gets_no_updates()
    {
        var speaker = new TestSpeaker(TestMesh.Cluster(4, TimeSpan.FromSeconds(30), off: false, (3, TimeSpan.FromSeconds(1)), (4, null))).Meet(2, 3, 4);
        var told = speaker.Run(TimeSpan.FromMinutes(1)).Select(one => one.Effect).ToArray();
        Assert.Equal(3, told.SentTo(2).Count());
        Assert.Equal(61, told.SentTo(3).Count());
        Assert.Single(told.SentTo(4));
        Assert.Equal(TimeSpan.FromSeconds(90), told.SentTo(2).First().Validity);
        // Three periods, at least ten seconds.
        Assert.Equal(TimeSpan.FromSeconds(10), told.SentTo(3).First().Validity);
        Assert.Null(told.SentTo(4).Single().Validity);
        Assert.Null(told.SentTo(4).Single().Period);
    }

    [Fact]
    [Trait("mission", "P5.4")]
    [Trait("mission", "P5.5")]
    public void Events_go_also_to_peers_whose_period_is_off_and_hold_until_the_next()
    {
        var speaker = new TestSpeaker(TestMesh.Cluster(off: true)).Meet(2);
        speaker.Tick();
        speaker.Local = TestMesh.Calm with { Observations = [TestMesh.Seen(2), TestMesh.Seen(3, HealthState.Down), TestMesh.Seen(4)], Orders = [TestMesh.Order(2, 4)] };
        var word = speaker.After(60_000).SentTo(2).Single();
        Assert.True(word.IsEvent);
        Assert.Null(word.Validity);
        Assert.True(word.IsFresh(speaker.Now + TimeSpan.FromDays(30)));
    }

    [Fact]
    [Trait("mission", "P5.3")]
    [Trait("mission", "P5.7")]
    public void A_smaller_part_to_admit_leaves_at_once_and_a_larger_one_when_the_last_word_is_a_second_old()
    {
        var speaker = new TestSpeaker().Meet(2);
        speaker.Tick();
        speaker.After(10_000);
        speaker.Local = TestMesh.Calm with { Vips = [TestMesh.Own() with { AdmitMillionths = 400_000 }] };
        var fewer = speaker.After(60).SentTo(2).Single();
        Assert.Equal((EventReasons.AdmitChanged, 400_000, fewer.Sequence), (fewer.Reasons, fewer.Vips.Single().AdmitMillionths, fewer.Edition));
        speaker.Local = TestMesh.Calm with { Vips = [TestMesh.Own() with { AdmitMillionths = 500_000 }] };
        Assert.Empty(speaker.After(900).SentTo(2));
        var more = speaker.After(200).SentTo(2).Single();
        Assert.Equal((500_000, more.Sequence), (more.Vips.Single().AdmitMillionths, more.Edition));
    }

    [Fact]
    [Trait("mission", "P5.2")]
    [Trait("mission", "P5.3")]
    [Trait("mission", "P5.5")]
    public void An_event_carries_all_that_an_update_does()
    {
        var speaker = new TestSpeaker().Meet(2);
        var local = TestMesh.Calm with
        {
            MemoryFreeBytes = 1L << 33,
            Sessions = 17,
            Vips = [TestMesh.Own(connections: 42)],
            Observations = [TestMesh.Seen(2) with { ThroughputBytesPerSecond = 5_000_000 }, TestMesh.Seen(3)],
        };
        speaker.Local = local;
        speaker.Tick();
        speaker.Local = local with { Observations = [local.Observations[0], TestMesh.Seen(3, HealthState.Down) with { Reason = "refused" }], Orders = [TestMesh.Order(2)] };
        var word = speaker.After(60).SentTo(2).Single();
        Assert.Equal(EventReasons.RemoteVipUnreachable | EventReasons.OrderChanged, word.Reasons);
        Assert.Equal((1L << 33, 17, 42), (word.MemoryFreeBytes, word.Sessions, word.Vips.Single().ConnectionsActive));
        Assert.Equal((5_000_000, 2000), (word.Observations[0].ThroughputBytesPerSecond, word.Observations[0].ResponseMicros));
        Assert.Equal([TestMesh.Order(2)], word.Orders);
        Assert.Equal("refused", word.Observations[1].Reason);
    }

    public static TheoryData<string, LocalReport, EventReasons> BadNews => new()
    {
        { "a remote VIP is down", TestMesh.Calm with { Observations = [TestMesh.Seen(2, HealthState.Down), TestMesh.Seen(3), TestMesh.Seen(4)] }, EventReasons.RemoteVipUnreachable },
        { "all servers at their maximum", TestMesh.Calm with { Vips = [TestMesh.Own(condition: VipCondition.Full)] }, EventReasons.AllServersAtMaximum },
        { "no server available", TestMesh.Calm with { Vips = [TestMesh.Own(condition: VipCondition.Down)] }, EventReasons.NoServerAvailable },
        { "draining", TestMesh.Calm with { Vips = [TestMesh.Own(condition: VipCondition.Draining)] }, EventReasons.OperatorChange },
        { "overloaded", TestMesh.Calm with { SelfReport = SelfReport.Overloaded }, EventReasons.Overloaded },
        { "leaving", TestMesh.Calm with { SelfReport = SelfReport.Leaving }, EventReasons.Leaving },
        { "thinks itself cut off", TestMesh.Calm with { VotesMuted = true }, EventReasons.VotesMuted },
    };

    [Theory]
    [Trait("mission", "P5.5")]
    [MemberData(nameof(BadNews))]
    public void Bad_news_leaves_within_100_ms_even_right_after_another_word(string what, LocalReport news, EventReasons reason)
    {
        var speaker = new TestSpeaker().Meet(2);
        speaker.Tick();
        speaker.Local = news;
        var told = speaker.Run(TimeSpan.FromMilliseconds(100)).Select(one => one.Effect).SentTo(2).ToArray();
        Assert.True(told is [{ IsEvent: true }], what);
        Assert.Equal(reason, told[0].Reasons);
    }

    [Fact]
    [Trait("mission", "P4.4")]
    public void A_long_silence_before_bad_news_delays_it_not_at_all()
    {
        var speaker = new TestSpeaker().Meet(2);
        speaker.Tick();
        speaker.After(30_000);
        speaker.Local = TestMesh.Calm with { Observations = [TestMesh.Seen(2, HealthState.Down)] };
        Assert.Single(speaker.Tick().SentTo(2));
    }

    [Fact]
    public void Good_news_and_changed_orders_wait_until_the_last_word_is_a_second_old()
    {
        var speaker = new TestSpeaker().Meet(2);
        speaker.Tick();
        speaker.Local = TestMesh.Calm with { Orders = [TestMesh.Order(3, 2, 4)] };
        var sent = speaker.Run(TimeSpan.FromSeconds(5)).Where(one => one.Effect is SendFrame).ToArray();
        Assert.Equal([1.0], sent.Select(one => one.Seconds));
        Assert.Equal(EventReasons.OrderChanged, ((SendFrame)sent[0].Effect).Frame.State!.Reasons);
    }

    [Fact]
    public void A_VIP_that_flaps_a_thousand_times_a_second_costs_a_bounded_number_of_words()
    {
        var speaker = new TestSpeaker().Meet(2);
        speaker.Tick();
        var words = 0;
        for (var flap = 0; flap < 10_000; flap++)
        {
            speaker.Local = TestMesh.Calm with { Vips = [TestMesh.Own(condition: flap % 2 == 0 ? VipCondition.Full : VipCondition.Up)] };
            words += speaker.After(1).SentTo(2).Count();
        }

        // Ten seconds: good news once a second, and bad news right after each.
        Assert.InRange(words, 10, 21);
    }

    [Fact]
    public void What_came_and_went_between_two_words_is_no_news()
    {
        var speaker = new TestSpeaker().Meet(2);
        speaker.Tick();
        speaker.Local = TestMesh.Calm with { Orders = [TestMesh.Order(3, 2, 4)] };
        speaker.After(200);
        speaker.Local = TestMesh.Calm;
        Assert.Empty(speaker.Run(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    [Trait("mission", "P5.7")]
    public void The_edition_moves_with_what_tables_are_made_of_and_with_nothing_else()
    {
        var speaker = new TestSpeaker().Meet(2);
        var first = speaker.Tick().SentTo(2).Single();
        speaker.Local = TestMesh.Calm with { Sessions = 5, MemoryFreeBytes = 1, Vips = [TestMesh.Own(connections: 50)], Observations = [TestMesh.Seen(2) with { ResponseMicros = 7 }, TestMesh.Seen(3), TestMesh.Seen(4)] };
        var second = speaker.After(60_000).SentTo(2).Single();
        Assert.Equal((1UL, 1UL, 2UL, 1UL), (first.Sequence, first.Edition, second.Sequence, second.Edition));
        speaker.Local = TestMesh.Calm with { Orders = [TestMesh.Order(4, 2, 3)] };
        var third = speaker.After(1000).SentTo(2).Single();
        Assert.Equal((3UL, 3UL), (third.Sequence, third.Edition));
    }

    [Fact]
    [Trait("mission", "P5.7")]
    public void Where_few_sites_are_weighed_by_capacity_the_edition_moves_with_capacity()
    {
        var speaker = new TestSpeaker(TestMesh.Cluster(sites: 3)).Meet(2);
        speaker.Local = new LocalReport { Vips = [TestMesh.Own(connections: 1)] };
        speaker.Tick();
        speaker.Local = new LocalReport { Vips = [TestMesh.Own(connections: 2)] };
        var second = speaker.After(60_000).SentTo(2).Single();
        Assert.Equal((2UL, 2UL), (second.Sequence, second.Edition));
    }

    [Fact]
    [Trait("mission", "P5.7")]
    public void All_peers_and_the_own_column_hold_one_and_the_same_word()
    {
        var speaker = new TestSpeaker(TestMesh.Cluster(4, null, off: false, (3, TimeSpan.FromSeconds(5)))).Meet(2, 3);
        var effects = speaker.Tick();
        var own = effects.OfType<StateAccepted>().Single().State;
        Assert.Equal(own, speaker.Machine.States[new SiteId(1)]);
        foreach (var sent in effects.SentTo(2).Concat(effects.SentTo(3))) Assert.Equal(own, sent with { Period = own.Period, Validity = own.Validity });
    }

    [Fact]
    [Trait("mission", "P5.3")]
    public void Connections_and_memory_are_those_of_the_moment_of_sending()
    {
        var speaker = new TestSpeaker().Meet(2);
        speaker.Tick();
        for (var second = 1; second < 60; second++)
        {
            speaker.Local = TestMesh.Calm with { Vips = [TestMesh.Own(connections: second)] };
            speaker.After(1000);
        }

        speaker.Local = TestMesh.Calm with { Vips = [TestMesh.Own(connections: 77)], MemoryFreeBytes = 12 };
        var word = speaker.After(1000).SentTo(2).Single();
        Assert.Equal((77, 12L), (word.Vips.Single().ConnectionsActive, word.MemoryFreeBytes));
    }

    public static TheoryData<EventReasons, LocalReport, LocalReport> EveryReason => new()
    {
        { EventReasons.RemoteVipUnreachable, TestMesh.Calm, Seeing(HealthState.Down) },
        { EventReasons.AllServersAtMaximum, TestMesh.Calm, TestMesh.Calm with { Vips = [TestMesh.Own(condition: VipCondition.Full)] } },
        { EventReasons.NoServerAvailable, TestMesh.Calm, TestMesh.Calm with { Vips = [TestMesh.Own(condition: VipCondition.Down)] } },
        { EventReasons.Recovered, Seeing(HealthState.Down), TestMesh.Calm },
        { EventReasons.OperatorChange, TestMesh.Calm, TestMesh.Calm with { SelfReport = SelfReport.Draining } },
        { EventReasons.Leaving, TestMesh.Calm, TestMesh.Calm with { SelfReport = SelfReport.Leaving } },
        { EventReasons.OrderChanged, TestMesh.Calm, TestMesh.Calm with { Orders = [TestMesh.Order(4, 3, 2)] } },
        { EventReasons.Overloaded, TestMesh.Calm, TestMesh.Calm with { Vips = [TestMesh.Own(condition: VipCondition.Overloaded)] } },
        { EventReasons.VotesMuted, TestMesh.Calm, TestMesh.Calm with { VotesMuted = true } },
        { EventReasons.AdmitChanged, TestMesh.Calm, TestMesh.Calm with { Vips = [TestMesh.Own() with { AdmitMillionths = 1 }] } },
    };

    [Theory]
    [MemberData(nameof(EveryReason))]
    [Trait("mission", "P5.5")]
    public void Every_reason_for_an_EVENT_has_what_makes_it(EventReasons reason, LocalReport before, LocalReport after)
    {
        var speaker = new TestSpeaker(TestMesh.Cluster(off: true)) { Local = before }.Meet(2);
        speaker.Tick();
        speaker.After(10_000);
        speaker.Local = after;
        var word = speaker.Tick().SentTo(2).Single();
        Assert.Equal((true, reason, null, null), (word.IsEvent, word.Reasons, word.Validity, word.Period));
    }

    [Fact]
    public void No_reason_is_without_what_makes_it() =>
        Assert.Equal(Enum.GetValues<EventReasons>().Where(reason => reason != EventReasons.None), EveryReason.Select(row => row.Data.Item1).Order());

    [Theory]
    [InlineData(HealthState.Overloaded)]
    [InlineData(HealthState.Disabled)]
    public void What_is_seen_overloaded_or_disabled_is_news_for_the_table_even_where_no_order_changes(HealthState state)
    {
        var speaker = new TestSpeaker { Local = TestMesh.Calm with { Orders = [] } }.Meet(2);
        speaker.Tick();
        speaker.After(10_000);
        speaker.Local = Seeing(state) with { Orders = [] };
        var word = speaker.Tick().SentTo(2).Single();
        Assert.Equal((EventReasons.OrderChanged, word.Sequence), (word.Reasons, word.Edition));
    }

    [Fact]
    [Trait("mission", "P5.7")]
    public void Who_begins_or_ceases_to_probe_a_site_changes_its_observers_and_so_the_table()
    {
        var speaker = new TestSpeaker().Meet(2);
        speaker.Tick();
        speaker.Local = TestMesh.Calm with { Observations = [TestMesh.Seen(2), TestMesh.Seen(3)] };
        var fewer = speaker.After(5_000).SentTo(2).Single();
        Assert.Equal(fewer.Sequence, fewer.Edition);
        speaker.Local = TestMesh.Calm;
        var more = speaker.After(5_000).SentTo(2).Single();
        Assert.Equal(more.Sequence, more.Edition);
    }

    private static LocalReport Seeing(HealthState state) => TestMesh.Calm with { Observations = [TestMesh.Seen(2, state), TestMesh.Seen(3), TestMesh.Seen(4)] };

    [Fact]
    public void Nothing_is_said_before_there_is_something_to_say()
    {
        var speaker = new TestSpeaker { Local = null! };
        speaker.Meet(2);
        Assert.Empty(speaker.Run(TimeSpan.FromMinutes(10)));
        Assert.Null(speaker.Machine.LastPublished);
        speaker.Local = TestMesh.Calm;
        Assert.Single(speaker.Tick().SentTo(2));
    }

    [Fact]
    [Trait("mission", "P5.5")]
    public void Whatever_happens_bad_news_is_out_within_100_ms_and_words_are_bounded() =>
        Gen.Select(Gen.Int[1, 400], Gen.Int[0, 5], Gen.Bool, Gen.Bool).Array[1, 60].Sample(steps =>
        {
            var speaker = new TestSpeaker().Meet(2);
            speaker.Tick();
            Instant? badSince = null;
            var (words, began) = (0, speaker.Now);
            foreach (var (milliseconds, condition, down, swapped) in steps)
            {
                var told = speaker.Run(TimeSpan.FromMilliseconds(milliseconds));
                words += told.Count(one => one.Effect is SendFrame);
                if (badSince is { } since && told.Find(one => one.Effect is SendFrame) is { Effect: not null } first)
                    Assert.True(first.Seconds <= 0.1 + 1e-9, $"bad news of {since} went after {first.Seconds} s");
                var before = speaker.Machine.LastPublished!;
                speaker.Local = TestMesh.Calm with
                {
                    Vips = [TestMesh.Own(condition: (VipCondition)condition)],
                    Observations = [TestMesh.Seen(2, down ? HealthState.Down : HealthState.Up), TestMesh.Seen(3), TestMesh.Seen(4)],
                    Orders = [swapped ? TestMesh.Order(3, 2, 4) : TestMesh.Order(2, 3, 4)],
                };
                var bad = (down && before.Observations.All(seen => seen.State != HealthState.Down)) || (condition > 0 && before.Vips[0].Condition == VipCondition.Up);
                badSince = bad ? speaker.Now : null;
            }

            Assert.True(words <= 2 + ((speaker.Now - began).TotalSeconds * 20), $"{words} words");
        }, iter: 300);
}
