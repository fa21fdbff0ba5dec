using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Lab.Replay;

/// <summary>Where recorded queries went before and would go after.</summary>
public sealed record ReplayReport
{
    /// <summary>By name. What is counted has a number for each and, last, one for no site.</summary>
    public required ImmutableArray<SiteId> Sites { get; init; }

    public required ImmutableArray<ReplayPart> Services { get; init; }

    /// <summary>By place: its name is a country, or empty where none is known; only those that asked.</summary>
    public required ImmutableArray<ReplayPart> Places { get; init; }

    /// <summary>Of the answers after, those that would be marked as stale: nothing acceptable is up.</summary>
    public required long Stale { get; init; }

    public ReplayPart Whole => Join("", null, Services);

    /// <summary>The places joined by registry's region; <c>unknown</c> where none is known.</summary>
    public ImmutableArray<ReplayPart> Regions =>
        [.. Places.GroupBy(part => part.Region ?? "unknown").OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Join(group.Key, group.Key, group))];

    /// <summary>The places joined by country, those without left out.</summary>
    public ImmutableArray<ReplayPart> Countries =>
        [.. Places.Where(part => part.Name.Length > 0).GroupBy(part => part.Name).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Join(group.Key, group.First().Region, group))];

    private ReplayPart Join(string name, string? region, IEnumerable<ReplayPart> parts)
    {
        var (before, after, moved) = (new long[Sites.Length + 1], new long[Sites.Length + 1], 0.0);
        foreach (var part in parts)
        {
            for (var site = 0; site <= Sites.Length; site++) (before[site], after[site]) = (before[site] + part.Before[site], after[site] + part.After[site]);
            moved += part.Moved;
        }
        return new ReplayPart(name, region, [.. before], [.. after], moved);
    }
}

/// <param name="Before">Queries by site.</param>
/// <param name="After">Queries by site.</param>
/// <param name="Moved">How many of them go to another site than before, as few as can be.</param>
public sealed record ReplayPart(string Name, string? Region, ImmutableArray<long> Before, ImmutableArray<long> After, double Moved)
{
    public long Queries => Before.Sum();
}
