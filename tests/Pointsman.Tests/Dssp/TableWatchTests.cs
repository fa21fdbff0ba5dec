using Pointsman.Dssp;
using Pointsman.Model;

namespace Pointsman.Tests.Dssp;

/// <summary>Two nodes that compute of other columns, or another table of the same: seen, told after a while, and nobody marked down.</summary>
public sealed class TableWatchTests
{
    private static readonly TimeSpan settle = DsspLimits.TablesSettle;

    private static HeldColumn Column(int site, ulong edition) => new(new SiteId(site), site == 1 ? 100UL : 1UL, edition);

    private static SiteState Word(ulong sequence, ulong digest, params HeldColumn[] columns) =>
        TestMesh.State(2, sequence) with { Edition = 1, SentAt = default, Tables = new TableWord([.. columns], [new TableSum(TestMesh.Web, digest)]) };

    /// <summary>Site 1 has spoken once, and heard 2 and 3 (editions 1 and 7).</summary>
    private static TestSpeaker Node()
    {
        var node = new TestSpeaker { Local = TestMesh.Calm with { Tables = () => new TableWord([Column(1, 1), Column(2, 1), Column(3, 7)], [new TableSum(TestMesh.Web, 0xABC)]) } }.Meet(2, 3);
        node.Tick();
        node.Hear(2, Word(1, 0, Column(1, 1)) with { SentAt = node.Now });
        node.Hear(3, TestMesh.State(3, 7));
        return node;
    }

    private static IEnumerable<AlarmChanged> Alarms(IEnumerable<IDsspEffect> effects) => effects.OfType<AlarmChanged>().Where(alarm => alarm.Kind is AlarmKind.ColumnsDiffer or AlarmKind.TablesDiffer);

    private static List<IDsspEffect> HearAt(TestSpeaker node, double seconds, Func<Instant, SiteState> word)
    {
        List<IDsspEffect> effects = [.. node.After(seconds * 1000)];
        effects.AddRange(node.Hear(2, word(node.Now)));
        effects.AddRange(node.Tick());
        return effects;
    }

    [Fact]
    [Trait("mission", "P5.7")]
    public void A_peer_that_lacks_a_word_which_came_long_ago_is_told_of_with_the_site_and_both_editions()
    {
        var node = Node();
        var alarm = Assert.Single(Alarms(HearAt(node, settle.TotalSeconds + 1, now => Word(2, 0xABC, Column(1, 1), Column(2, 1), Column(3, 6)) with { SentAt = now })));
        Assert.Equal((AlarmKind.ColumnsDiffer, new SiteId(2), true, "site b computes its tables from other words: of c it holds 1.6, this node 1.7"), (alarm.Kind, alarm.Peer, alarm.Active, alarm.Text));
        Assert.Equal("of c it holds 1.6, this node 1.7", node.Machine.Peers.First().ColumnsDiffer);
        Assert.Equal("of c it holds nothing fresh, this node 1.7", Differ(node, now => Word(3, 0xABC, Column(1, 1), Column(2, 1)) with { SentAt = now }));
        Assert.Contains(Alarms(HearAt(node, 10, now => Word(4, 0xABC, Column(1, 1), Column(2, 1), Column(3, 7)) with { SentAt = now })), over => over is { Kind: AlarmKind.ColumnsDiffer, Active: false });
    }

    [Fact]
    public void A_peer_that_does_not_hear_this_node_shows_it()
    {
        var node = Node();
        Assert.Equal("of a it holds nothing fresh, this node 100.1", Differ(node, now => Word(2, 0xABC, Column(2, 1), Column(3, 7)) with { SentAt = now }));
    }

    [Fact]
    public void A_word_under_way_is_no_difference_and_one_that_never_comes_is()
    {
        var node = Node();
        // It has heard of c what I have not: not yet, or never.
        Assert.Empty(Alarms(HearAt(node, 10, now => Word(2, 0, Column(1, 1), Column(2, 1), Column(3, 8)) with { SentAt = now })));
        var alarm = Assert.Single(Alarms(node.Run(settle + settle).Select(one => one.Effect)));
        Assert.EndsWith("of c it holds 1.8, this node 1.7", alarm.Text, StringComparison.Ordinal);

        var timely = Node();
        HearAt(timely, 10, now => Word(2, 0, Column(1, 1), Column(2, 1), Column(3, 8)) with { SentAt = now });
        timely.Hear(3, TestMesh.State(3, 8) with { SentAt = timely.Now });
        Assert.Empty(Alarms(timely.Run(settle + settle).Select(one => one.Effect)));

        // And the other way round: what came a moment before it spoke it need not have.
        timely.Hear(3, TestMesh.State(3, 9) with { SentAt = timely.Now });
        Assert.Empty(Alarms(HearAt(timely, 1, now => Word(3, 0, Column(1, 1), Column(2, 1), Column(3, 8)) with { SentAt = now })));
    }

    [Fact]
    public void Another_table_of_the_same_words_is_told_of_when_it_lasts()
    {
        var node = Node();
        SiteState Same(ulong sequence, ulong digest, Instant now) => Word(sequence, digest, Column(1, 1), Column(2, 1), Column(3, 7)) with { SentAt = now };
        Assert.Empty(Alarms(HearAt(node, 10, now => Same(2, 0xBAD, now))));
        var alarm = Assert.Single(Alarms(HearAt(node, settle.TotalSeconds, now => Same(3, 0xBAD, now))));
        Assert.Equal((AlarmKind.TablesDiffer, true, "site b makes another table of www.example.test from the same words"), (alarm.Kind, alarm.Active, alarm.Text));
        Assert.Contains(Alarms(HearAt(node, settle.TotalSeconds, now => Same(4, 0xABC, now))), over => over is { Kind: AlarmKind.TablesDiffer, Active: false });
    }

    [Fact]
    public void A_site_that_is_named_twice_costs_the_stream()
    {
        var node = Node();
        Assert.Equal(CloseReason.BadContent, node.Hear(2, Word(9, 0, Column(3, 7), Column(3, 8))).Closed()?.Reason);
    }

    [Fact]
    public void A_peer_that_tells_nothing_is_not_judged() => Assert.Null(Differ(Node(), now => TestMesh.State(2, 2) with { SentAt = now }));

    [Fact]
    public void A_peer_that_says_another_thing_each_time_costs_an_event_a_while_and_not_one_a_word()
    {
        var node = Node();
        var told = 0;
        for (var round = 2; round < 602; round++)
        {
            // Ten words a second for a minute, each with the opposite of the one before.
            told += Alarms(HearAt(node, 0.1, now => Word((ulong)round, 0, Column(1, 1), Column(2, 1), Column(3, round % 2 == 0 ? 6UL : 7UL)) with { SentAt = now })).Count();
        }

        Assert.InRange(told, 0, 13);
    }

    private static string? Differ(TestSpeaker node, Func<Instant, SiteState> word)
    {
        HearAt(node, 10, word);
        return node.Machine.Peers.First().ColumnsDiffer;
    }
}
