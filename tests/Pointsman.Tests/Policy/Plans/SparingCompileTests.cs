using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using CsCheck;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Tests.Policy.Plans;

/// <summary>A plan compiled with the former one at hand spares what a snapshot says nothing new of. It must be the plan that the snapshot alone makes.</summary>
public sealed class SparingCompileTests
{
    private static readonly ServiceId[] s_services = [new(1), new(2), new(3)];
    private static readonly Cluster s_cluster = MakeCluster();
    private static readonly Client[] s_clients = [.. new[] { "192.0.2.1", "193.0.0.1", "211.123.11.20", "200.1.1.1" }.Select(text => Client.From(IPAddress.Parse(text)))];

    [Fact]
    public void A_chain_of_plans_is_what_its_snapshots_make_one_by_one() =>
        (from seed in Gen.Int from steps in Gen.Int[1, 12] select (seed, steps)).Sample(sample =>
        {
            var dice = new Random(sample.seed);
            var snapshot = First();
            var plan = Plan.Compile(snapshot, Places.Shipped);
            for (var step = 0; step < sample.steps; step++)
            {
                snapshot = Step(snapshot, dice) with { Id = snapshot.Id + 1 };
                plan = Plan.Compile(snapshot, Places.Shipped, plan);
                Assert.Equal(Said(Plan.Compile(snapshot, Places.Shipped)), Said(plan));
            }
        });

    [Fact]
    public void A_service_of_which_nothing_new_is_said_keeps_its_schedules()
    {
        var before = First();
        var plan = Plan.Compile(before, Places.Shipped);
        var seen = before.Mine.Values.First(one => one.Vip.Service == s_services[1]);
        var after = before with { Id = 2, Mine = Replace(before.Mine, seen.Vip, seen with { State = HealthState.Down, Reason = "refused" }) };
        var next = Plan.Compile(after, Places.Shipped, plan);
        Assert.True(plan.Services[0].Sites == next.Services[0].Sites);
        Assert.False(plan.Services[1].Sites == next.Services[1].Sites);
        Assert.True(plan.Services[2].Sites == next.Services[2].Sites);
        Assert.Equal(2, next.Snapshot.Id);
    }

    /// <summary>All that a plan tells: tables, answers, and every word of the explanations.</summary>
    private static List<string> Said(Plan plan)
    {
        var said = new List<string>();
        for (var index = 0; index < plan.Services.Length; index++)
        {
            var service = plan.Services[index];
            said.Add($"{service.Service.Name} {service.Verdict} {service.Table.Digest}");
            said.AddRange(service.Table.Sites.Select(row => row.ToString()));
            said.AddRange(service.Sites.Select(site => $"{site.Site} {site.IsLive} {string.Join(' ', site.Addresses)}"));
            foreach (var client in s_clients)
            {
                for (ulong turn = 0; turn < 7; turn++) said.Add(Said(Decider.Explain(plan, index, client, Turn.Number(turn))));
                said.Add(Said(Decider.Explain(plan, index, client, new Arrival(plan.Snapshot.Self, []))));
            }
        }
        said.AddRange(plan.LastGood().OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {string.Join(' ', pair.Value)}"));
        return said;
    }

    private static string Said(Explanation explanation) => string.Join('\n',
        explanation.Sites.Select(site => $"{site.Site} {site.Weight} {site.Share} {string.Join(' ', site.Vips)}")
            .Concat(explanation.Excluded.Select(site => site.ToString()))
            .Concat(explanation.Trace.Select(line => line.ToString()))
            .Append($"{explanation.SnapshotId} {explanation.Decision.Verdict} {explanation.Decision.Class} {explanation.Decision.Scope}"));

    private static Snapshot Step(Snapshot now, Random dice)
    {
        var peer = now.States.Values.ElementAt(dice.Next(now.States.Count));
        return dice.Next(17) switch
        {
            0 or 1 => WithMine(now, dice, one => one with { State = (HealthState)dice.Next(4), Reason = $"reason {dice.Next(3)}" }),
            2 => WithMine(now, dice, one => one with { ResponseMicros = dice.Next(1, 9) * 1000 }),
            3 => WithPeer(now, peer, state => state with { Observations = Change(state.Observations, dice, one => one with { State = (HealthState)dice.Next(4), ThroughputBytesPerSecond = dice.Next(5) * 1000 }) }),
            4 => WithPeer(now, peer, state => state with { Orders = Change(state.Orders, dice, order => order with { Sites = [.. order.Sites.OrderBy(_ => dice.Next())] }) }),
            5 or 6 => WithPeer(now, peer, state => state with { Vips = Change(state.Vips, dice, report => Changed(report, dice)) }),
            7 => WithPeer(now, peer, state => state with { SelfReport = (SelfReport)dice.Next(5) }),
            8 => WithPeer(now, peer, state => state with { VotesMuted = !state.VotesMuted }),
            9 => now with { Local = Replace(now.Local, now.Local.Keys[0], Changed(now.Local.Values[0], dice)) },
            10 => now with { Now = now.Now + TimeSpan.FromSeconds(dice.Next(200)) },
            11 => now with { Ready = dice.Next(3) > 0 },
            12 => now with { LastGood = now.LastGood.ToDictionary(pair => pair.Key, pair => pair.Value.Where(_ => dice.Next(2) > 0).ToImmutableArray()).ToFrozenDictionary() },
            13 or 14 => now with { Mine = AllDown(now.Mine, s_services[dice.Next(3)]), Local = now.Local.ToFrozenDictionary(pair => pair.Key, pair => pair.Value with { Condition = VipCondition.Down }) },
            15 => First() with { Now = now.Now, LastGood = now.LastGood },
            _ => WithPeer(now, peer, state => state with { Observations = [.. state.Observations.OrderBy(_ => dice.Next())] }),
        };
    }

    private static Snapshot WithMine(Snapshot now, Random dice, Func<Observation, Observation> change)
    {
        var seen = now.Mine.Values[dice.Next(now.Mine.Count)];
        return now with { Mine = Replace(now.Mine, seen.Vip, change(seen)) };
    }

    private static FrozenDictionary<VipKey, Observation> AllDown(FrozenDictionary<VipKey, Observation> mine, ServiceId service) =>
        mine.ToFrozenDictionary(pair => pair.Key, pair => pair.Key.Service == service ? pair.Value with { State = HealthState.Down, Reason = "refused" } : pair.Value);

    private static Snapshot WithPeer(Snapshot now, SiteState peer, Func<SiteState, SiteState> change)
    {
        var states = now.States.ToDictionary();
        states[peer.Site] = change(peer) with { Sequence = peer.Sequence + 1, Edition = peer.Sequence + 1, SentAt = now.Now };
        return now with { States = states.ToFrozenDictionary() };
    }

    private static VipReport Changed(VipReport report, Random dice) => report with
    {
        Condition = Enum.GetValues<VipCondition>()[dice.Next(Enum.GetValues<VipCondition>().Length)],
        ConnectionsActive = dice.Next(12),
        AdmitMillionths = dice.Next(3) * 500_000,
    };

    private static ImmutableArray<TOne> Change<TOne>(ImmutableArray<TOne> all, Random dice, Func<TOne, TOne> change)
    {
        var at = dice.Next(all.Length);
        return all.SetItem(at, change(all[at]));
    }

    private static FrozenDictionary<VipKey, TSaid> Replace<TSaid>(FrozenDictionary<VipKey, TSaid> all, VipKey vip, TSaid said) =>
        all.Select(pair => KeyValuePair.Create(pair.Key, pair.Key == vip ? said : pair.Value)).ToFrozenDictionary();

    private static Snapshot First()
    {
        var states = s_cluster.Sites.Select(site => new SiteState
        {
            Site = site.Id,
            Incarnation = 1,
            Sequence = 1,
            Edition = 1,
            SentAt = World.Now,
            Period = TimeSpan.FromMinutes(1),
            Validity = TimeSpan.FromMinutes(3),
            Vips = [.. s_cluster.Services.SelectMany(service => service.Vips).Where(vip => vip.Site == site.Id).Select(Report)],
            Observations = [.. s_cluster.Services.SelectMany(service => service.Vips).Where(vip => vip.Site != site.Id).Select(vip => Seen(vip, site))],
            Orders = [.. s_cluster.Services.Select(service => new PreferenceOrder(service.Id, [.. s_cluster.Sites.Where(other => other.Id != site.Id).Select(other => other.Id)]))],
        }).ToFrozenDictionary(state => state.Site);
        var self = s_cluster.Sites[0].Id;
        return new Snapshot
        {
            Id = 1,
            Time = DateTimeOffset.UnixEpoch,
            Now = World.Now,
            Cluster = s_cluster,
            Self = self,
            States = states,
            Mine = states[self].Observations.ToFrozenDictionary(seen => seen.Vip),
            Local = states[self].Vips.ToFrozenDictionary(report => report.Vip),
            LastGood = s_services.ToFrozenDictionary(id => id, _ => s_cluster.Sites.Select(site => site.Id).ToImmutableArray()),
        };
    }

    private static VipReport Report(Vip vip) => new() { Vip = vip.Key, ConnectionsMax = 10, ConnectionsActive = 1, ServersUp = 1, ServersTotal = 1 };

    private static Observation Seen(Vip vip, Site by) =>
        new() { Vip = vip.Key, State = HealthState.Up, ResponseMicros = 1000 * (1 + ((vip.Site.Value + by.Id.Value) % 5)), Samples = 10, MeasuredAt = World.Now };

    // Two addresses a site, one of them with two ports; a policy of every kind.
    private static Cluster MakeCluster()
    {
        var world = World.FiveContinents();
        var sites = world.Cluster.Sites;
        ServicePolicy[] policies =
        [
            new() { Metrics = [Metric.Geography, Metric.Capacity, Metric.ResponseTime] },
            new() { Metrics = [Metric.ResponseTime], FewSites = FewSites.Weights, Turn = TurnKind.Sticky },
            new() { Metrics = [Metric.Distance, Metric.Throughput], WhenAllDown = WhenAllDown.LastGood },
        ];
        return world.Cluster with
        {
            Services = [.. s_services.Select((id, index) => new Service
            {
                Id = id,
                Name = $"s{index}.example.com",
                Policy = policies[index],
                Answers = 1 + index,
                Vips = [.. sites.SelectMany(site => ((int Host, int Port)[])[(1, 80), (1, 443), (2, 80)],
                    (site, at) => new Vip { Service = id, Site = site.Id, Address = new Endpoint(new IPAddress([10, (byte)index, (byte)site.Id.Value, (byte)at.Host]), at.Port), MaxConnections = 10 })],
            })],
        };
    }
}
