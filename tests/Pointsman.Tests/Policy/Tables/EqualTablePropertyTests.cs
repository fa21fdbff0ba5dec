using System.Collections.Frozen;
using CsCheck;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Tests.Policy.Tables;

public sealed class EqualTablePropertyTests
{
    [Fact]
    [Trait("mission", "P5.7")]
    public void Equal_states_give_equal_tables_in_whatever_order_they_came_and_whoever_looks()
    {
        var worlds =
            from times in Gen.Frequency((5, Gen.Long[1, 9].Select(time => (long?)(time * 1000))), (2, Gen.Const((long?)null))).Array[30]
            from seed in Gen.Int
            from muted in Gen.Int[0, 5]
            from drained in Gen.Int[0, 11]
            select (times, seed, muted, drained);
        worlds.Sample(sample =>
        {
            var world = World.Patent();
            var at = 0;
            foreach (var pair in world.Times.Keys.ToList()) world.Times[pair] = sample.times[at++];
            world.Said[world.Names[sample.muted]] = state => state with { VotesMuted = true };
            if (sample.drained < 6) world.Said[world.Names[sample.drained]] = state => state with { SelfReport = SelfReport.Draining };

            var first = HandOffTable.From(world.Snapshot("A"), world.Cluster.Services[0]);
            var other = world.Snapshot("E");
            var shuffled = other.States.OrderBy(state => state.Key.Value * sample.seed).ToDictionary(state => state.Key, state => state.Value with
            {
                // Arrived at other times; the lists of what is no order came in another one.
                SentAt = World.Now + TimeSpan.FromSeconds(-30),
                Observations = [.. state.Value.Observations.Reverse()],
                Sequence = state.Value.Sequence + 3,
            });
            var second = HandOffTable.From(other with { States = shuffled.ToFrozenDictionary() }, world.Cluster.Services[0]);
            Assert.Equal(first.Sites.AsEnumerable(), second.Sites);
            Assert.Equal(first.Digest, second.Digest);
        });
    }
}
