using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Lab.Simulation;
using Pointsman.Model;

namespace Pointsman.Tests.Lab.Promises;

/// <summary>
/// Every promise is seen to be broken by the mistake that it is there for: a node that is written wrongly on purpose, and the violation that comes of it. The
/// same stories without the mistake break nothing.
/// </summary>
public sealed class PromiseTests
{
    private static readonly LabSettings six = new()
    {
        Sites = ["A", "B", "C", "D", "E", "F"],
        Interval = TimeSpan.FromSeconds(10),
        Probe = new ProbeSettings { Interval = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(1) },
    };

    private static readonly TimeSpan untilSettled = TimeSpan.FromMinutes(8);

    [Fact]
    [Trait("mission", "P5.7")]
    public void With_the_rule_any_observer_one_cut_link_loses_both_its_ends_everywhere()
    {
        // Whoever is seen down by anybody is seen down by all: then "most" is "any".
        var any = new Tampering { Decides = (_, snapshot) => snapshot with { States = AllSee(snapshot.States, HealthState.Down) } };
        static void Tell(LabCluster lab)
        {
            lab.Run(untilSettled);
            lab.World.Cut(Id(lab, "A"), Id(lab, "B"));
            lab.Run(TimeSpan.FromSeconds(30));
        }

        Assert.Contains(Broken(any, Tell), violation => violation.Contains("C does not answer www.example.test with A", StringComparison.Ordinal));
        Assert.Empty(Broken(Tampering.None, Tell));
    }

    [Fact]
    public void A_node_that_hands_to_what_it_sees_down_is_noticed()
    {
        var blind = new Tampering
        {
            Decides = (_, snapshot) => snapshot with { Mine = snapshot.Mine.ToFrozenDictionary(pair => pair.Key, pair => pair.Value with { State = HealthState.Up }) },
        };
        static void Tell(LabCluster lab)
        {
            lab.Run(untilSettled);
            lab.World.Cut(Id(lab, "A"), Id(lab, "B"));
            lab.Run(TimeSpan.FromSeconds(30));
        }

        Assert.Contains(Broken(blind, Tell), violation => violation.Contains("A answers www.example.test with B, which it sees down, while", StringComparison.Ordinal));
        Assert.Empty(Broken(Tampering.None, Tell));
    }

    [Fact]
    public void A_site_that_does_not_listen_to_what_all_say_of_it_is_noticed()
    {
        var deaf = new Tampering
        {
            Decides = (node, snapshot) => node.Site.Name == "F" ? snapshot with { States = AllSee(snapshot.States, HealthState.Up) } : snapshot,
        };
        static void Tell(LabCluster lab)
        {
            lab.Run(untilSettled);
            lab.World.SetSilent(Id(lab, "F"), true);
            lab.Run(TimeSpan.FromSeconds(30));
        }

        Assert.Contains(Broken(deaf, Tell), violation => violation.Contains("F answers www.example.test with itself, whom all others call down", StringComparison.Ordinal));
        Assert.Empty(Broken(Tampering.None, Tell));
    }

    [Fact]
    public void A_node_that_never_says_that_something_recovered_is_noticed()
    {
        var seenDown = new HashSet<(SiteId, VipKey)>();
        var grudging = new Tampering
        {
            Says = (node, report) => report with
            {
                Observations = [.. report.Observations.Select(seen =>
                {
                    if (seen.State == HealthState.Down) seenDown.Add((node.Site.Id, seen.Vip));
                    return seenDown.Contains((node.Site.Id, seen.Vip)) ? seen with { State = HealthState.Down } : seen;
                })],
            },
        };
        static void Tell(LabCluster lab)
        {
            lab.Run(untilSettled);
            lab.Kill(Id(lab, "C"));
            lab.Run(TimeSpan.FromSeconds(30));
            lab.Revive(Id(lab, "C"));
            lab.Run(untilSettled);
        }

        Assert.Contains(Broken(grudging, Tell), violation => violation.Contains("does not answer www.example.test with C, which is Down", StringComparison.Ordinal));
        Assert.Empty(Broken(Tampering.None, Tell));
    }

    [Fact]
    public void Bad_news_that_is_not_passed_on_is_noticed()
    {
        var silent = new Tampering
        {
            Says = (node, report) => node.Site.Name == "D" ? report with { Observations = [.. report.Observations.Select(seen => seen with { State = HealthState.Up })] } : report,
        };
        static void Tell(LabCluster lab)
        {
            lab.Run(untilSettled);
            lab.Kill(Id(lab, "C"));
            lab.Run(TimeSpan.FromSeconds(30));
        }

        Assert.Contains(Broken(silent, Tell), violation => violation.Contains("A has not heard that D sees 192.0.2.3:80 of C down", StringComparison.Ordinal));
        Assert.Empty(Broken(Tampering.None, Tell));
    }

    [Fact]
    public void A_node_that_changes_its_mind_with_every_probe_sends_more_events_than_promised()
    {
        var turns = new Dictionary<SiteId, int>();
        var fickle = new Tampering { Says = (node, report) => report with { VotesMuted = (turns[node.Site.Id] = turns.GetValueOrDefault(node.Site.Id) + 1) % 2 == 0 } };
        static void Tell(LabCluster lab) => lab.Run(TimeSpan.FromMinutes(3));
        Assert.Contains(Broken(fickle, Tell), violation => violation.Contains("F sent more than 61 EVENTs within a minute", StringComparison.Ordinal));
        Assert.Empty(Broken(Tampering.None, Tell));
    }

    [Fact]
    public void A_receiver_that_takes_older_words_is_noticed()
    {
        static void Tell(LabCluster lab)
        {
            lab.SetWeather(0, 0.3, TimeSpan.FromSeconds(12));
            lab.Run(TimeSpan.FromMinutes(3));
        }

        Assert.Contains(Broken(new Tampering { BelievesOldWords = true }, Tell), violation => violation.Contains(" accepted ", StringComparison.Ordinal));
        Assert.Empty(Broken(Tampering.None, Tell));
    }

    [Fact]
    public void A_receiver_that_smooths_has_another_table_than_one_that_came_later()
    {
        // It goes on by the first order that it heard in its life: its table depends on when it was born.
        var first = new Dictionary<(SiteId, int, SiteId), ImmutableArray<PreferenceOrder>>();
        var smooth = new Tampering
        {
            Decides = (node, snapshot) => snapshot with
            {
                States = snapshot.States.ToFrozenDictionary(pair => pair.Key, pair =>
                {
                    var key = (node.Site.Id, node.Lives, pair.Key);
                    if (!first.ContainsKey(key) && !pair.Value.Orders.IsEmpty) first[key] = pair.Value.Orders;
                    return pair.Value with { Orders = first.GetValueOrDefault(key, pair.Value.Orders) };
                }),
            },
        };
        static void Tell(LabCluster lab)
        {
            lab.Run(untilSettled);
            lab.World.SetSlow(Id(lab, "C"), TimeSpan.FromMilliseconds(300));
            lab.Run(untilSettled);
            lab.Restart(Id(lab, "A"));
            lab.Run(untilSettled);
        }

        Assert.Contains(Broken(smooth, Tell), violation => violation.Contains("hold equal columns and have different tables", StringComparison.Ordinal));
        Assert.Empty(Broken(Tampering.None, Tell));
    }

    [Fact]
    public void A_word_that_is_lost_and_never_said_again_is_noticed()
    {
        static void Tell(LabCluster lab)
        {
            lab.Run(untilSettled);
            lab.SetWeather(1, 0, TimeSpan.Zero);
            lab.SetCondition(Id(lab, "B"), VipCondition.Full);
            lab.Run(TimeSpan.FromSeconds(5));
            // Back to "up" is a word again, and lost as well.
            lab.SetCondition(Id(lab, "B"), VipCondition.Up);
            lab.Run(TimeSpan.FromMinutes(20));
            lab.SetWeather(0, 0, TimeSpan.Zero);
            lab.Run(untilSettled);
        }

        Assert.Contains(Broken(Tampering.None, Tell, six with { Interval = null }), violation => violation.Contains("holds edition", StringComparison.Ordinal));
        Assert.Empty(Broken(Tampering.None, Tell));
    }

    [Fact]
    public void What_is_not_watched_is_not_noticed()
    {
        var lab = new LabCluster(six with { IsWatched = false, Tampering = new Tampering { BelievesOldWords = true } });
        lab.SetWeather(0, 0.3, TimeSpan.FromSeconds(12));
        lab.Run(TimeSpan.FromMinutes(3));
        Assert.Empty(lab.Violations);
    }

    private static IReadOnlyList<string> Broken(Tampering tampering, Action<LabCluster> tell, LabSettings? settings = null)
    {
        var lab = new LabCluster((settings ?? six) with { Tampering = tampering });
        tell(lab);
        return Checks.Lawful(lab);
    }

    private static SiteId Id(LabCluster lab, string site) => lab[site].Site.Id;

    /// <summary>What any word says of a site, all words say.</summary>
    private static FrozenDictionary<SiteId, SiteState> AllSee(FrozenDictionary<SiteId, SiteState> states, HealthState state)
    {
        var all = states.Values.SelectMany(word => word.Observations).Where(seen => seen.State == HealthState.Down).Select(seen => seen.Vip).ToHashSet();
        return states.ToFrozenDictionary(pair => pair.Key, pair => pair.Value with
        {
            Observations = [.. pair.Value.Observations.Select(seen => all.Contains(seen.Vip) ? seen with { State = state } : seen)],
            Orders = [.. pair.Value.Orders.Select(order => state == HealthState.Down ? order with { Sites = order.Sites.RemoveAll(site => all.Any(vip => vip.Site == site)) } : order)],
        });
    }
}
