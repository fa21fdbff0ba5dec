using CsCheck;
using Pointsman.Model;
using Pointsman.Policy.Publishing;

namespace Pointsman.Tests.Policy.Publishing;

public sealed class OrderingTests
{
    private const int Settled = Ordering.FreeSamples;

    [Fact]
    [Trait("mission", "P3.2")]
    public void At_first_the_order_is_that_of_the_averages_and_ties_are_settled_by_name() =>
        Assert.Equal([3, 1, 4, 2], Next([], (1, 20_000, 9), (2, 50_000, 9), (3, 10_000, 9), (4, 20_000, 9)));

    [Theory]
    [InlineData(10_000, 10_000, false, "equal")]
    [InlineData(10_000, 9_750, false, "2.5 % better")]
    [InlineData(10_000, 9_600, true, "4 % and 0.4 ms better")]
    [InlineData(1_000, 900, false, "10 %, but 0.1 ms better")]
    [InlineData(1_000, 700, true, "30 % and 0.3 ms better")]
    public void A_site_overtakes_only_when_it_is_clearly_better(long ahead, long behind, bool overtakes, string _) =>
        Assert.Equal(overtakes ? [2, 1] : [1, 2], Next([1, 2], (1, ahead, Settled), (2, behind, Settled)));

    [Fact]
    public void It_moves_by_one_place_an_update()
    {
        ReadOnlySpan<(int, long, long)> now = [(1, 20_000, Settled), (2, 30_000, Settled), (3, 40_000, Settled), (4, 1_000, Settled)];
        var steps = new List<string>();
        int[] order = [1, 2, 3, 4];
        for (var update = 0; update < 4; update++) steps.Add(string.Concat(order = Next(order, now.ToArray())));
        Assert.Equal(["1243", "1423", "4123", "4123"], steps);
    }

    [Fact]
    public void Few_samples_freeze_nothing() =>
        Assert.Equal([4, 1, 2, 3], Next([1, 2, 3, 4], (1, 20_000, Settled), (2, 30_000, Settled), (3, 40_000, Settled), (4, 19_999, Settled - 1)));

    [Fact]
    public void A_down_site_leaves_at_once_and_a_returned_one_is_put_by_its_average()
    {
        Assert.Equal([1, 3], Next([1, 2, 3], (1, 10_000, Settled), (3, 30_000, Settled)));
        Assert.Equal([1, 2, 3], Next([1, 3], (1, 10_000, Settled), (2, 20_000, Settled), (3, 30_000, Settled)));
    }

    [Fact]
    public void Whatever_was_published_the_next_order_names_each_site_that_is_up_once_and_comes_to_rest() =>
        (from times in Gen.Long[1, 100_000].Array[0, 12] from samples in Gen.Long[1, 9].Array[12] from previous in Gen.Int[0, 14].Array[0, 20] select (times, samples, previous))
        .Sample(sample =>
        {
            var measured = sample.times.Select((time, index) => (index, time, sample.samples[index])).ToArray();
            var order = Next(sample.previous, measured);
            Assert.Equal(Enumerable.Range(0, measured.Length), order.Order());
            // A place an update: after as many updates as there are pairs nothing moves any more.
            for (var update = 0; update < 150; update++) order = Next(order, measured);
            Assert.Equal(order, Next(order, measured));
            for (var place = 0; place + 1 < order.Length; place++)
            {
                var (ahead, behind) = (sample.times[order[place]], sample.times[order[place + 1]]);
                Assert.False(ahead - behind > 200 && ahead - behind > ahead * 0.03 && sample.samples[order[place]] >= Settled && sample.samples[order[place + 1]] >= Settled);
            }
        });

    private static int[] Next(int[] previous, params (int Site, long Micros, long Samples)[] measured) =>
    [
        .. Ordering.Next(
            [.. previous.Select(site => new SiteId(site))],
            [.. measured.Select(one => new Measurement(new SiteId(one.Site), one.Micros, one.Samples))]).Select(site => site.Value),
    ];
}
