using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Lab.Load.Scripts;
using Pointsman.Lab.Simulation;
using Pointsman.Lab.Simulation.Promises;

namespace Pointsman.Lab.Scenarios;

/// <summary>
/// A random story of faults, as lines: a cluster starts, things go wrong one after another, then all is healed and given time. What breaks a promise can so be
/// pasted into a file, shortened, and told again.
/// </summary>
public sealed record Schedule
{
    private Schedule(string cluster, ImmutableArray<string> lines) => (Cluster, Lines) = (cluster, lines);

    /// <summary>The line that it begins with.</summary>
    public string Cluster { get; }

    /// <summary>What goes wrong, and the time between.</summary>
    public ImmutableArray<string> Lines { get; private init; }

    /// <summary>All of it from one seed: the cluster and what happens to it.</summary>
    public static Schedule Random(int seed, int faults = 25)
    {
        var random = new Random(seed);
        var cluster = Opening(seed, random.Next(2, 8), random.Next(1, 30), random.Next(1, 4), random.Next(4));
        var sites = SettingsOf(cluster).Sites;
        return Of(cluster, Enumerable.Range(0, faults).Select(_ => Draw.From(random, sites.Length, TimeSpan.FromSeconds(15))));
    }

    /// <summary>The line of a cluster for a random story: few sites and short times, so that much happens in a little time.</summary>
    /// <param name="form">0 to 3: weighed by capacity or by orders, one VIP or two services of two.</param>
    public static string Opening(int seed, int sites, int intervalSeconds, int fall, int form) => string.Create(
        CultureInfo.InvariantCulture,
        $"cluster {string.Join(' ', Enumerable.Range(0, sites).Select(index => (char)('A' + index)))} seed={seed} interval={intervalSeconds}s probe=2s timeout=1s fall={fall} rise=2 few={(form % 2 == 0 ? "capacity" : "weights")}{(form >= 2 ? " services=2 vips=2" : "")}");

    public static Schedule Of(string cluster, IEnumerable<Draw> draws)
    {
        var sites = SettingsOf(cluster).Sites;
        return new Schedule(cluster, [.. draws.SelectMany(draw => draw.Lines(sites))]);
    }

    /// <summary>The same with other lines.</summary>
    public Schedule With(ImmutableArray<string> lines) => this with { Lines = lines };

    /// <summary>The whole story, as a scenario's text.</summary>
    public string Text
    {
        get
        {
            var rest = (long)Math.Ceiling((new Bounds(SettingsOf(Cluster)).Recovery + TimeSpan.FromSeconds(5)).TotalSeconds);
            return string.Create(CultureInfo.InvariantCulture, $"{Cluster}\nrun 20s\n{string.Join('\n', Lines)}\nheal all\nrun {rest}s\ncheck\n----\nok\n");
        }
    }

    public ImmutableArray<Violation> Violations() => Scenario.Tell(Text).Violations;

    private static LabSettings SettingsOf(string cluster)
    {
        var mistakes = new Mistakes();
        var statement = Statement.Read(1, cluster, mistakes);
        _ = statement.Take("cluster");
        return ClusterWords.Read(statement) ?? throw new FormatException($"'{cluster}' begins no story");
    }
}
