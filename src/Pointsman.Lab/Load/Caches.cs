using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Lab.Load;

/// <summary>
/// A resolver: some users behind one cache. It asks when a user comes and what it holds is too old, and everybody behind it is sent to the same
/// sites until then: that is what makes DNS slow and lumpy, and what a controller of load has to live with.
/// </summary>
internal sealed class Cache
{
    public required int Region { get; init; }

    /// <summary>Its part of the region's users, 0 to 1.</summary>
    public required double Part { get; init; }

    /// <summary>The address that asks.</summary>
    public required Client Client { get; init; }

    /// <summary>It keeps no answer for less.</summary>
    public required double FloorSeconds { get; init; }

    /// <summary>It keeps every answer so many times as long as it may; 1 = as it should.</summary>
    public required double Stretch { get; init; }

    /// <summary>Sites of the answer held, the best first, by index.</summary>
    public int[] Sites { get; set; } = [];

    public Instant Expires { get; set; }

    public TimeSpan Keeps(uint ttlSeconds) => TimeSpan.FromSeconds(Math.Max(ttlSeconds * Stretch, FloorSeconds));

    /// <summary>The caches of one region.</summary>
    public static IEnumerable<Cache> Of(int region, LoadScenario scenario, Random random)
    {
        var habits = scenario.Resolvers;
        var count = Math.Max(1, scenario.Regions[region].Resolvers);
        var sizes = new double[count];
        for (var index = 0; index < count; index++) sizes[index] = Chance.Exponential(random, 1);
        var sum = sizes.Sum();
        for (var index = 0; index < count; index++)
        {
            var stretches = random.NextDouble() < habits.Stretching;
            var floored = random.NextDouble() < habits.Floored;
            var stands = random.NextDouble() < habits.Far ? random.Next(scenario.Regions.Length) : region;
            yield return new Cache
            {
                Region = region,
                Part = sizes[index] / sum,
                Client = Addresses.Of(stands, random),
                FloorSeconds = floored ? habits.Floor.TotalSeconds : 0,
                Stretch = stretches ? Math.Exp(Math.Log(ResolverHabits.LeastStretch) + (random.NextDouble() * Math.Log(ResolverHabits.MostStretch / ResolverHabits.LeastStretch))) : 1,
            };
        }
    }
}
