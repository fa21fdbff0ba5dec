using CsCheck;
using Pointsman.Policy.Plans;

namespace Pointsman.Tests.Policy.Plans;

public sealed class ScheduleTests
{
    [Fact]
    [Trait("mission", "P3.7")]
    public void The_patents_weights_make_a_walk_of_42_slots_with_exact_shares()
    {
        var schedule = Make([7, 6, 6, 8, 5, 10], answers: 1);
        Assert.Equal(42, schedule.SlotCount);
        Assert.Equal([7, 6, 6, 8, 5, 10], Counts(schedule, 0, 42, 6));
    }

    [Fact]
    public void A_common_divisor_shortens_the_walk() => Assert.Equal(3, Make([1_000_000, 2_000_000], answers: 1).SlotCount);

    [Fact]
    public void A_list_names_the_next_distinct_sites_of_the_walk()
    {
        var schedule = Make([2, 1], answers: 5);
        Assert.Equal(["01", "10", "01"], Enumerable.Range(0, 3).Select(turn => string.Concat(At(schedule, (ulong)turn))));
    }

    [Fact]
    public void Any_weights_are_shared_exactly_or_to_the_slot_and_every_site_has_one()
    {
        Gen.Long[1, 2_000_000_000].Array[1, 100].Sample(weights =>
        {
            var counts = Schedule.SlotCounts([.. weights]);
            var slots = counts.Sum();
            Assert.InRange(slots, 1, Schedule.MaximumSlots);
            for (var index = 0; index < weights.Length; index++)
            {
                Assert.True(counts[index] >= 1);
                var exact = (double)weights[index] * slots / weights.Sum();
                // The slots given to sites too small for one come from the others.
                Assert.InRange(counts[index], exact - weights.Length, exact + 1);
            }
        });
    }

    [Fact]
    public void Small_sums_are_exact_over_a_full_walk_from_any_start()
    {
        (from weights in Gen.Long[1, 64].Array[1, 15] from start in Gen.ULong select (weights, start)).Sample(sample =>
        {
            var (weights, start) = sample;
            var schedule = Make(weights, answers: 1);
            var counts = Counts(schedule, start >> 1, schedule.SlotCount, weights.Length);
            for (var index = 0; index < weights.Length; index++) Assert.Equal(weights[index] * schedule.SlotCount, counts[index] * weights.Sum());
        });
    }

    [Fact]
    public void A_part_of_a_walk_is_never_far_from_the_shares()
    {
        (from weights in Gen.Long[1, 20].Array[2, 8] from start in Gen.Int[0, 200] from length in Gen.Int[1, 300] select (weights, start, length)).Sample(sample =>
        {
            var (weights, start, length) = sample;
            var schedule = Make(weights, answers: 1);
            var counts = Counts(schedule, (ulong)start, length, weights.Length);
            for (var index = 0; index < weights.Length; index++)
                Assert.InRange(counts[index] - ((double)weights[index] * length / weights.Sum()), -2.0, 2.0);
        });
    }

    [Fact]
    public void A_list_has_no_site_twice_and_begins_with_the_turns()
    {
        // Some of them too small for a slot.
        (from weights in Gen.Long[1, 9].Select(weight => weight == 9 ? 9_000_000 : weight).Array[1, 12] from answers in Gen.Int[1, 20] select (weights, answers)).Sample(sample =>
        {
            var wide = Make(sample.weights, sample.answers);
            var narrow = Make(sample.weights, 1);
            for (var turn = 0ul; turn < (ulong)wide.SlotCount; turn++)
            {
                var list = At(wide, turn);
                Assert.Equal(Math.Min(Math.Min(sample.answers, 16), sample.weights.Length), list.Distinct().Count());
                Assert.Equal(list.Length, list.Distinct().Count());
                Assert.Equal(At(narrow, turn)[0], list[0]);
            }
        });
    }

    [Fact]
    [Trait("mission", "P3.4")]
    public void A_hundred_sites_that_are_to_have_two_per_cent_together_have_two_per_cent()
    {
        long[] weights = [9_702_000, .. Enumerable.Repeat(2000L, 99)];
        var schedule = Make(weights, answers: 1);
        Assert.InRange(schedule.TurnCount, Schedule.MaximumSlots, Schedule.MaximumSlots * Schedule.MaximumSlots);
        var counts = Counts(schedule, 0, (int)schedule.TurnCount, weights.Length);
        for (var index = 0; index < weights.Length; index++)
            Assert.InRange((double)counts[index] / schedule.TurnCount, (weights[index] / 9_900_000.0) - 0.0001, (weights[index] / 9_900_000.0) + 0.0001);
        // One round of 1,024 is as near as its slots allow.
        Assert.InRange(Counts(schedule, 777, 1024, weights.Length)[0], 1024 - 24, 1024 - 17);
    }

    [Fact]
    [Trait("mission", "P3.7")]
    public void A_round_gives_every_site_its_share_within_one_per_cent_whatever_the_weights()
    {
        var cases =
            from weights in (from weight in Gen.Long[1, 2_000_000_000] from shift in Gen.Int[0, 30] select Math.Max(1, weight >> shift)).Array[1, 100]
            from start in Gen.UInt
            select (weights, start);
        cases.Sample(sample =>
        {
            var (weights, start) = sample;
            var schedule = Make(weights, answers: 1);
            var round = Counts(schedule, start, schedule.SlotCount, weights.Length);
            for (var index = 0; index < weights.Length; index++)
                Assert.InRange((double)round[index] / schedule.SlotCount, ((double)weights[index] / weights.Sum()) - 0.01, ((double)weights[index] / weights.Sum()) + 0.01);
        }, iter: 300);
    }

    [Fact]
    public void All_rounds_together_give_every_site_its_share_within_a_slot()
    {
        (from weight in Gen.Long[1, 2_000_000_000] from shift in Gen.Int[0, 30] select Math.Max(1, weight >> shift)).Array[2, 60].Sample(weights =>
        {
            var schedule = Make(weights, answers: 1);
            var counts = Counts(schedule, 0, (int)schedule.TurnCount, weights.Length);
            for (var index = 0; index < weights.Length; index++)
                Assert.InRange((double)counts[index] / schedule.TurnCount, ((double)weights[index] / weights.Sum()) - 0.0011, ((double)weights[index] / weights.Sum()) + 0.0011);
        }, iter: 15);
    }

    private static ushort[] At(Schedule schedule, ulong turn) => schedule.At(turn, new ushort[schedule.Width]).ToArray();

    private static Schedule Make(long[] weights, int answers) =>
        Schedule.Of(new Distribution([.. weights.Select((weight, row) => (row, weight))]), answers);

    private static int[] Counts(Schedule schedule, ulong start, int length, int rows)
    {
        var counts = new int[rows];
        Span<ushort> room = stackalloc ushort[schedule.Width];
        for (var turn = start; turn < start + (ulong)length; turn++) counts[schedule.At(turn, room)[0]]++;
        return counts;
    }
}
