using System.Globalization;
using Pointsman.Model;

namespace Pointsman.Lab.Load;

/// <summary>
/// What is promised of load, whatever happens: the same for every scenario, computed from its TTL and DSSP interval. Each check is a list of what is wrong;
/// empty is good.
/// <code>
///   offered above 110 % of a site's maximum while another has room
///   for users who may have it                                         at most TTL + 2 intervals without a break
///   connections above a site's maximum                                never
///   shares near where they end after something happened               within 2 TTL + 2 intervals
///   a site's share swinging once they are there                       at most 10 % of all users from height to depth
/// </code>
/// </summary>
public static class Stability
{
    public const double MostSwing = 0.10;

    public static TimeSpan LongestOverload(LoadScenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return scenario.TheService.Ttl + (2 * IntervalOf(scenario.Cluster));
    }

    public static TimeSpan LongestConvergence(LoadScenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return (2 * scenario.TheService.Ttl) + (2 * IntervalOf(scenario.Cluster));
    }

    public static IReadOnlyList<string> Check(LoadOutcome result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var wrong = new List<string>();
        var overload = LoadMeasures.LongestOverload(result);
        if (overload.Length > LongestOverload(result.Scenario))
            wrong.Add($"{overload.Site} was offered more than 110 % of its maximum for {Words(overload.Length)} from {Words(overload.Since)} on while another site had room for its users; at most {Words(LongestOverload(result.Scenario))}");
        if (LoadMeasures.MostAboveMaximum(result) is > 0 and var above) wrong.Add(string.Create(CultureInfo.InvariantCulture, $"a site held {above} connections above its maximum"));
        foreach (var phase in LoadMeasures.Phases(result, LongestConvergence(result.Scenario)))
        {
            if (phase.Convergence > LongestConvergence(result.Scenario))
                wrong.Add($"after {phase.Words} shares took {Words(phase.Convergence.Value)} to settle; at most {Words(LongestConvergence(result.Scenario))}");
            if (phase.Swing.Points > MostSwing)
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"after {phase.Words} the share of {phase.Swing.Site} swung by {100 * phase.Swing.Points:0.0} % of all users; at most {100 * MostSwing:0} %"));
        }
        return wrong;
    }

    /// <summary>30s, 3m, 1m30s.</summary>
    internal static string Words(TimeSpan span)
    {
        var seconds = (long)Math.Round(span.TotalSeconds);
        return seconds % 60 == 0 && seconds > 0 ? $"{seconds / 60}m" : seconds < 60 ? $"{seconds}s" : $"{seconds / 60}m{seconds % 60}s";
    }

    private static TimeSpan IntervalOf(Cluster cluster) => cluster.Dssp.Interval ?? TimeSpan.FromMinutes(1);
}
