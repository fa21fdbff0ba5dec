using System.Collections.Frozen;
using BenchmarkDotNet.Attributes;
using Pointsman.Model;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Benchmarks;

/// <summary>
/// A plan for 100 sites × 1,000 services × 300 client classes: from nothing; with the former plan at hand where every site said something new, where one said
/// something that touches every service, where one peer said that one of its VIPs went down, where my own probe of one VIP changed, and where nothing did.
/// </summary>
public class PlanBenchmarks
{
    private Places _places = Places.Shipped;
    private Snapshot _snapshot = null!;
    private Snapshot _mineChanged = null!;
    private Snapshot _peerChanged = null!;
    private Snapshot _peerMuted = null!;
    private Snapshot _allChanged = null!;
    private Plan _plan = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _places = LargeCluster.Places();
        _snapshot = LargeCluster.Make();
        _plan = Plan.Compile(_snapshot, _places);

        // As a node makes it: from all its observations, in their order.
        var seen = _snapshot.States[_snapshot.Self].Observations;
        _mineChanged = _snapshot with
        {
            Id = 2,
            Mine = seen.SetItem(0, seen[0] with { State = HealthState.Down, Reason = "timeout" }).ToFrozenDictionary(one => one.Vip),
        };

        var state = _snapshot.States[new SiteId(50)];
        var states = _snapshot.States.ToDictionary();
        states[state.Site] = state with { Sequence = 2, Edition = 2, Vips = state.Vips.SetItem(0, state.Vips[0] with { Condition = VipCondition.Down, ServersUp = 0 }) };
        _peerChanged = _snapshot with { Id = 2, States = states.ToFrozenDictionary() };
        states[state.Site] = state with { Sequence = 2, Edition = 2, VotesMuted = true };
        _peerMuted = _snapshot with { Id = 2, States = states.ToFrozenDictionary() };
        _allChanged = _snapshot with { Id = 2, States = _snapshot.States.ToFrozenDictionary(pair => pair.Key, pair => pair.Value with { Sequence = 2, Edition = 2, VotesMuted = pair.Key == state.Site }) };
    }

    [Benchmark]
    public Plan FromNothing() => Plan.Compile(_snapshot, _places);

    [Benchmark]
    public Plan EverySiteSaysSomethingNew() => Plan.Compile(_allChanged, _places, _plan);

    [Benchmark]
    public Plan EveryServiceAnew() => Plan.Compile(_peerMuted, _places, _plan);

    [Benchmark]
    public Plan MyProbeOfOneVipChanged() => Plan.Compile(_mineChanged, _places, _plan);

    [Benchmark]
    public Plan OnePeerSaysOneVipChanged() => Plan.Compile(_peerChanged, _places, _plan);

    [Benchmark]
    public Plan NothingNew() => Plan.Compile(_snapshot with { Id = 3 }, _places, _plan);
}
