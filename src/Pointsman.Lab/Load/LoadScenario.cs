using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Lab.Load;

/// <summary>
/// What a load simulation is made of: the cluster as any configuration makes it, the users of each region and the resolvers before them, and
/// what happens when. One seed, one story. One service is looked at; the others of a real configuration are published and probed all the same.
/// </summary>
public sealed record LoadScenario
{
    public required Cluster Cluster { get; init; }

    /// <summary>Index into the cluster's services.</summary>
    public int Service { get; init; }

    /// <summary>For sites whose configuration does not say where they stand: the tables that know their VIPs' addresses. Null = the shipped ones.</summary>
    public Places? SiteTables { get; init; }

    public required ImmutableArray<Region> Regions { get; init; }
    public ResolverHabits Resolvers { get; init; } = new();

    /// <summary>A user's connection lasts this long on average, exponentially distributed.</summary>
    public TimeSpan MeanSession { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What is looked at; before it everything settles for <see cref="WarmUp"/>, unseen.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(30);
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>The time of day at which the story begins, for regions whose demand follows the day.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromHours(12);

    /// <summary>The service's name servers: at most so many sites' nodes answer, as a delegation names no hundred of them. Every node publishes, and redirects.</summary>
    public int NameServers { get; init; } = 8;

    /// <summary>In order of time, counted from the end of the warm-up.</summary>
    public ImmutableArray<Happening> Happenings { get; init; } = [];

    public int Seed { get; init; } = 1;

    public Service TheService => Cluster.Services[Service];
}

/// <summary>The users of one place.</summary>
/// <param name="UsersPerSecond">New users; with <paramref name="Peak"/> so many at the peak of the day.</param>
/// <param name="Peak">The time of day with the most users; the fewest come twelve hours later. Null = as many all day.</param>
/// <param name="Resolvers">How many resolvers they stand behind; their sizes differ, exponentially distributed.</param>
public sealed record Region(string Name, Place Place, double UsersPerSecond, TimeSpan? Peak = null, int Resolvers = 300)
{
    /// <summary>What is left of the peak's users at the quietest hour.</summary>
    public const double Trough = 0.3;

    /// <summary>A cosine between the peak and the trough.</summary>
    public double UsersAt(TimeSpan timeOfDay, double peakUsers)
    {
        if (Peak is not { } peak) return peakUsers;
        var turn = (timeOfDay - peak).TotalHours / 24 * 2 * Math.PI;
        return peakUsers * (Trough + ((1 - Trough) * (1 + Math.Cos(turn)) / 2));
    }
}

/// <summary>
/// How resolvers treat a TTL. Most honour it; some never keep an answer for less than a floor; some keep every answer longer than they may. A
/// resolver that sends ECS counts as one of the users' own region: that is what the scope makes of it. One that does not and stands elsewhere
/// is <see cref="Far"/>: it is taken for a user of where it stands.
/// </summary>
public sealed record ResolverHabits
{
    public TimeSpan Floor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of all resolvers, 0 to 1.</summary>
    public double Floored { get; init; } = 0.1;

    /// <summary>Of all resolvers, 0 to 1: keep an answer for two to ten times its TTL, each its own factor, evenly distributed over its logarithm.</summary>
    public double Stretching { get; init; } = 0.09;

    public const double LeastStretch = 2;
    public const double MostStretch = 10;

    /// <summary>Of all resolvers, 0 to 1: stand in another region than their users, and send no ECS.</summary>
    public double Far { get; init; }
}
