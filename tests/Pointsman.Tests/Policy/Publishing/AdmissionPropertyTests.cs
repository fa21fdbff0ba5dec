using CsCheck;
using Pointsman.Model;
using Pointsman.Policy.Publishing;

namespace Pointsman.Tests.Policy.Publishing;

/// <summary>Whatever the load does: within bounds, the same twice, and never the wrong way.</summary>
public sealed class AdmissionPropertyTests
{
    private static readonly TimeSpan window = TimeSpan.FromMinutes(1);
    private static readonly Gen<(int Active, int Condition, int Seconds)[]> stories = Gen.Select(Gen.OneOf(Gen.Int[0, 1200], Gen.Int), Gen.Int[0, 5], Gen.Int[1, 40]).Array[1, 30];

    [Fact]
    public void What_is_admitted_stays_within_its_bounds_and_is_the_same_twice() =>
        stories.Sample(story =>
        {
            static List<VipReport> Tell((int Active, int Condition, int Seconds)[] story)
            {
                var world = new World("a", "b", "c");
                world.Loads["a"] = (0, 1000, VipCondition.Up);
                var owner = new Owner(world);
                var words = new List<VipReport>();
                foreach (var (active, condition, seconds) in story)
                {
                    (owner.Active, owner.Condition) = (active, (VipCondition)condition);
                    owner.Run(seconds);
                    words.Add(owner.Word);
                }
                return words;
            }

            var words = Tell(story);
            Assert.All(words, word => Assert.InRange(word.AdmitMillionths, AdmitControl.Least, VipReport.AdmitAll));
            Assert.Equal(words, Tell(story));
        }, iter: 60);

    [Fact]
    public void More_load_never_admits_more_and_a_higher_target_never_fewer() =>
        Gen.Select(Gen.Int[0, 5_000_000], Gen.Int[0, 5_000_000], Gen.Int[1, 5000], Gen.Int[0, 500], Gen.Int[AdmitControl.Least, VipReport.AdmitAll]).Sample((one, other, target, more, mean) =>
        {
            int Wanted(int milli, int limit) => AdmitControl.Wanted(LoadOf(milli), mean, limit, window);
            Assert.True(Wanted(Math.Max(one, other), target) <= Wanted(Math.Min(one, other), target), "more load");
            Assert.True(Wanted(one, target) <= Wanted(one, target + more), "a higher target");
        });

    [Fact]
    public void Asked_again_before_the_effect_shows_it_wants_the_same()
    {
        var history = AdmitHistory.From(World.Now, VipReport.AdmitAll);
        var wanted = AdmitControl.Wanted(LoadOf(1_200_000), history.Felt(World.Now, window), 800, window);
        Assert.InRange(wanted, 666_000, 667_000);
        history = history.With(World.Now, wanted, window);
        // A third of a TTL later a third of the users were sent by the new word, and so many fewer come.
        var later = World.Now + (window / 3);
        var load = (long)(1_200_000 * ((2 + (wanted / 1e6)) / 3));
        Assert.InRange(AdmitControl.Wanted(LoadOf(load), history.Felt(later, window), 800, window), 640_000, 690_000);
    }

    [Fact]
    public void To_and_fro_is_an_oscillation_and_a_day_is_none()
    {
        var swings = Swings.None;
        var now = World.Now;
        for (var turn = 0; turn < 6; turn++, now += window) swings = swings.Next(turn % 2 == 0 ? 400_000 : 900_000, now, window);
        Assert.InRange(swings.Damping, 1, Swings.MostDamping);
        for (var quiet = 0; quiet < 60; quiet++, now += window) swings = swings.Next(900_000, now, window);
        Assert.Equal(0, swings.Damping);
        for (var hour = 0; hour < 240; hour++, now += window * 60) swings = swings.Next((int)(500_000 + (400_000 * Math.Sin(hour * Math.PI / 12))), now, window);
        Assert.Equal(0, swings.Damping);
    }

    private static LoadEstimate LoadOf(long milli) => new(World.Now, milli, 0, 0, 0, 0, null, 0, (int)(milli / 1000));
}
