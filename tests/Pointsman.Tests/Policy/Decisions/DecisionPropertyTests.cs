using System.Collections.Frozen;
using CsCheck;
using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Tests.Policy.Decisions;

/// <summary>What holds whatever is up, full, drained, weighed and asked.</summary>
public sealed class DecisionPropertyTests
{
    private static readonly Metric[][] s_metrics =
    [
        [Metric.ResponseTime],
        [Metric.Geography, Metric.ResponseTime],
        [Metric.Geography, Metric.Capacity, Metric.ResponseTime],
        [Metric.Distance, Metric.Throughput],
        [Metric.Cost, Metric.Static],
    ];

    internal static Gen<Case> Cases => s_cases;

    private static readonly Gen<Case> s_cases =
        from down in Gen.Frequency((2, Gen.Const(false)), (1, Gen.Const(true))).Array[5]
        from full in Gen.Bool.Array[5]
        from drained in Gen.Frequency((4, Gen.Const(false)), (1, Gen.Const(true))).Array[5]
        from weights in Gen.Int[0, 3].Array[5]
        from metrics in Gen.Int[0, s_metrics.Length - 1].Select(index => s_metrics[index])
        from sticky in Gen.Bool
        from answers in Gen.Int[1, 6]
        from address in Gen.UInt
        from turn in Gen.ULong
        select new Case(down, full, drained, weights, metrics, sticky, answers, new Client(false, address, 32), turn);

    [Fact]
    [Trait("mission", "P3.5")]
    [Trait("mission", "P3.10")]
    public void Never_empty_while_anything_acceptable_is_up_and_never_an_excluded_site() => s_cases.Sample(sample =>
    {
        var world = sample.World();
        var plan = world.Plan("tokyo");
        var decision = Decider.Decide(plan, 0, sample.Client, Turn.Number(sample.Turn));
        var names = World.NamesIn(plan, decision);
        var acceptable = world.Names.Where((name, index) => sample.IsUp(index) && !sample.Drained[index] && sample.Weights[index] > 0).ToList();

        Assert.Equal(names.Distinct(), names);
        Assert.InRange(names.Length, 0, sample.Answers);
        if (acceptable.Count == 0) return;
        Assert.Equal(Verdict.Answer, decision.Verdict);
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains(name, acceptable));
        var roomy = acceptable.Where(name => !sample.Full[Array.IndexOf(world.Names, name)]).ToList();
        if (roomy.Count > 0) Assert.All(names, name => Assert.Contains(name, roomy));
    });

    [Fact]
    public void Two_clients_within_a_scope_have_the_same_answer_to_the_same_turn() =>
        (from sample in s_cases from other in Gen.UInt select (sample, other)).Sample(pair =>
        {
            var (sample, other) = pair;
            var plan = sample.World().Plan("tokyo");
            var decision = Decider.Decide(plan, 0, sample.Client, Turn.Number(sample.Turn));
            var mask = decision.Scope == 0 ? 0 : uint.MaxValue << (32 - decision.Scope);
            var neighbour = new Client(false, ((uint)sample.Client.Bits & mask) | (other & ~mask), 32);
            var again = Decider.Decide(plan, 0, neighbour, Turn.Number(sample.Turn));
            Assert.Equal(decision.Scope, again.Scope);
            Assert.Equal(World.NamesIn(plan, decision), World.NamesIn(plan, again));
        });

    [Fact]
    public void A_plan_made_from_its_forerunner_decides_as_one_made_anew() =>
        (from first in s_cases from second in s_cases select (first, second)).Sample(pair =>
        {
            var world = pair.first.World();
            var before = world.Plan("tokyo");
            pair.second.Apply(world);
            var fresh = world.Plan("tokyo");
            var kept = world.Plan("tokyo", before);
            foreach (var turn in new[] { 0ul, 5ul, pair.first.Turn })
            {
                Assert.Equal(
                    World.NamesIn(fresh, Decider.Decide(fresh, 0, pair.first.Client, Turn.Number(turn))),
                    World.NamesIn(kept, Decider.Decide(kept, 0, pair.first.Client, Turn.Number(turn))));
            }
        });

    internal sealed record Case(
        bool[] Down, bool[] Full, bool[] Drained, int[] Weights, Metric[] Metrics, bool Sticky, int Answers, Client Client, ulong Turn)
    {
        /// <summary>Tokyo, whose node is asked, is down by its own word.</summary>
        public bool IsUp(int index) => !Down[index];

        public World World()
        {
            var world = Policy.World.FiveContinents();
            world.Shape = service => service with { Answers = Answers };
            world.Policy = world.Policy with
            {
                Metrics = [.. Metrics],
                Turn = Sticky ? TurnKind.Sticky : TurnKind.Rotate,
                SiteWeights = world.Names.Select((name, index) => (Id: world.Id(name), Weight: Weights[index])).ToFrozenDictionary(pair => pair.Id, pair => pair.Weight),
            };
            Apply(world);
            return world;
        }

        public void Apply(World world)
        {
            for (var index = 0; index < 5; index++)
            {
                var name = world.Names[index];
                world.Loads[name] = (Full[index] ? 10 : 3, 10, Down[index] ? VipCondition.Down : Full[index] ? VipCondition.Full : VipCondition.Up);
                foreach (var tester in world.Names.Where(tester => tester != name)) world.Times[(name, tester)] = Down[index] ? null : 1000 * (index + 1);
                if (Drained[index]) world.Said[name] = state => state with { SelfReport = SelfReport.Draining };
                else world.Said.Remove(name);
            }
        }
    }
}
