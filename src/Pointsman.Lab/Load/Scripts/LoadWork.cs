using System.Globalization;

namespace Pointsman.Lab.Load.Scripts;

/// <summary>What a scenario of load would take, estimated before it runs: all that it may say within its bounds would take a year together.</summary>
internal static class LoadWork
{
    /// <summary>Users, looks at resolvers and probes: some two million a second are simulated, so that this is about ten minutes.</summary>
    public const double Most = 1_200_000_000;

    /// <summary>Null, or what is too much.</summary>
    public static string? TooMuch(LoadScenario scenario)
    {
        var seconds = (scenario.WarmUp + scenario.Duration).TotalSeconds;
        // The most that each region ever sends.
        var users = scenario.Regions.Select((region, index) =>
            scenario.Happenings.Select(happening => happening.Change).OfType<DemandTo>().Where(demand => demand.Region == index).Select(demand => demand.UsersPerSecond).Append(region.UsersPerSecond).Max()).Sum();
        double resolvers = scenario.Regions.Sum(region => region.Resolvers);
        double sites = scenario.Cluster.Sites.Length;
        // Past some sites a pair that has settled rests, and no more than that many probe all the time.
        var testers = Math.Min(sites, 16);
        var probes = scenario.Cluster.Services.Sum(service => sites * testers / service.Probe.Interval.TotalSeconds);
        var all = seconds * (users + (resolvers / 4) + (probes * 4));
        return all <= Most ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"this would simulate {seconds * users / 1e6:0.#} million users behind {resolvers:0} resolvers at {sites:0} sites for {seconds:0} seconds, {all / Most:0.#} times as much as at most: fewer users (the shares come out alike), fewer resolvers, or a shorter duration");
    }
}
